"""The numbers of all programmes at a glance: what they count, and that years of acts aren't read for them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer.app.nurture.models import Act
from pyrometer.app.nurture.views.tallies import Tally, tallies
from tests.app.nurture.worth import made
from tests.app.nurture.worth.made import NOW

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_what_happened_lately_is_counted_by_programme() -> None:
    one, other = made.programme(), made.programme("win-back")
    inside = {"ended_at": None, "standing": "inside", "due_at": NOW}
    rows = made.entered(one, made.leads(4), at=NOW - 29 * DAY, **inside)
    made.entered(one, made.leads(2), at=NOW - 29 * DAY, held=True, **inside)
    made.entered(one, made.leads(3), at=NOW - 200 * DAY, ended_at=NOW - 29 * DAY)
    made.entered(one, made.leads(1), at=NOW - 200 * DAY, ended_at=NOW - DAY, standing="left", why="hot")
    made.entered(one, made.leads(5), at=NOW - 200 * DAY, ended_at=NOW - 31 * DAY)
    made.entered(other, made.leads(1), at=NOW - DAY, ended_at=NOW - HOUR)
    made.got(rows, "sent", NOW - 8 * DAY)
    made.got(rows[:3], "asked", NOW - 6 * DAY, 2)
    made.got(rows[:2], "told", NOW - 6 * DAY, 3)
    # Another worker's clock was ahead as it wrote one, and behind as it wrote the next.
    made.got(rows[:1], "sent", NOW - 7 * DAY + HOUR / 2, 4)
    made.got(rows[1:2], "sent", NOW - 7 * DAY - HOUR / 2, 4)
    made.got(rows[2:3], "sent", NOW - 7 * DAY + HOUR / 2, 4)
    assert tallies(NOW) == {
        one.pk: Tally(inside=4, held_back=2, entered=4, finished=3, left=1, mails=5),
        other.pk: Tally(entered=1, finished=1),
    }


def test_the_years_before_are_not_read() -> None:
    programme = made.programme()
    made.got(made.entered(programme, made.leads(2), at=NOW - 300 * DAY), "sent", NOW - 300 * DAY)
    newest = made.entered(programme, made.leads(1), at=NOW - DAY)
    made.got(newest, "sent", NOW - DAY)
    with CaptureQueriesContext(connection) as asked:
        assert tallies(NOW)[programme.pk].mails == 1
    (counting,) = [each["sql"] for each in asked if "COUNT" in each["sql"] and Act._meta.db_table in each["sql"]]
    before = Act.objects.order_by("pk")[1].pk
    assert f'"{Act._meta.db_table}"."id" > {before}' in counting
    if connection.vendor == "sqlite":
        plans = ""
        with connection.cursor() as cursor:
            for each in asked:
                cursor.execute(f"EXPLAIN QUERY PLAN {each['sql']}")
                plans += "".join(f"{row[-1]}\n" for row in cursor.fetchall())
        assert "USING INDEX enrolment_ended" in plans
        assert f"SCAN {Act._meta.db_table}" not in plans
