"""What decisions about programmes are made from: the same after years of mails as after a few."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer import nurture
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.facts import A_WEEK, MAILS, gather
from pyrometer.app.nurture.models import Act
from tests.app.nurture.worth import made
from tests.app.nurture.worth.made import NOW

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def gathered(leads: list[Lead]) -> dict[int, tuple[list[object], dict[str, object], int]]:
    """Of each root what is known of the mails of programmes: those of a week, each content's last, and how many."""
    known = gather([lead.pk for lead in leads], nurture.Needs(), {"email"}, NOW).known
    return {root: (list(each.facts.mails), dict(each.facts.sent), each.mails) for root, each in known.items()}


@pytest.mark.parametrize("seed", range(3))
def test_mails_are_known_as_if_each_was_looked_at(seed: int) -> None:
    draw = Random(seed)
    programme = made.programme()
    leads = made.leads(8)
    Lead.objects.filter(pk__in=[leads[1].pk, leads[2].pk]).update(root=leads[0])
    for row in made.entered(programme, leads[:7]):
        for number in range(1, draw.randrange(2, 30)):
            at = NOW - draw.randrange(20 * 1440) * MINUTE
            kind = draw.choice(["sent", "sent", "asked", "told", "offered"])
            act = {"kind": kind, "number": number, "what": draw.choice(["one", "two", "need", ""]), "at": at}
            Act.objects.create(enrolment=row, lead_id=row.lead_id, **act)
    found = gathered(leads)
    for root in [leads[0], *leads[3:]]:
        acts = list(Act.objects.filter(lead__root=root, kind__in=MAILS).order_by("at"))
        lately = [act.at for act in acts if act.at > NOW - A_WEEK]
        last = {act.what: act.at for act in acts if act.kind == "sent"}
        assert found[root.pk] == (lately, last, len(acts))


def test_years_of_mails_aren_t_fetched() -> None:
    programme = made.programme()
    leads = made.leads(1)
    (row,) = made.entered(programme, leads)
    for number in range(1, 301):
        made.got([row], "sent", NOW - number * DAY, number)
    with CaptureQueriesContext(connection) as asked:
        assert gathered(leads)[row.lead_id][2] == 300
    table = f'"{Act._meta.db_table}"'
    fetched = 0
    with connection.cursor() as cursor:
        for each in asked:
            if table in each["sql"]:
                cursor.execute(each["sql"])
                fetched += len(cursor.fetchall())
    assert 0 < fetched < 10
