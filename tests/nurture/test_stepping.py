"""The table of next steps: every kind of step, in every situation that bears on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from pyrometer.lifecycle import WITH_SALES, Stage
from pyrometer.nurture import (
    Ask,
    Decision,
    Facts,
    Finish,
    Intent,
    Leave,
    LetGo,
    Notify,
    Offer,
    Place,
    Policy,
    Programme,
    Recycle,
    Send,
    SetTrait,
    Skip,
    UnansweredError,
    Wait,
    begin,
    needs,
    next_step,
)
from pyrometer.nurture.steps import STEPS
from tests.nurture.made import BERLIN, EMAIL, MONDAY, at, known, programme

HOLIDAY = date(2026, 6, 8)
POLICY = Policy(holidays=frozenset({HOLIDAY}), per_day=1, per_week=3)
REST = {"id": "rest", "wait": "1w"}
EXIT = {"exits": [{"when": {"flag": "lost_interest"}, "because": "lost interest"}]}
THREE_DAYS = timedelta(days=3)

COLUMNS: dict[str, dict[str, Any]] = {
    "send": {"send": "hello"},
    "ask": {"ask": {"question": "What should we do better?"}},
    "offer": {"offer": {"coupon": "first", "for": "14d"}},
    "4 days": {"wait": "4d"},
    "on tue": {"wait": {"day": "tue", "at": "09:30"}},
    "a date": {"wait": {"date": "trial_ends", "before": "3d", "at_most": "30d"}},
    "a click": {"wait": {"until": {"flag": "clicked"}, "at_most": "4d"}, "else": [{"set": {"clicks": "no"}}]},
    "notify": {"notify": {"to": "rep", "say": "Look at this one"}},
    "set": {"set": {"need": "possible"}},
    "leave": {"leave": "it is enough"},
    "recycle": {"leave": {"because": "later", "then": "recycle", "after": "90d"}},
    "let go": {"leave": {"because": "silent", "then": "let_go"}},
}
"""Each alone, with a week's rest behind; whoever waits has waited for three days."""

NIGHT = MONDAY.replace(hour=20)
WEEKEND = MONDAY + timedelta(days=5)
BEFORE_HOLIDAY = datetime(2026, 6, 7, 22, 30, tzinfo=UTC)  # half past midnight in Berlin, on the holiday
LATER = MONDAY + timedelta(days=1)

SITUATIONS: dict[str, tuple[datetime, dict[str, Any]]] = {
    "a Monday morning": (MONDAY, {}),
    "Monday night": (NIGHT, {}),
    "the weekend": (WEEKEND, {}),
    "a holiday": (BEFORE_HOLIDAY, {}),
    "a day later": (LATER, {}),
    "a mail this morning": (MONDAY, {"mails": [MONDAY - timedelta(hours=1)]}),
    "a mail yesterday": (MONDAY, {"mails": [MONDAY - timedelta(days=1)]}),
    "three this week": (MONDAY, {"mails": [MONDAY - timedelta(days=day) for day in (2, 4, 6)]}),
    "wants none yet": (MONDAY, {"mail_from": MONDAY + timedelta(days=5)}),
    "wants them again": (MONDAY, {"mail_from": MONDAY}),
    "no consent": (MONDAY, {"consent": {"profiling": True}}),
    "said no": (MONDAY, {"consent": {"email": False}}),
    "suppressed": (MONDAY, {"suppressed": True}),
    "hot": (MONDAY, {"temperature": "hot"}),
    "handed over": (MONDAY, {"stage": Stage.SQL}),
    "replied": (MONDAY, {"replied_at": MONDAY - timedelta(hours=1)}),
    "replied long ago": (MONDAY, {"replied_at": MONDAY - timedelta(days=60)}),
    "the date known": (MONDAY, {"dates": {"trial_ends": date(2026, 6, 10)}}),
    "the date near": (MONDAY, {"dates": {"trial_ends": date(2026, 6, 3)}}),
    "clicked": (MONDAY, {"clicked": True}),
    "a click unknown": (MONDAY, {"clicked": None}),
    "lost interest": (MONDAY, {"lost": True}),
    "interest unknown": (MONDAY, {"lost": None}),
}

TABLE = """
                    | send        | ask         | offer   | 4 days | on tue | a date | a click
a Monday morning    | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
Monday night        | ~10h window | ~10h window | offer . | ~12h   | ~11h   | ~4h    | ~4h
the weekend         | ~70h window | ~70h window | offer . | .      | .      | ~16h   | set ~0h
a holiday           | ~31h window | ~31h window | offer . | .      | .      | ~1h    | set ~0h
a day later         | send .      | ask .       | offer . | .      | .      | ~16h   | set ~0h
a mail this morning | ~23h cap    | ~23h cap    | offer . | ~24h   | ~23h   | ~16h   | ~16h
a mail yesterday    | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
three this week     | ~24h cap    | ~24h cap    | offer . | ~24h   | ~23h   | ~16h   | ~16h
wants none yet      | ~190h wish  | ~190h wish  | offer . | ~24h   | ~23h   | ~16h   | ~16h
wants them again    | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
no consent          | skip .      | skip .      | offer . | ~24h   | ~23h   | ~16h   | ~16h
the date known      | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
the date near       | send .      | ask .       | offer . | ~24h   | ~23h   | .      | ~16h
clicked             | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | .
a click unknown     | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
replied long ago    | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
interest unknown    | send .      | ask .       | offer . | ~24h   | ~23h   | ~16h   | ~16h
"""
ALWAYS = {"notify": "tell .", "set": "set ~0h", "leave": "x step", "recycle": "x back@90", "let go": "x gone"}
"""What is the same in all of these situations."""
EXITS = {
    "said no": "x unsubscribed",
    "suppressed": "x suppressed",
    "hot": "x hot",
    "handed over": "x handed_over",
    "replied": "x replied",
    "lost interest": "x exit",
}
"""What wins over every step. A programme without a mail has nothing to unsubscribe from."""


def cells() -> dict[tuple[str, str], str]:
    head, *rows = TABLE.strip("\n").splitlines()
    names = [name.strip() for name in head.split("|")[1:]]
    found = {}
    for row in rows:
        situation, *said = (cell.strip() for cell in row.split("|"))
        found |= {(situation, name): cell for name, cell in zip(names, said, strict=True)}
        found |= {(situation, name): cell for name, cell in ALWAYS.items()}
    return found


def told(decision: Decision, now: datetime) -> str:
    """A decision in the table's words."""
    words = []
    for intent in decision.intents:
        match intent:
            case Send() | Ask() | Offer() | SetTrait() | Skip():
                words.append({SetTrait: "set"}.get(type(intent), type(intent).__name__.lower()))
            case Notify(say=say):
                assert say == {"en": "Look at this one"}
                words.append("tell")
            case Wait(step="rest", for_="time"):
                words.append(".")
            case Wait(until=until, for_=for_):
                words.append(f"~{int((until - now) / timedelta(hours=1))}h")
                words += [for_] if for_ in ("window", "cap", "wish") else []
            case Leave(why=why):
                words.append(f"x {why}")
            case Recycle(on=on):
                words.append(f"x back@{(on - now.astimezone(BERLIN).date()).days}")
            case LetGo():
                words.append("x gone")
            case Finish():
                words.append("end")
    assert (decision.place is None) == (not isinstance(decision.intents[-1], Wait))
    return " ".join(words)


def situation(name: str, made: Programme, place: Place) -> tuple[datetime, Facts]:
    now, given = SITUATIONS[name]
    given = dict(given)
    keys = {question.condition.flag: question.key for question in needs(made, place).questions}  # type: ignore[union-attr]
    answers = {
        keys[flag]: given.pop(word, False)
        for flag, word in (("clicked", "clicked"), ("lost_interest", "lost"))
        if flag in keys
    }
    for word in ("clicked", "lost"):
        given.pop(word, None)
    return now, known(needs(made, place), **{"answers": answers, **given})


def made_of(column: str) -> tuple[Programme, Place]:
    made = programme([COLUMNS[column] | {"id": "here"}, REST], **EXIT)
    return made, at(made, "here", MONDAY - THREE_DAYS)


def test_the_table_is_whole() -> None:
    assert set(cells()) == {(name, column) for name in SITUATIONS if name not in EXITS for column in COLUMNS}
    kinds = {key for step in COLUMNS.values() for key in step if key in STEPS}
    assert kinds | {"branch", "go"} == set(STEPS)


@pytest.mark.parametrize(("name", "column"), cells())
def test_a_step(name: str, column: str) -> None:
    made, place = made_of(column)
    now, facts = situation(name, made, place)
    assert told(next_step(made, place, facts, now, POLICY), now) == cells()[name, column]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", EXITS)
def test_an_exit_wins_over_every_step(name: str, column: str) -> None:
    made, place = made_of(column)
    now, facts = situation(name, made, place)
    found = told(next_step(made, place, facts, now, POLICY), now)
    mails = column in ("send", "ask")
    assert found == EXITS[name] if mails or name != "said no" else found != EXITS[name]


def test_every_intent_is_in_the_table() -> None:
    seen: set[type] = {Finish}
    for name, column in cells():
        made, place = made_of(column)
        now, facts = situation(name, made, place)
        seen |= {type(intent) for intent in next_step(made, place, facts, now, POLICY).intents}
    made, place = made_of("send")
    seen |= {
        type(intent) for intent in next_step(made, place, known(needs(made, place), temperature="hot"), MONDAY).intents
    }
    assert seen == set(_all(Intent))


def _all(union: Any) -> list[type]:
    return [one for part in get_args(union) for one in (_all(part) if get_args(part) else [part])]


@pytest.mark.parametrize("stage", Stage)
def test_who_is_with_sales_gets_no_mail(stage: Stage) -> None:
    made, place = made_of("send")
    _, facts = situation("a Monday morning", made, place)
    found = told(next_step(made, place, replace(facts, stage=stage), MONDAY, POLICY), MONDAY)
    assert found == ("x handed_over" if stage in WITH_SALES else "send .")


def test_a_branch_takes_the_first_case_that_is_true() -> None:
    cases = [{"when": {"flag": flag}, "then": [{"send": flag}]} for flag in ("one", "two")]
    made = programme([{"id": "here", "branch": cases, "else": [{"send": "other"}]}, REST])
    place = at(made, "here")
    keys = [question.key for question in needs(made, place).questions]
    sent = {}
    for truths in [(True, True), (True, None), (False, True), (None, True), (None, False), (None, None)]:
        facts = known(needs(made, place), answers=dict(zip(keys, truths, strict=True)))
        decision = next_step(made, place, facts, MONDAY)
        assert isinstance(decision.intents[0], Send)
        sent[truths] = decision.intents[0].content
        assert isinstance(decision.intents[-1], Wait)
        assert decision.intents[-1].step == "rest"
    assert list(sent.values()) == ["one", "one", "two", "two", "other", "other"]


def test_three_valued_logic_reaches_the_leaves_of_programmes() -> None:
    unread = {"any": [{"temperature": "warm"}, {"stage": "mql"}]}
    made = programme(
        [
            {"id": "here", "branch": [{"when": unread, "then": [{"send": "yes"}]}], "else": []},
            {"branch": [{"when": {"not": unread}, "then": [{"send": "no"}]}], "else": [{"send": "who knows"}]},
            REST,
        ]
    )
    place = at(made, "here")

    def sends(temperature: str | None, stage: str) -> list[str]:
        facts = Facts(temperature=temperature, stage=stage, consent=EMAIL)
        return [
            i.content
            for i in next_step(made, place, facts, MONDAY, Policy(per_day=None)).intents
            if isinstance(i, Send)
        ]

    assert sends("warm", "lead") == ["yes", "who knows"]
    assert sends("cool", "lead") == ["no"]
    assert sends(None, "mql") == ["yes", "who knows"]
    assert sends(None, "lead") == ["who knows"]


def test_a_programme_that_is_over_is_finished() -> None:
    made = programme([{"id": "here", "wait": "1d"}])
    place = at(made, "here", MONDAY - timedelta(days=1))
    assert next_step(made, place, known(needs(made, place)), MONDAY) == Decision((Finish(),), None)


def test_deciding_early_changes_nothing() -> None:
    made = programme([{"send": "hello"}, {"id": "here", "wait": "4d"}, {"send": "again"}])
    place = at(made, "here")
    facts = known(needs(made, place))
    first = next_step(made, place, facts, MONDAY)
    assert first.place is not None
    again = next_step(made, first.place, facts, MONDAY + timedelta(hours=5))
    assert again.place == first.place


def test_what_was_sent_is_remembered_and_numbered() -> None:
    made = programme([{"send": "one"}, {"offer": {"coupon": "c"}}, {"ask": {"question": "Why?"}}, REST])
    decision = next_step(
        made, begin(made, MONDAY), known(needs(made, begin(made, MONDAY))), MONDAY, Policy(per_day=None)
    )
    assert [intent.act for intent in decision.intents[:-1]] == [1, 2, 3]  # type: ignore[union-attr]
    assert decision.place is not None
    assert (decision.place.acts, decision.place.sent) == (3, (("one", MONDAY),))
    assert Place.from_dict(decision.place.as_dict()) == decision.place


@pytest.mark.parametrize(("days", "sends"), [(5, False), (40, True)])
def test_a_content_that_was_sent_lately_by_any_programme_is_seen(days: int, sends: bool) -> None:
    fresh = {"not": {"sent": "news", "within": "30d"}}
    made = programme([{"id": "here", "branch": [{"when": fresh, "then": [{"send": "news"}]}], "else": []}, REST])
    place = at(made, "here")
    facts = known(needs(made, place), sent={"news": MONDAY - timedelta(days=days)})
    assert isinstance(next_step(made, place, facts, MONDAY).intents[0], Send) == sends


def test_an_exit_that_a_mail_brings_about_ends_it_there() -> None:
    exits = [{"when": {"sent": "last"}, "because": "it was the last"}]
    made = programme([{"id": "here", "send": "last"}, {"send": "never"}], exits=exits)
    place = at(made, "here")
    decision = next_step(made, place, known(needs(made, place)), MONDAY, Policy(per_day=None))
    assert told(decision, MONDAY) == "send x exit"


@pytest.mark.parametrize(
    ("asked", "met", "next_one", "found"),
    [
        ({"criterion": "need"}, False, None, "need"),
        ({"criterion": "need"}, None, None, "need"),
        ({"criterion": "need"}, True, None, None),
        ({"framework": "bant"}, False, "budget", "budget"),
        ({"framework": "bant"}, False, None, None),
    ],
)
def test_what_is_known_is_not_asked(asked: Any, met: bool | None, next_one: str | None, found: str | None) -> None:
    for step in ({"ask": asked}, {"send": "hello", "asking": asked}):
        made = programme([step | {"id": "here"}, REST])
        place = at(made, "here")
        facts = known(needs(made, place), met, asks_next={"bant": next_one})
        first = next_step(made, place, facts, MONDAY).intents[0]
        if found is None and "ask" in step:
            assert first == Skip("here", "what it asks is known")
        else:
            assert isinstance(first, Send | Ask)
            assert (None if first.asking is None else first.asking.criterion) == found


def test_facts_that_lack_an_answer_say_which() -> None:
    made, place = made_of("a click")
    with pytest.raises(UnansweredError, match="no answer with the key"):
        next_step(made, place, Facts(consent=EMAIL), MONDAY)
    made, place = made_of("a date")
    with pytest.raises(UnansweredError, match="no date trial_ends"):
        next_step(made, place, replace(known(needs(made, place)), dates={}), MONDAY)


def test_a_place_of_another_version_is_refused() -> None:
    made, place = made_of("send")
    other = programme([{"send": "other"}])
    with pytest.raises(ValueError, match="another version"):
        next_step(other, place, known(needs(made, place)), MONDAY)
    with pytest.raises(ValueError, match="no step `nowhere`"):
        next_step(made, replace(place, step="nowhere"), known(needs(made, place)), MONDAY)


def test_a_policy_that_lets_no_mail_out_is_refused() -> None:
    for wrong in ({"hours": {}}, {"hours": {0: (600, 600)}}, {"per_day": 0}, {"per_week": -1}):
        with pytest.raises(ValueError, match=r"write 1 or more|need hours"):
            Policy(**wrong)  # type: ignore[arg-type]


def test_a_circle_without_a_wait_comes_to_rest_all_the_same() -> None:
    made = programme([{"id": "here", "notify": {"to": "rep", "say": "Look at this one"}}, {"go": "here"}])
    place = at(made, "here")
    assert told(next_step(made, place, known(needs(made, place)), MONDAY), MONDAY) == "tell ~16h"
