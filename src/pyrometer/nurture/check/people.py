"""Who can enter, leave and take a way: nobody, or everybody."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.problems import Problem
from pyrometer.nurture.check.chances import Chances
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.conditions import Condition, TemperatureLeaf
from pyrometer.nurture.words import sentence

INSIDE = ("cool", "warm")
"""The temperatures that somebody inside can have: the hot leave at once."""


def check_people(stage: Stage) -> Iterator[Problem]:
    """Somebody enters, and not everybody; each exit and each way is taken by somebody, and an exit not by everybody."""
    chances = Chances(stage.possible)
    yield from _entering(stage, chances)
    for path, condition in stage.conditions[1:]:
        words = sentence(condition, stage.speaking)
        if not any(chances.holds(condition, temperature) for temperature in INSIDE):
            hot = chances.holds(condition, "hot")
            why = "the hot have left before" if hot else "it contradicts itself, or the definition rules it out"
            yield Problem("warning", path, f"`{words}` never holds here", why, "change it, or take it out")
        elif path[0] == "exits" and all(chances.sure(condition, temperature) for temperature in INSIDE):
            yield Problem(
                "error", path, "everybody leaves by this exit at once", f"`{words}` always holds", "ask for less"
            )


def _entering(stage: Stage, chances: Chances) -> Iterator[Problem]:
    path, condition = stage.conditions[0]
    words = sentence(condition, stage.speaking)
    if not any(chances.holds(condition, temperature) for temperature in INSIDE):
        hot = chances.holds(condition, "hot")
        yield Problem(
            "error",
            path,
            "nobody ever enters",
            "only hot leads fit, and these leave at once: they belong to sales"
            if hot
            else f"`{words}` can't hold for anybody who isn't with sales",
            "ask for `temperature: [cool, warm]`" if hot else "change what can't hold",
        )
    elif all(chances.sure(condition, temperature) for temperature in INSIDE):
        yield Problem(
            "warning",
            path,
            "everybody enters",
            f"`{words}` holds for every lead that isn't hot",
            "say who it is for: a temperature, a stage, or what is missing",
        )
    elif _names_hot(condition):
        yield Problem("note", path, "hot leads never enter", "they leave at once, to sales", "take `hot` out")


def _names_hot(condition: Condition) -> bool:
    return isinstance(condition, TemperatureLeaf) and "hot" in condition.temperature
