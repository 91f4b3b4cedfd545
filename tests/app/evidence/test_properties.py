"""Whatever happens, in whatever order: every event is there once, under one root."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrometer.app.evidence import summary
from pyrometer.app.evidence.actions import merge, unmerge
from pyrometer.app.evidence.models import Event, Handle, Lead, Merge
from pyrometer.app.evidence.queries import rows_of
from pyrometer.app.people.audit import Actor
from pyrometer.errors import UsageError
from tests.app.evidence.conftest import NOW, message, took

HANDLES = [
    *(f"anonymous:a{number}" for number in range(3)),
    *(f"email:{name}@acme.test" for name in "xyz"),
    *(f"user:u{number}" for number in range(2)),
    "phone:+49301234567",
]
SOME = st.lists(st.sampled_from(HANDLES), min_size=1, max_size=3, unique=True)
MESSAGES = st.lists(st.tuples(SOME, st.lists(st.sampled_from(HANDLES), max_size=1)), min_size=1, max_size=4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("take"), MESSAGES),
        st.tuples(st.just("merge"), st.tuples(st.integers(0, 9), st.integers(0, 9))),
        st.tuples(st.just("unmerge"), st.integers(0, 9)),
    ),
    min_size=1,
    max_size=12,
)
ACTOR = Actor("somebody")


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_event_is_lost_or_doubled(steps: list[tuple[str, object]]) -> None:
    with transaction.atomic():
        _walk(steps)
        transaction.set_rollback(True)


def _walk(steps: list[tuple[str, object]]) -> None:
    said: dict[str, int] = {}
    for place, (what, how) in enumerate(steps):
        now = NOW + timedelta(hours=place)
        leads, merges = list(Lead.objects.order_by("pk")), list(Merge.objects.order_by("pk"))
        before = _roots()
        try:
            if what == "take":
                batch = [
                    message(*handles, also=also, event=f"e{place}-{number}", once=f"{place}-{number}", at=now)
                    for number, (handles, also) in enumerate(how)  # type: ignore[arg-type]
                ]
                said |= dict.fromkeys(took(*batch, now=now).lead_of, 1)
            elif what == "merge" and leads:
                one, other = how  # type: ignore[misc]
                merge(
                    winner=leads[one % len(leads)].pk,
                    loser=leads[other % len(leads)].pk,
                    reason="",
                    actor=ACTOR,
                    now=now,
                )
                # Taken apart again, both are as before.
                if place % 2:
                    unmerge(merge=Merge.objects.latest("pk").pk, actor=ACTOR, now=now)
                    assert _roots() == before
            elif what == "unmerge" and merges:
                unmerge(merge=merges[how % len(merges)].pk, actor=ACTOR, now=now)  # type: ignore[operator]
        except UsageError:
            assert _roots() == before
        _check(said)


def _roots() -> dict[int, int | None]:
    return dict(Lead.objects.values_list("pk", "root_id"))


def _check(said: dict[str, int]) -> None:
    roots = _roots()
    assert all(root is not None and roots[root] == root for root in roots.values()), "roots are their own roots"
    # The forest of standing merges says the same as the pointers.
    standing = dict(Merge.objects.filter(undone_at__isnull=True).values_list("loser_id", "winner_id"))
    assert len(standing) == Merge.objects.filter(undone_at__isnull=True).count(), "a lead lost once at a time"
    for lead, root in roots.items():
        while lead in standing:
            lead = standing[lead]
        assert lead == root
    assert Counter(Event.objects.values_list("message_id", flat=True)) == Counter(said)
    own = [lead for lead, root in roots.items() if lead == root]
    rows = rows_of(own)
    assert Counter(row["message_id"] for row in rows.events) == Counter(said)
    assert all(roots[handle.lead_id] for handle in Handle.objects.all())
    # What lists show follows from the evidence, however it came about.
    shown = list(Lead.objects.filter(pk__in=own).order_by("pk").values())
    summary.refresh(own)
    assert list(Lead.objects.filter(pk__in=own).order_by("pk").values()) == shown
