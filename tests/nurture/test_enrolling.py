"""Who enters: conditions, entering again, one programme at a time, priority, and the control group."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from pyrometer.lifecycle import Stage
from pyrometer.nurture import Facts, Past, Standing, choose, enters, entry_needs, held_back, standings
from tests.nurture.made import EMAIL, MONDAY, known, programme

DAY = timedelta(days=1)
STEPS = [{"send": "hello"}]


def past(key: str, ended: int | None = None, *, alone: bool = True) -> Past:
    """Somebody's enrolment that began a hundred days ago and ended so many days ago."""
    standing = Standing.INSIDE if ended is None else Standing.FINISHED
    return Past(key, MONDAY - 100 * DAY, None if ended is None else MONDAY - ended * DAY, standing, alone)


@pytest.mark.parametrize(
    ("enter", "history", "because"),
    [
        pytest.param({}, [], None, id="the first time"),
        pytest.param({}, [past("made")], "is inside already", id="inside"),
        pytest.param({}, [past("made", 99)], "nobody enters again", id="never again"),
        pytest.param({"again": "30d"}, [past("made", 29)], "may enter again 30 days after", id="too soon"),
        pytest.param({"again": "30d"}, [past("made", 30)], None, id="again"),
        pytest.param({"again": "30d"}, [past("made", 90), past("made", 3)], "30 days after", id="the last end counts"),
        pytest.param({}, [past("other")], "is inside `other`", id="alone"),
        pytest.param({}, [past("other", 1)], None, id="the other is over"),
        pytest.param({}, [past("other", alone=False)], None, id="the other runs beside"),
        pytest.param({"alone": "no"}, [past("other")], None, id="runs beside"),
    ],
)
def test_history(enter: dict[str, Any], history: list[Past], because: str | None) -> None:
    made = programme(STEPS, enter={"when": {"temperature": "cool"}, **enter})
    found = enters(made, known(entry_needs(made)), history, MONDAY)
    assert found.enters == (because is None)
    assert (because or "fits") in found.because


@pytest.mark.parametrize(
    ("facts", "because"),
    [
        ({}, None),
        ({"temperature": "warm"}, "doesn't fit"),
        ({"temperature": None}, "isn't known"),
        ({"temperature": "hot"}, "would leave at once: turned hot"),
        ({"stage": Stage.ACCEPTED}, "would leave at once: sales has it"),
        ({"suppressed": True}, "would leave at once"),
        ({"consent": {}}, "gave no consent"),
        ({"consent": {"email": False}}, "would leave at once: unsubscribed"),
        ({"replied_at": MONDAY - DAY}, None),
    ],
)
def test_facts(facts: dict[str, Any], because: str | None) -> None:
    made = programme(STEPS, enter={"when": {"temperature": "cool"}})
    found = enters(made, known(entry_needs(made), **facts), [], MONDAY)
    assert found.enters == (because is None)
    assert (because or "fits") in found.because


def test_who_would_leave_by_an_own_exit_does_not_enter() -> None:
    exits = [{"when": {"flag": "gone"}, "because": "gone"}]
    made = programme(STEPS, exits=exits)
    assert enters(made, known(entry_needs(made), answer=True), [], MONDAY).because == "would leave at once: gone"
    assert enters(made, known(entry_needs(made), answer=None), [], MONDAY).enters


def test_a_programme_without_mails_needs_no_consent() -> None:
    made = programme([{"notify": {"to": "rep", "say": "Look"}}])
    assert enters(made, Facts(temperature="cool"), [], MONDAY).enters


def test_higher_priority_chooses_first() -> None:
    def made(key: str, priority: int, **enter: Any) -> Any:
        return programme(
            STEPS, programme=key, enter={"when": {"temperature": "cool"}, "priority": str(priority), **enter}
        )

    low, high, beside = made("low", 10), made("high", 90), made("beside", 50, alone="no")
    warm = programme(STEPS, programme="warm", enter={"when": {"temperature": "warm"}, "priority": "99"})
    facts = Facts(temperature="cool", consent=EMAIL)
    chosen = choose([low, warm, beside, high], facts, [], MONDAY)
    assert [one.programme for one in chosen] == ["high", "beside"]
    assert [one.programme for one in choose([low, high], facts, [past("high", 5)], MONDAY)] == ["low"]


def test_how_a_lead_stands_is_how_it_came_out_last() -> None:
    early = Past("a", MONDAY - 50 * DAY, MONDAY - 40 * DAY, Standing.FINISHED)
    late = Past("a", MONDAY - 9 * DAY, MONDAY - 3 * DAY, Standing.LEFT)
    assert standings([late, early, past("b")]) == {"a": Standing.LEFT, "b": Standing.INSIDE}


LEADS = [f"lead-{number}" for number in range(100_000)]


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
def test_the_draw_is_uniform(share: float) -> None:
    drawn = sum(held_back("educate", lead, share) for lead in LEADS)
    deviation = (len(LEADS) * share * (1 - share)) ** 0.5
    assert abs(drawn - len(LEADS) * share) < 4 * deviation


def test_the_draw_is_uniform_in_every_part_of_the_scale() -> None:
    bounds = [number / 20 for number in range(21)]
    counts = [sum(held_back("educate", lead, bound) for lead in LEADS[:20_000]) for bound in bounds]
    cells = [after - before for before, after in pairwise(counts)]
    chi_squared = sum((cell - 1000) ** 2 / 1000 for cell in cells)
    assert sum(cells) == 20_000
    assert chi_squared < 43.8  # of 19 degrees of freedom; exceeded once in a thousand


def test_the_draws_of_two_programmes_have_nothing_to_do_with_each_other() -> None:
    both = sum(held_back("educate", lead, 0.1) and held_back("re-engage", lead, 0.1) for lead in LEADS)
    assert abs(both - 1000) < 4 * (100_000 * 0.01 * 0.99) ** 0.5


def test_a_larger_share_holds_back_the_same_and_more() -> None:
    small = {lead for lead in LEADS[:5000] if held_back("educate", lead, 0.1)}
    large = {lead for lead in LEADS[:5000] if held_back("educate", lead, 0.2)}
    assert small < large


def test_the_draw_never_changes() -> None:
    """Written down: who is held back must be so after every release."""
    found = [number for number in range(60) if held_back("educate", f"lead {number}", 0.1)]
    assert found == [13, 18, 40, 46, 47, 48]
    assert not any(held_back("educate", lead, 0) for lead in LEADS[:1000])
