"""What the database knows of its tables is kept fresh."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from pyrometer.app.clock.jobs import jobs
from pyrometer.app.clock.tending import tend
from pyrometer.app.people.models import User


@pytest.mark.django_db(transaction=True)
def test_tables_are_counted_on_sqlite() -> None:
    User.objects.create_user(email="ada@example.com", role="sales")
    assert tend(datetime(2026, 6, 1, tzinfo=UTC)) == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = %s", [User._meta.db_table])
            assert cursor.fetchone() is not None


def test_it_is_a_patient_job() -> None:
    (job,) = (job for job in jobs() if job.name == "clock.tend")
    assert job.patient
    assert job.every is not None
