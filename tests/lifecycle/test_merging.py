"""Of two leads that are one: which of them says where it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

from pyrometer.lifecycle import Said, Stage, State, furthest

SINCE = datetime(2026, 6, 1, tzinfo=UTC)

# Whoever stands further down outweighs all above.
ORDER = [
    State(Stage.UNQUALIFIED, SINCE),
    State(Stage.LET_GO, SINCE),
    State(Stage.QUIET, SINCE),
    State(Stage.LEAD, SINCE),
    State(Stage.MQL, SINCE),
    State(Stage.UNQUALIFIED, SINCE, verdict=Said.JUNK),
    State(Stage.RECYCLED, SINCE),
    State(Stage.RECYCLED, SINCE, recycle_on=date(2026, 9, 1)),
    State(Stage.RECYCLED, SINCE, recycle_on=date(2026, 7, 1)),
    State(Stage.RECYCLED, SINCE, recycle_on=date(2026, 8, 1), promised=True),
    State(Stage.SQL, SINCE),
    State(Stage.SQL, SINCE, owned=True),
    State(Stage.ACCEPTED, SINCE, owned=True),
    State(Stage.OPPORTUNITY, SINCE, owned=True),
    State(Stage.CUSTOMER, SINCE),
]


def test_the_furthest_stage_stays() -> None:
    for one, other in product(range(len(ORDER)), repeat=2):
        assert furthest(ORDER[one], ORDER[other]) is ORDER[max(one, other)]


def test_the_order_is_whole() -> None:
    assert {state.stage for state in ORDER} == set(Stage)


def test_of_equals_the_first_stays() -> None:
    one, other = State(Stage.MQL, SINCE), State(Stage.MQL, SINCE)
    assert furthest(one, other) is one


def test_that_another_is_the_same_says_nothing_against_the_other() -> None:
    duplicate = State(Stage.UNQUALIFIED, SINCE, verdict=Said.DUPLICATE)
    assert furthest(duplicate, State(Stage.LEAD, SINCE)).stage == Stage.LEAD
