"""What a reading stands on in short, and what made the difference between two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pyrometer.app.temperature.models import Temperature
from pyrometer.definition.values import points_number
from pyrometer.result import Contribution, Reading

STRONGEST = 3
"""Reasons that a reading is shown with."""
MOST = 8
"""Reasons that a transition is kept with."""
TOLD = 2
"""Reasons that a line has room for."""

Line = Sequence[Any]
"""[score, rule, units]"""


def lines_of(reading: Reading) -> list[list[Any]]:
    """The lines that aren't nothing; they add up to the scores."""
    return [[line.score, line.rule, line.units] for line in reading.contributions if line.units]


def strongest(lines: Iterable[Contribution]) -> list[dict[str, Any]]:
    """The lines that give most."""
    ordered = sorted((line for line in lines if line.units > 0), key=lambda line: -line.units)
    return [
        {"score": line.score, "rule": line.rule, "points": points_number(line.units)} for line in ordered[:STRONGEST]
    ]


def differences(
    before: Sequence[Line], after: Sequence[Line], criteria: tuple[Mapping[str, str], Mapping[str, str]]
) -> list[Any]:
    """What changed between two readings: lines whose points differ, the largest first, then criteria in words.

    >>> differences([["fit", "Size", 100000]], [["fit", "Size", 100000], ["interest", "Demo", 300000]],
    ...             ({"need": "unknown"}, {"need": "met"}))
    [{'score': 'interest', 'rule': 'Demo', 'points': 30, 'before': 0}, 'need is met, was unknown']
    """
    was = {(score, rule): units for score, rule, units in before}
    now = {(score, rule): units for score, rule, units in after}
    changed = [key for key in dict.fromkeys([*now, *was]) if was.get(key, 0) != now.get(key, 0)]
    changed.sort(key=lambda key: -abs(now.get(key, 0) - was.get(key, 0)))
    found: list[Any] = [
        {
            "score": score,
            "rule": rule,
            "points": points_number(now.get((score, rule), 0)),
            "before": points_number(was.get((score, rule), 0)),
        }
        for score, rule in changed[:MOST]
    ]
    then, here = criteria
    return found + [
        f"{name} is {state}, was {then.get(name, 'unknown')}"
        for name, state in here.items()
        if state != then.get(name, "unknown")
    ]


def conditions(
    then: Sequence[Mapping[str, Any]], here: Sequence[Mapping[str, Any]], before: str, after: str
) -> list[str]:
    """What turned the temperature where no points and no criterion differ, as sentences: a flag, or the days.

    `then` and `here` are what was missing before for the next temperature, and what is missing now. Who went up a step
    has what was missing, and who went down one misses something; of a longer way nothing is said.

    >>> conditions([{"what": "a sign of life", "status": "unmet"}], [], "cool", "warm")
    ['a sign of life: yes, was no']
    >>> conditions([], [{"what": "a sign of life", "status": "unknown"}], "warm", "cool")
    ['a sign of life: not known, was yes']
    >>> conditions([{"what": "a sign of life", "status": "unmet"}], [], "cool", "hot")
    []
    """
    said = {"unmet": "no", "unknown": "not known"}
    match before, after:
        case ("cool", "warm") | ("warm", "hot"):
            return [f"{each['what']}: yes, was {said[each['status']]}" for each in then]
        case ("warm", "cool") | ("hot", "warm"):
            return [f"{each['what']}: {said[each['status']]}, was yes" for each in here]
    return []


def what_happened(before: str, after: str, cause: str, reasons: Sequence[Any]) -> str:
    """Why a temperature changed, in words: what counted more, or less, and what else made the reading.

    >>> what_happened("warm", "hot", "evidence", [{"rule": "Demo", "points": 30, "before": 0}, "need is met"])
    'Demo +30'
    >>> what_happened("hot", "warm", "cooling", [{"rule": "Visited the prices", "points": 2.5, "before": 9}])
    'cooled: Visited the prices −6.5'
    """
    degrees = [Temperature.COOL.value, Temperature.WARM.value, Temperature.HOT.value]
    warmer = after in degrees and degrees.index(after) > (degrees.index(before) if before in degrees else 0)
    said = _told(reasons, warmer=warmer)
    match cause:
        case "evidence":
            return said or _("something new is known")
        case "cooling":
            return _("cooled: %(what)s") % {"what": said} if said else pgettext("cause", "cooled")
        case "definition":
            return _("read by a new definition")
        case "merge":
            return _("one with another lead now, or no longer")
        case "sweep":
            return _("set right by the nightly sweep")
    return cause.replace("_", " ")


def _told(reasons: Sequence[Any], *, warmer: bool) -> str:
    """The changes that point the way the temperature went, the largest first; criteria where no rule does."""
    changes = []
    for each in reasons:
        if isinstance(each, Mapping):
            by = Decimal(str(each["points"])) - Decimal(str(each.get("before", 0)))
            if (by > 0) == warmer and by:
                changes.append(f"{each['rule']} {_signed(by)}")
    words = [str(each).partition(", was ")[0].replace("_", " ") for each in reasons if not isinstance(each, Mapping)]
    return ", ".join((changes or words)[:TOLD])


def _signed(by: Decimal) -> str:
    """A change that a glance takes in: whole points, or a tenth where it is less than one."""
    whole = by.quantize(Decimal(1), ROUND_HALF_EVEN)
    amount = abs(whole if abs(whole) >= 10 or whole == by else by.quantize(Decimal("0.1"), ROUND_HALF_EVEN))
    return ("+" if by > 0 else "\N{MINUS SIGN}") + number_format(amount.normalize() if amount % 1 else amount)
