"""Leads that are read together are handed off together: what follows is the same, and costs a few queries for all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.handoff.models import Assignment, Rep, Standing
from pyrometer.app.handoff.stepping import hear_of_readings
from pyrometer.app.temperature.listeners import Read
from pyrometer.app.temperature.models import Reading, Transition
from tests.app.handoff.conftest import NewLead

pytestmark = pytest.mark.django_db


def heard(readings: list[Reading], now: datetime) -> list[str]:
    """Let all of them be read at once; what the database was asked."""
    fresh = list(Reading.objects.select_related("lead").filter(pk__in=[each.pk for each in readings]))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        hear_of_readings([Read(each, each.temperature, "evidence") for each in fresh], now)
    return [query["sql"] for query in queries]


def test_each_lead_goes_where_it_would_go_alone(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    ready = {"own": {"ready": True}}
    where: list[tuple[Reading, str]] = [
        (new_lead("cool", fit="D"), "unqualified"),
        (new_lead("warm", fit="A"), "mql"),
        (new_lead("cool", fit="C", stage="mql"), "lead"),
        (new_lead("cool", fit="A", stage="mql", frameworks=ready), "mql"),
        (new_lead("hot", fit="A"), "sql"),
        (new_lead("cool", fit="D", stage="customer"), "customer"),
        (new_lead("warm", fit="A", stage="unqualified"), "mql"),
    ]
    Standing.objects.create(lead=where[-1][0].lead, parked="little interest", updated_at=now)
    heard([each for each, _ in where], now)
    for reading, stage in where:
        before = reading.stage
        reading.refresh_from_db()
        assert reading.stage == stage
        told = Transition.objects.filter(lead=reading.pk, kind="stage").values_list("before", "after", "cause")
        assert list(told) == ([(before, stage, "evidence")] if before != stage else [])
        assert (reading.stage_since == now) == (before != stage)
    assert Assignment.objects.get().lead_id == where[4][0].pk
    assert [Standing.objects.get(pk=where[place][0].pk).parked != "" for place in (0, -1)] == [True, False]


def test_who_was_with_sales_before_keeps_what_is_remembered(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reading = new_lead("cool", fit="D")
    Standing.objects.create(lead=reading.lead, former=bobs, updated_at=now - timedelta(days=9))
    heard([reading], now)
    standing = Standing.objects.get()
    assert (standing.former, standing.parked != "", standing.updated_at) == (bobs, True, now)


@pytest.mark.parametrize("more", [{"temperature": "cool", "fit": "D"}, {"temperature": "warm", "fit": "A"}])
def test_twenty_leads_cost_as_many_queries_as_two(more: dict[str, Any], new_lead: NewLead, now: datetime) -> None:
    few, many = ([new_lead(**more) for _ in range(count)] for count in (2, 20))
    first, second = len(heard(few, now)), len(heard(many, now))
    assert first == second
    assert Transition.objects.count() == 22
    # Read again they are where they were, and nothing is written.
    again = heard(many, now + timedelta(minutes=1))
    assert len(again) <= 6
    assert [sql for sql in again if not sql.startswith("SELECT")] == []


def test_webhooks_hear_of_each(new_lead: NewLead, now: datetime) -> None:
    Webhook.objects.create(url="https://crm.example/hook", secret="s")
    leads = [new_lead("cool", fit="D") for _ in range(3)]
    heard(leads, now)
    told = [row.payload["data"] for row in Outgoing.objects.filter(channel="webhook")]
    assert sorted((each["lead"], each["after"]) for each in told) == [(each.pk, "unqualified") for each in leads]
