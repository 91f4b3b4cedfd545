"""Who gets a lead: territory, product, away, capacity, acquaintance, then whose turn it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.lifecycle import LeadFacts, RepFacts, Routed, route

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
BOB = RepFacts(1, "Bob", capacity=10, last_assigned_at=NOW - timedelta(hours=1))
BEA = RepFacts(2, "Bea", capacity=10, last_assigned_at=NOW - timedelta(hours=2))
MUNICH = LeadFacts(country="DE", postcode="80331")


@pytest.mark.parametrize(
    ("lead", "reps", "rep", "because"),
    [
        (MUNICH, [], None, "there are no reps"),
        (MUNICH, [replace(BOB, territories=("SE",))], None, "nobody has the territory of DE-80331"),
        (MUNICH, [replace(BOB, territories=("DE-20", "SE"))], None, "nobody has the territory of DE-80331"),
        (MUNICH, [BOB, replace(BEA, territories=("SE",))], 1, "Bob is the only one who can take it"),
        (MUNICH, [replace(BOB, territories=("de-80",)), BEA], 1, "Bob has DE-80331"),
        (MUNICH, [replace(BOB, territories=("DE-80",)), replace(BEA, territories=("DE",))], 1, "Bob has DE-80331"),
        (
            MUNICH,
            [replace(BOB, territories=("DE-80",), open=10), replace(BEA, territories=("DE",))],
            2,
            "Bea is the only one who can take it",
        ),
        (LeadFacts(country="DE"), [replace(BOB, territories=("DE-80",))], 1, "Bob is the only one who can take it"),
        (LeadFacts(), [replace(BOB, territories=("DE",))], 1, "Bob is the only one who can take it"),
        (
            LeadFacts(product="Rota"),
            [replace(BOB, products=("Payroll",)), replace(BEA, products=("rota",))],
            2,
            "Bea is the only one who can take it",
        ),
        (LeadFacts(product="Rota"), [replace(BOB, products=("Payroll",))], None, "nobody there sells Rota"),
        (LeadFacts(), [replace(BOB, away_until=date(2026, 6, 16))], None, "everybody who may take it is away"),
        (LeadFacts(), [replace(BOB, away_until=date(2026, 6, 15))], 1, "Bob is the only one who can take it"),
        (LeadFacts(), [replace(BOB, open=10)], None, "everybody who may take it has as many leads as fit"),
        (LeadFacts(), [replace(BOB, capacity=0)], None, "everybody who may take it has as many leads as fit"),
        (LeadFacts(former=1), [BOB, BEA], 1, "Bob had it before"),
        (LeadFacts(former=1), [replace(BOB, open=10), BEA], 2, "Bea is the only one who can take it"),
        (LeadFacts(colleagues_with=1), [BOB, BEA], 1, "Bob has another lead of the company"),
        (LeadFacts(), [BOB, BEA], 2, "it is Bea's turn, of 2 who can take it"),
        (LeadFacts(), [replace(BOB, capacity=30), BEA], 1, "it is Bob's turn, of 2 who can take it"),
        (LeadFacts(), [replace(BOB, last_assigned_at=None), BEA], 1, "it is Bob's turn, of 2 who can take it"),
        (
            LeadFacts(),
            [replace(BOB, last_assigned_at=NOW, open=5), replace(BEA, last_assigned_at=NOW, open=4)],
            2,
            "it is Bea's turn, of 2 who can take it",
        ),
        (
            LeadFacts(),
            [replace(BOB, last_assigned_at=None), replace(BEA, last_assigned_at=None)],
            1,
            "it is Bob's turn, of 2 who can take it",
        ),
    ],
)
def test_who_gets_it_and_why(lead: LeadFacts, reps: list[RepFacts], rep: int | None, because: str) -> None:
    assert route(lead, reps, NOW) == Routed(rep, because)
    assert route(lead, reps[::-1], NOW) == Routed(rep, because)


@pytest.mark.parametrize("pause", [timedelta(0), timedelta(minutes=7)])
def test_each_gets_the_share_that_its_capacity_is(pause: timedelta) -> None:
    reps = {rep.id: rep for rep in (RepFacts(1, "Bob", 20), RepFacts(2, "Bea", 40), RepFacts(3, "Ben", 60))}
    got: Counter[int] = Counter()
    for turn in range(60):
        routed = route(LeadFacts(), list(reps.values()), NOW + turn * pause).rep
        assert routed is not None
        reps[routed] = replace(reps[routed], open=reps[routed].open + 1, last_assigned_at=NOW + turn * pause)
        got[routed] += 1
    assert all(abs(got[rep.id] - rep.capacity / 2) <= 2 for rep in reps.values()), got


reps = st.lists(
    st.builds(
        RepFacts,
        id=st.integers(1, 9),
        name=st.sampled_from(["Bob", "Bea"]),
        capacity=st.integers(0, 4),
        open=st.integers(0, 4),
        territories=st.sampled_from([(), ("DE",), ("DE-8", "SE"), ("SE",)]),
        products=st.sampled_from([(), ("Rota",)]),
        away_until=st.sampled_from([None, date(2026, 6, 20)]),
        last_assigned_at=st.sampled_from([None, NOW, NOW - timedelta(days=1)]),
    ),
    max_size=6,
    unique_by=lambda rep: rep.id,
)
leads = st.builds(
    LeadFacts,
    country=st.sampled_from(["", "DE", "SE", "JP"]),
    postcode=st.sampled_from(["", "80331", "11120"]),
    product=st.sampled_from(["", "rota", "Payroll"]),
    former=st.sampled_from([None, 1, 2]),
)


@given(leads, reps, st.randoms())
def test_nobody_gets_what_is_not_theirs_and_order_does_not_matter(
    lead: LeadFacts, reps: list[RepFacts], random
) -> None:  # type: ignore[no-untyped-def]
    routed = route(lead, reps, NOW)
    shuffled = list(reps)
    random.shuffle(shuffled)
    assert route(lead, shuffled, NOW) == routed
    assert routed.because
    could = [rep for rep in reps if rep.away_until is None and rep.open < rep.capacity]
    if routed.rep is None:
        assert not [rep for rep in could if not rep.territories and not rep.products]
    else:
        assert routed.rep in {rep.id for rep in could}
