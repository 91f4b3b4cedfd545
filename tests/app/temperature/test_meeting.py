"""A rep's action meets a worker that writes readings: on PostgreSQL both write at once, and both get through."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction

from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.app.temperature.reading import read
from tests.app.between import beside, several_writers
from tests.app.temperature.conftest import NOW, Does, publish

pytestmark = [pytest.mark.django_db(transaction=True), several_writers]
SOON = NOW + timedelta(seconds=1)


def somebody_waits() -> bool:
    """Whether a transaction waits for what another one has locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_who_changes_a_stage_meets_a_worker_that_reads_the_lead(does: Does) -> None:
    publish()
    root = does("ada", "asked")
    read(NOW)
    does("ada", "seen", at=SOON, properties={"topic": "pricing"})
    failures: list[Exception] = []
    with transaction.atomic():
        reading = Reading.objects.select_for_update().get(pk=root.pk)
        worker = beside(lambda: read(SOON), failures)
        for _ in range(2000):
            if somebody_waits() or not worker.is_alive():
                break
            worker.join(0.01)
        assert somebody_waits(), "the worker has the lead, and waits for its reading"
        # What refers to the lead is checked at the end of the transaction.
        Transition.objects.create(lead=root, kind="stage", before="lead", after="sql", cause="verdict", at=SOON)
        reading.stage = "sql"
        reading.save(update_fields=["stage"])
    worker.join(60)
    assert failures == []
    reading.refresh_from_db()
    assert (reading.stage, reading.as_of) == ("sql", SOON)
    assert Lead.objects.get(pk=root.pk).touched_at is None
