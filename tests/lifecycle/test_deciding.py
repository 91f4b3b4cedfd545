"""The table of all decisions: every stage, and everything that can happen in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from pyrometer.lifecycle import (
    WITH_SALES,
    Assign,
    ChangeStage,
    DateReached,
    EndAssignment,
    Facts,
    Fit,
    Happening,
    Intent,
    Judged,
    Lost,
    Mark,
    Notify,
    Opened,
    Park,
    Policy,
    Qualified,
    Read,
    Recycle,
    Refuse,
    Said,
    Silent,
    Stage,
    State,
    Won,
    decide,
)

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=10)
OLD, NEW = SINCE - timedelta(days=65), NOW - timedelta(hours=1)
POLICY = Policy(attempts=6, recycle_after=90, quiet_after=60, let_go_after=120)
SPRING = date(2027, 3, 1)

HOT = Facts("hot", hot_since=NEW, fit=Fit.GOOD, last_seen=NEW)
WARM = Facts("warm", fit=Fit.GOOD, last_seen=NEW)
COOL = Facts("cool", fit=Fit.GOOD, last_seen=NEW)
POOR = Facts("cool", fit=Fit.POOR, last_seen=NEW)
UNKNOWN = Facts("cool", fit=Fit.UNKNOWN, last_seen=NEW)

FACTS = {
    "hot": HOT,
    "hot as before": replace(HOT, hot_since=OLD, last_seen=OLD),
    "hot, poor fit": replace(HOT, fit=Fit.POOR),
    "hot, no handle": replace(HOT, reachable=False),
    "fits, asked": replace(WARM, sales_action_at=NEW),
    "fits, asked before": replace(WARM, sales_action_at=OLD),
    "fits, cool, asked": replace(COOL, sales_action_at=NEW),
    "middling, asked": replace(WARM, fit=Fit.MIDDLING, sales_action_at=NEW),
    "fits, warm": WARM,
    "fits, warm as before": replace(WARM, last_seen=OLD),
    "fits, cool": COOL,
    "fits, cool, ready": replace(COOL, ready=True),
    "middling, warm": replace(WARM, fit=Fit.MIDDLING),
    "unknown, cool": UNKNOWN,
    "poor, cool": POOR,
    "poor, cool as before": replace(POOR, last_seen=OLD),
    "poor, cool, in market": replace(POOR, in_market=True),
    "poor, cool, like buyers": replace(POOR, like_customers=True),
    "poor, cool, one met": replace(POOR, met=1),
}
HAPPENINGS: dict[str, Happening] = {
    "marketing's call": Qualified(),
    "accepted": Judged(Said.ACCEPTED, attempts=1),
    "not now": Judged(Said.NOT_NOW, attempts=1),
    "not now, in spring": Judged(Said.NOT_NOW, attempts=1, until=SPRING),
    "not now, yesterday": Judged(Said.NOT_NOW, attempts=1, until=NOW.date()),
    "not now, too far": Judged(Said.NOT_NOW, attempts=1, until=date(2028, 6, 16)),
    "not a fit": Judged(Said.NOT_A_FIT, attempts=1),
    "not a fit, untried": Judged(Said.NOT_A_FIT),
    "unreachable": Judged(Said.UNREACHABLE, attempts=6),
    "unreachable, 5 tries": Judged(Said.UNREACHABLE, attempts=5),
    "unreachable, a day": Judged(Said.UNREACHABLE, attempts=6, until=SPRING),
    "unreachable, untried": Judged(Said.UNREACHABLE),
    "duplicate": Judged(Said.DUPLICATE, attempts=1),
    "junk": Judged(Said.JUNK, attempts=1),
    "opportunity": Opened(),
    "won": Won(),
    "lost": Lost(),
    "silent 59 days": Silent(59),
    "silent 60 days": Silent(60),
    "silent 119 days": Silent(119),
    "silent 120 days": Silent(120),
}

# Rows: the lead reads like this now. `sql+` is handed over, `sql+f` to the rep who had it; `.` all stays.
READ = """
                        | lead | mql  | sql    | acc    | opp    | won | back  | unq  | quiet | gone
hot                     | sql+ | sql+ | hotter | hotter | hotter | .   | sql+f | sql+ | sql+  | sql+
hot as before           | sql+ | sql+ | hotter | hotter | hotter | .   | .     | mql  | sql+  | .
hot, poor fit           | sql+ | sql+ | hotter | hotter | hotter | .   | sql+f | sql+ | sql+  | sql+
hot, no handle          | mql  | .    | hotter | hotter | hotter | .   | .     | mql  | mql   | mql
fits, asked             | sql+ | sql+ | .      | .      | .      | .   | sql+f | sql+ | sql+  | sql+
fits, asked before      | sql+ | sql+ | .      | .      | .      | .   | .     | mql  | sql+  | sql+
fits, cool, asked       | sql+ | sql+ | .      | .      | .      | .   | sql+f | sql+ | sql+  | sql+
middling, asked         | .    | lead | .      | .      | .      | .   | .     | lead | lead  | lead
fits, warm              | mql  | .    | .      | .      | .      | .   | .     | mql  | mql   | mql
fits, warm as before    | mql  | .    | .      | .      | .      | .   | .     | mql  | .     | .
fits, cool              | .    | .    | .      | .      | .      | .   | .     | lead | lead  | lead
fits, cool, ready       | mql  | .    | .      | .      | .      | .   | .     | mql  | mql   | mql
middling, warm          | .    | lead | .      | .      | .      | .   | .     | lead | lead  | lead
unknown, cool           | .    | lead | .      | .      | .      | .   | .     | lead | lead  | lead
poor, cool              | park | park | .      | .      | .      | .   | .     | .    | lead  | lead
poor, cool as before    | park | park | .      | .      | .      | .   | .     | .    | .     | .
poor, cool, in market   | .    | lead | .      | .      | .      | .   | .     | lead | lead  | lead
poor, cool, like buyers | .    | lead | .      | .      | .      | .   | .     | lead | lead  | lead
poor, cool, one met     | .    | lead | .      | .      | .      | .   | .     | lead | lead  | lead
"""

# The day came for which a lead was put aside: only a recycled one has such a day.
REACHED = {
    "hot": "sql+f",
    "hot as before": "sql+f",
    "hot, no handle": "mql",
    "fits, asked before": "sql+f",
    "fits, warm": "mql",
    "fits, cool": "lead",
    "poor, cool": "lead",
}

# Rows: what happens to a lead of good fit, neither hot nor with a sales action; in sales it is in a rep's hands.
# `@90` is recycled for 90 days, `@day` until the day that was named, `park` unqualified, `gone` let go, `no` refused;
# `x` takes it out of the rep's hands, `!` marks that nobody had tried, `?` too few attempts.
HAPPENS = """
                     | lead  | mql   | sql      | acc      | opp      | won | back  | unq   | quiet | gone
marketing's call     | sql+f | sql+f | no       | no       | no       | no  | sql+f | sql+f | sql+f | sql+f
accepted             | no    | no    | acc      | .        | .        | no  | no    | no    | no    | no
not now              | no    | no    | x @90    | x @90    | x @90    | no  | no    | no    | no    | no
not now, in spring   | no    | no    | x @day   | x @day   | x @day   | no  | no    | no    | no    | no
not now, yesterday   | no    | no    | no       | no       | no       | no  | no    | no    | no    | no
not now, too far     | no    | no    | no       | no       | no       | no  | no    | no    | no    | no
not a fit            | no    | no    | x park   | x park   | x park   | no  | no    | no    | no    | no
not a fit, untried   | no    | no    | x park ! | x park ! | x park ! | no  | no    | no    | no    | no
unreachable          | no    | no    | x @90    | x @90    | x @90    | no  | no    | no    | no    | no
unreachable, 5 tries | no    | no    | x @90 ?  | x @90 ?  | x @90 ?  | no  | no    | no    | no    | no
unreachable, a day   | no    | no    | no       | no       | no       | no  | no    | no    | no    | no
unreachable, untried | no    | no    | x @90 !  | x @90 !  | x @90 !  | no  | no    | no    | no    | no
duplicate            | no    | no    | x park   | x park   | x park   | no  | no    | no    | no    | no
junk                 | no    | no    | x park   | x park   | x park   | no  | no    | no    | no    | no
opportunity          | opp+f | opp+f | opp      | opp      | .        | .   | opp+f | opp+f | opp+f | opp+f
won                  | won   | won   | x won    | x won    | x won    | .   | won   | won   | won   | won
lost                 | @90   | @90   | x @90    | x @90    | x @90    | @90 | .     | .     | @90   | .
silent 59 days       | .     | .     | .        | .        | .        | .   | .     | .     | .     | .
silent 60 days       | quiet | quiet | .        | .        | .        | .   | .     | .     | .     | .
silent 119 days      | quiet | quiet | .        | .        | .        | .   | .     | .     | .     | .
silent 120 days      | quiet | quiet | .        | .        | .        | .   | .     | .     | gone  | .
"""


SHORT = {
    Stage.ACCEPTED: "acc",
    Stage.OPPORTUNITY: "opp",
    Stage.CUSTOMER: "won",
    Stage.RECYCLED: "back",
    Stage.UNQUALIFIED: "unq",
    Stage.LET_GO: "gone",
}
PARKED = {Stage.UNQUALIFIED: "park", Stage.LET_GO: "gone"}


def cells(table: str) -> dict[tuple[str, Stage], str]:
    head, *rows = table.strip("\n").splitlines()
    assert [name.strip() for name in head.split("|")[1:]] == [SHORT.get(stage, stage.value) for stage in Stage]
    found = {}
    for row in rows:
        name, *said = (cell.strip() for cell in row.split("|"))
        found |= {(name, stage): cell for stage, cell in zip(Stage, said, strict=True)}
    return found


def told(intents: tuple[Intent, ...]) -> str:
    """Intents in the table's words."""
    words = []
    for intent in intents:
        match intent:
            case EndAssignment():
                words.append("x")
            case ChangeStage(to, _) if to in PARKED:
                assert any(isinstance(other, Park) for other in intents)
                words.append(PARKED[to])
            case ChangeStage(to, _):
                words.append(SHORT.get(to, to.value))
            case Recycle(on, promised):
                assert words.pop() == "back"
                assert promised == (on == SPRING)
                words.append("@day" if promised else f"@{(on - NOW.date()).days}")
            case Park():
                assert words[-1] in PARKED.values()
            case Assign(_, to_former):
                words.append("+f" if to_former else "+")
            case Mark(what):
                words.append({"no_attempt": "!", "few_attempts": "?"}[what])
            case Notify("assignment"):
                assert words[-1] in ("+", "+f")
            case Notify(what):
                words.append(what)
            case Refuse(because):
                assert because
                assert intents == (intent,)
                words.append("no")
    return " ".join(words).replace(" +", "+") or "."


def state_of(stage: Stage, facts: Facts) -> State:
    recycle_on = SPRING if stage == Stage.RECYCLED else None
    return State(stage, SINCE, facts, owned=stage in WITH_SALES, recycle_on=recycle_on)


def test_the_tables_are_whole() -> None:
    assert set(cells(READ)) == {(name, stage) for name in FACTS for stage in Stage}
    assert set(cells(HAPPENS)) == {(name, stage) for name in HAPPENINGS for stage in Stage}
    assert {type(happening) for happening in HAPPENINGS.values()} | {Read, DateReached} == set(get_args(Happening))
    assert {happening.said for happening in HAPPENINGS.values() if isinstance(happening, Judged)} == set(Said)


@pytest.mark.parametrize(("name", "stage"), cells(READ))
def test_a_reading(name: str, stage: Stage) -> None:
    assert told(decide(state_of(stage, FACTS[name]), Read(was="warm"), NOW, POLICY)) == cells(READ)[name, stage]


@pytest.mark.parametrize(("name", "stage"), cells(HAPPENS))
def test_what_happens(name: str, stage: Stage) -> None:
    assert told(decide(state_of(stage, WARM), HAPPENINGS[name], NOW, POLICY)) == cells(HAPPENS)[name, stage]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("name", REACHED)
def test_the_day_came(name: str, stage: Stage) -> None:
    expected = REACHED[name] if stage == Stage.RECYCLED else "."
    assert told(decide(state_of(stage, FACTS[name]), DateReached(), NOW, POLICY)) == expected


def test_who_asked_to_be_called_on_a_day_is_called_though_cool() -> None:
    state = replace(state_of(Stage.RECYCLED, POOR), promised=True, recycle_on=NOW.date())
    assert told(decide(state, DateReached(), NOW, POLICY)) == "sql+f"
    unreachable = replace(state, facts=replace(POOR, reachable=False))
    assert told(decide(unreachable, DateReached(), NOW, POLICY)) == "lead"


@pytest.mark.parametrize("kind", ["in_market", "like_customers"])
def test_not_a_fit_stays_where_the_market_says_otherwise(kind: str) -> None:
    state = state_of(Stage.SQL, replace(WARM, **{kind: True}))
    assert told(decide(state, Judged(Said.NOT_A_FIT, attempts=1), NOW, POLICY)) == "x @90"


@pytest.mark.parametrize("said", [Said.JUNK, Said.DUPLICATE])
@pytest.mark.parametrize("stage", [Stage.UNQUALIFIED, Stage.RECYCLED])
def test_junk_and_duplicates_come_back_only_by_a_person(said: Said, stage: Stage) -> None:
    state = replace(state_of(stage, HOT), verdict=said)
    assert told(decide(state, Read(), NOW, POLICY)) == "."
    assert told(decide(state, Qualified(), NOW, POLICY)) == "sql+f"


@pytest.mark.parametrize("said", [Said.JUNK, Said.DUPLICATE])
@pytest.mark.parametrize("kind", ["in_market", "like_customers"])
def test_no_market_keeps_what_is_no_lead(said: Said, kind: str) -> None:
    state = state_of(Stage.SQL, replace(WARM, **{kind: True}))
    assert told(decide(state, Judged(said, attempts=1), NOW, POLICY)) == "x park"


@pytest.mark.parametrize(("few", "met", "becomes"), [(0, 1, "."), (1, 1, "park"), (1, 2, ".")])
def test_how_few_criteria_are_too_few_is_agreed(few: int, met: int, becomes: str) -> None:
    state = state_of(Stage.LEAD, replace(POOR, met=met))
    assert told(decide(state, Read(), NOW, replace(POLICY, few_met=few))) == becomes


def test_an_opportunity_that_nobody_owns_gets_somebody() -> None:
    state = replace(state_of(Stage.SQL, WARM), owned=False)
    assert told(decide(state, Opened(), NOW, POLICY)) == "opp+f"


@pytest.mark.parametrize(("happening", "becomes"), [(Won(), "x won"), (Lost(), "x @90")])
def test_who_is_still_in_a_reps_hands_leaves_them_at_the_end(happening: Happening, becomes: str) -> None:
    state = replace(state_of(Stage.MQL, WARM), owned=True)
    assert told(decide(state, happening, NOW, POLICY)) == becomes


def test_not_a_fit_comes_back_by_what_it_does_next() -> None:
    state = replace(state_of(Stage.UNQUALIFIED, WARM), verdict=Said.NOT_A_FIT)
    assert told(decide(state, Read(), NOW, POLICY)) == "."
    assert told(decide(replace(state, facts=FACTS["fits, asked"]), Read(), NOW, POLICY)) == "sql+"


@pytest.mark.parametrize("stage", sorted(WITH_SALES))
def test_what_nobody_has_is_tried_again_and_can_still_be_judged(stage: Stage) -> None:
    state = replace(state_of(stage, WARM), owned=False)
    assert told(decide(state, Read(), NOW, POLICY)) == "+"
    assert told(decide(state, Qualified(), NOW, POLICY)) == "+"
    assert told(decide(state, Judged(Said.JUNK), NOW, POLICY)) == "x park !"


def test_who_cannot_be_reached_is_not_handed_over_by_a_call() -> None:
    assert told(decide(state_of(Stage.MQL, FACTS["hot, no handle"]), Qualified(), NOW, POLICY)) == "no"


def test_who_is_recycled_without_a_date_falls_silent_like_others() -> None:
    state = replace(state_of(Stage.RECYCLED, COOL), recycle_on=None)
    assert [told(decide(state, Silent(days), NOW, POLICY)) for days in (59, 60)] == [".", "quiet"]


def test_a_hot_lead_does_not_fall_silent_unseen() -> None:
    assert told(decide(state_of(Stage.LEAD, FACTS["hot as before"]), Silent(70), NOW, POLICY)) == "sql+"


@pytest.mark.parametrize("stage", [Stage.SQL, Stage.ACCEPTED, Stage.OPPORTUNITY])
@pytest.mark.parametrize("was", [None, "hot"])
def test_a_rep_is_told_only_of_what_is_new(stage: Stage, was: str | None) -> None:
    assert told(decide(state_of(stage, HOT), Read(was), NOW, POLICY)) == "."
