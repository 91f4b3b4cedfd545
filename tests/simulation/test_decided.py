"""Leads that were won or lost by the time they are scored for are nothing new for sales, and counted apart."""

from __future__ import annotations

from typing import Any

import pytest

from pyrometer.reporting import report
from pyrometer.simulation import Simulation
from tests.simulation.agreed import OLD
from tests.simulation.test_flips import HOT, changed, simulated
from tests.simulation.test_queue import asking, numbers, queue

STRICT = changed(*HOT, 0, "at_least", to=60)


def outcome(lead: str, decided: str | None, **more: Any) -> dict[str, Any]:
    return {"lead_id": lead, "outcome": "won", "decided_at": decided, **more}


def milder(outcomes: list[dict[str, Any]]) -> Simulation:
    """Ada becomes hot by the new definition."""
    others = [{"lead_id": "Cy", "outcome": "lost", "decided_at": "2026-07-09"}]
    return simulated(STRICT, OLD, outcomes=[*outcomes, *others])


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        (outcome("Ada", "2026-06-16"), True),
        (outcome("Ada", "2026-06-16", received_at="2026-07-05"), True),
        (outcome("Ada", None, received_at="2026-06-17"), True),
        (outcome("Ada", "2026-07-02"), False),
        (outcome("Ada", None), False),
    ],
    ids=["before", "before, heard of later", "heard of before", "after", "who knows"],
)
def test_a_lead_won_before_the_moment_is_no_new_hot_lead(given: dict[str, Any], decided: bool) -> None:
    found = milder([given])
    (flip,) = found.shown
    (group,) = found.groups
    assert (flip.lead_id, flip.after, flip.outcome, flip.decided) == ("Ada", "hot", "won", decided)
    assert (found.flips, found.flips_decided, group.decided, found.early) == (1, decided, decided, decided)
    assert (found.new.counts["hot"], found.new.undecided("hot")) == (1, 1 - decided)
    assert (found.old.counts["hot"], found.old.undecided("hot")) == (0, 0)


def test_without_outcomes_nobody_is_decided() -> None:
    found = simulated(STRICT, OLD)
    assert (found.flips_decided, found.new.decided, found.new.undecided("hot")) == (0, None, 1)


def test_leads_that_are_still_to_be_won_are_shown_first() -> None:
    new = changed("temperature", "warm", "when", to={"score": "interest", "at_least": 60})
    new["temperature"]["hot"]["when"]["all"][0]["at_least"] = 60
    shown = [flip.lead_id for flip in simulated(OLD, new).shown]
    assert shown[0] == "Ada"
    outcomes = [outcome("Ada", "2026-06-16"), {"lead_id": "Di", "outcome": "lost"}]
    assert [flip.lead_id for flip in simulated(OLD, new, outcomes=outcomes).shown] == [*shown[1:], "Ada"]


def test_the_queue_has_no_place_for_the_decided() -> None:
    won = [outcome("Ada", "2026-06-13"), outcome("Bo", "2026-06-22"), {"lead_id": "Di", "outcome": "lost"}]
    found = queue(asking(8), asking(12), outcomes=won)
    assert numbers(queue(asking(8), asking(12))) == [(1, 0), (1, 1), (1, 1)]
    assert numbers(found) == [(0, 0), (1, 1), (1, 1)]
    assert "leads that were decided by the end of a week aren't counted in it" in found.limits


def test_the_page_doesn_t_hand_won_leads_to_sales() -> None:
    text = report(milder([outcome("Ada", "2026-06-16")]))
    assert "1 of them was already decided by then, and nothing new for sales." in text
    assert "Sales would have 0 hot leads to follow up in the place of 0" in text.replace("\u00a0", " ")
    assert "Why 1 lead becomes hot (1 already decided)" in text.replace("\u00a0", " ")
    assert "Sales would have 1 hot lead in the place of 0." in report(simulated(STRICT, OLD)).replace("\u00a0", " ")
