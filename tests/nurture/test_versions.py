"""The identity of a programme, and people who are moved from one version to another."""

from __future__ import annotations

from typing import Any

import pytest

from pyrometer.nurture import Place, Programme, Stays, moved
from pyrometer.nurture.questions import question
from tests.nurture.made import MONDAY, at, programme

STEPS: list[dict[str, Any]] = [
    {"send": "one", "label": "First"},
    {"wait": "7d"},
    {"id": "ask", "ask": {"question": "Why?"}},
    {"wait": {"until": {"any": [{"flag": "a"}, {"flag": "b"}]}, "at_most": "2w"}},
]


def changed(index: int, **parts: Any) -> list[dict[str, Any]]:
    return [{**step, **parts} if number == index else step for number, step in enumerate(STEPS)]


@pytest.mark.parametrize(
    "other",
    [
        programme(changed(0, label={"en": "Uno", "de": "Eins"})),
        programme(STEPS, name={"en": "Other", "sv": "Annat"}, about="What for", languages=["en", "de"]),
        programme(changed(1, wait="1w")),
        programme(changed(3, wait={"at_most": "14d", "until": {"any": [{"flag": "b", "label": "B"}, {"flag": "a"}]}})),
        programme(STEPS, enter={"when": {"temperature": ["warm", "cool"]}, "held_back": "10.0%"}),
    ],
)
def test_words_and_order_change_nothing(other: Programme) -> None:
    assert other.version == programme(STEPS).version


@pytest.mark.parametrize(
    "other",
    [
        programme(changed(0, send="two")),
        programme(changed(1, wait="8d")),
        programme(changed(2, ask={"question": "Why not?"})),
        programme(changed(2, id="asked")),
        programme(changed(3, wait={"until": {"all": [{"flag": "a"}, {"flag": "b"}]}, "at_most": "2w"})),
        programme(STEPS[::-1]),
        programme(STEPS, purpose="news"),
        programme(STEPS, enter={"when": {"temperature": "cool"}}),
        programme(STEPS, enter={"when": {"temperature": ["cool", "warm"]}, "held_back": "20%"}),
        programme(STEPS, exits=[{"when": {"flag": "a"}, "because": "a"}]),
    ],
)
def test_what_is_done_changes_it(other: Programme) -> None:
    assert other.version != programme(STEPS).version


def test_the_version_never_changes_by_itself() -> None:
    """Written down: places in databases name it."""
    assert programme(STEPS).version.startswith("53c484542c1a")


def test_the_same_question_has_the_same_key() -> None:
    from pyrometer.definition.conditions import AnyOf, EventLeaf, FlagLeaf

    def both(*names: str) -> Any:
        return AnyOf(any=[FlagLeaf(flag=name) for name in names])

    assert question(both("a", "b")).key == question(both("b", "a")).key != question(both("a", "c")).key
    once = EventLeaf(event="call", at_least="1", label="called")
    assert question(once).key == question(EventLeaf(event=["call"])).key
    assert question(once).key != question(EventLeaf(event="call", at_most="1")).key


def go(place_at: str, new: list[dict[str, Any]], old: list[dict[str, Any]] = STEPS, **parts: Any) -> Place | Stays:
    before = programme(old)
    return moved(at(before, place_at), before, programme(new, **parts))


def test_a_step_with_an_id_is_found_wherever_it_stands() -> None:
    found = go("ask", [{"send": "new"}, *STEPS[::-1]])
    assert isinstance(found, Place)
    assert (found.step, found.since) == ("ask", MONDAY)
    assert found.version == programme([{"send": "new"}, *STEPS[::-1]]).version


def test_a_step_that_does_the_same_is_found() -> None:
    found = go("wait 1w", [{"send": "zero"}, {"wait": "2d"}, *STEPS])
    assert isinstance(found, Place)
    assert found.step == "wait 1w"


def test_a_wait_of_another_length_is_found_behind_the_same_mail() -> None:
    found = go("wait 1w", changed(1, wait="3d"))
    assert isinstance(found, Place)
    assert (found.step, found.since) == ("wait 3d", MONDAY)


@pytest.mark.parametrize(
    ("step", "new", "because"),
    [
        ("ask", [{"send": "one"}], "no step with the id `ask`"),
        ("ask", [{"id": "ask", "wait": "1d"}], "was a `ask` step and is a `wait` step now"),
        ("wait 1w", [{"send": "one"}, {"send": "two"}, {"wait": "9d"}], "can't be told in the new version"),
        ("wait 1w", [*STEPS, {"wait": "7d"}, {"send": "one"}], "can't be told in the new version"),
    ],
)
def test_what_cannot_be_told_stays(step: str, new: list[dict[str, Any]], because: str) -> None:
    found = go(step, new)
    assert isinstance(found, Stays)
    assert because in found.because


def test_nobody_is_moved_into_another_programme() -> None:
    found = go("ask", STEPS, programme="other")
    assert isinstance(found, Stays)
    assert "another programme" in found.because
