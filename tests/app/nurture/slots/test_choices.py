"""Choices are checked before anybody sees them, and previewed."""

from __future__ import annotations

import pytest

from pyrometer.app.nurture.slots.checking import Ground, check
from pyrometer.app.nurture.slots.choices import Choice, ConditionError, read_when
from pyrometer.app.nurture.slots.previewing import Cell, table
from pyrometer.definition import load
from pyrometer.nurture.contents import Content
from tests.app.nurture.slots.conftest import DEFINITION

SLOTS = {"hello": "low", "compare": "medium", "buy": "sales", "code": "medium", "personal": "low"}
GROUND = Ground(
    definition=load(DEFINITION),
    contents={
        **{name: Content(name, kind="slot", pitch=pitch) for name, pitch in SLOTS.items()},
        "intro": Content("intro"),
    },
    programmes=["educate"],
    coupons=["spring"],
    broken={"personal": "in `en`: lead.first_name isn't known"},
    gives=["code"],
)


def told(*choices: Choice, level: str = "error") -> list[str]:
    """What is wrong with choices."""
    return [problem.what for _, problem in check(choices, GROUND) if problem.level == level]


@pytest.mark.parametrize(
    "choice",
    [
        Choice("hello"),
        Choice("compare", temperature=("warm", "hot")),
        Choice("buy", temperature=("hot",)),
        Choice("buy", when="temperature: hot"),
        Choice("hello", when="{flag: researcher}", stage=("lead", "mql")),
        Choice("hello", when="all: [{grade: fit, at_least: B}, {trait: budget, above: 10}, {missing: budget}]"),
        Choice("hello", when="{programme: educate, is: finished}"),
        Choice("hello", when="{sent: intro, within: 30d}"),
        Choice("code", temperature=("warm",), coupon="spring"),
    ],
)
def test_what_is_right_is_taken(choice: Choice) -> None:
    assert check([choice], GROUND) == []


@pytest.mark.parametrize(
    ("choice", "what"),
    [
        (Choice(""), "no content is chosen"),
        (Choice("helo"), "unknown content `helo`"),
        (Choice("intro"), "`intro` is a mail"),
        (Choice("personal"), "`personal` can't be shown on a site"),
        (Choice("hello", temperature=("tepid",)), "there is no temperature `tepid`"),
        (Choice("hello", stage=("nowhere",)), "there is no stage `nowhere`"),
        (Choice("hello", when="{flag: resarcher}"), "unknown flag `resarcher`"),
        (Choice("hello", when="{trait: industri, is: care}"), "unknown trait `industri`"),
        (Choice("hello", when="{grade: fit, is: Z}"), "unknown grade `Z` of `fit`"),
        (Choice("hello", when="{sent: nothing}"), "unknown content `nothing`"),
        (Choice("hello", when="{programme: nothing, is: finished}"), "unknown programme `nothing`"),
        (Choice("hello", when="{event: page_viewed}"), "a slot can't answer this at once: events are counted"),
        (Choice("hello", when="any: [{flag: researcher}, {not: {event: page_viewed}}]"), "a slot can't answer this"),
        (Choice("hello", when="{trait: since, within_last: 30d}"), "a slot can't answer this at once"),
        (Choice("hello", when="{trait: industry, matches: 'c*'}"), "a slot can't answer this at once"),
        (Choice("hello", when="{flag: researcher"), "not valid YAML"),
        (Choice("hello", when="warm"), "this is no condition"),
        (Choice("hello", when="{flag: researcher, is: yes}"), "unknown key `is`"),
        (Choice("hello", when="!!python/object/apply:os.system ['true']"), ""),
        (Choice("hello", when="[" * 5000), ""),
        (Choice("hello", when="x" * 5001), "the condition has 5,001 letters"),
        (Choice("buy"), "`buy` is a sales pitch, and cool leads can come here"),
        (Choice("buy", temperature=("cool", "hot")), "`buy` is a sales pitch, and cool leads can come here"),
        (Choice("buy", temperature=("warm",)), "nobody who can come here is ready for it"),
        (Choice("compare", temperature=("cool",)), "nobody who can come here is ready for it"),
        (Choice("buy", when="{flag: researcher}"), "`buy` is a sales pitch"),
        (Choice("code", temperature=("warm",), coupon="summer"), "unknown coupon list `summer`"),
    ],
)
def test_what_is_wrong_is_said(choice: Choice, what: str) -> None:
    found = told(choice)
    assert found
    assert any(what in each for each in found), found


def test_an_event_is_told_to_become_a_flag() -> None:
    ((_, problem),) = check([Choice("hello", when="{event: page_viewed, within: 7d, at_least: 3}")], GROUND)
    assert "declare it as a flag in the definition" in problem.fix
    assert (problem.level, problem.path) == ("error", ())


def test_mistakes_say_their_line() -> None:
    with pytest.raises(ConditionError) as caught:
        read_when("all:\n  - {flag: researcher}\n  - {flga: x}\n")
    assert [problem.line for problem in caught.value.problems] == [3]


def test_what_nobody_sees_is_warned_of() -> None:
    assert told(Choice("hello"), Choice("compare", temperature=("warm",)), level="warning") == [
        "nothing below it is ever shown"
    ]
    assert "cool leads who come here don't see it" in told(Choice("compare"), level="warning")[0]
    assert told(Choice("code", temperature=("warm",)), level="warning") == [
        "`code` shows a code, and no list is chosen"
    ]
    assert told(Choice("hello", coupon="spring"), level="warning") == ["`hello` doesn't show the code"]


def test_who_sees_what() -> None:
    choices = [
        Choice("code", when="{flag: researcher}"),
        Choice("buy", temperature=("hot",)),
        Choice("compare", stage=("recycled",)),
        Choice("hello"),
    ]
    found = table(choices, SLOTS)
    assert found.stages == ("recycled", "")
    assert {line.temperature: line.cells for line in found.lines} == {
        "": (Cell((), "hello"), Cell((), "hello")),
        # What is for the readier isn't shown to the cool, whatever else fits.
        "cool": (Cell((), "hello"), Cell((), "hello")),
        "warm": (Cell(("code",), "compare"), Cell(("code",), "hello")),
        "hot": (Cell(("code",), "buy"), Cell(("code",), "buy")),
    }
    assert table([], SLOTS).lines[0].cells == (Cell(),)
    assert table([Choice("gone"), Choice("hello", when="{{{")], SLOTS).lines[1].cells == (Cell(),)
    perhaps = table([Choice("hello", when="not: {sent: intro}")], SLOTS)
    assert [line.cells for line in perhaps.lines] == [(Cell(),), *[(Cell(("hello",)),)] * 3]
