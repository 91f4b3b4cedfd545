"""Filters that no index answers: traits, flags and criteria, tested as a definition's conditions test them.

They are tested page by page on leads that other filters let through, in the list's own order, and never on more than
`listing.TESTED` at a time; so a list with them is as quick with a million leads as with a thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.temperature.models import Reading

HOWS = (
    ("is", _("is")),
    ("is_not", _("is not")),
    ("at_least", _("is at least")),
    ("above", _("is above")),
    ("at_most", _("is at most")),
    ("below", _("is below")),
    ("known", _("is known")),
    ("unknown", _("isn't known")),
)
"""The operators of a definition's conditions."""
ORDERS: Mapping[str, Callable[[int], bool]] = {
    "at_least": lambda order: order >= 0,
    "above": lambda order: order > 0,
    "at_most": lambda order: order <= 0,
    "below": lambda order: order < 0,
}
BARE = ("known", "unknown")
"""Those that need no value."""
STATES = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True)
class Condition:
    """A trait, an operator, and what it is compared with."""

    trait: str
    how: str
    value: str = ""

    @property
    def whole(self) -> bool:
        """Whether it says enough to be tested."""
        return bool(self.trait) and self.how in dict(HOWS) and (self.how in BARE or bool(self.value))

    def holds(self, said: Any) -> bool:
        """Whether it holds for an answer; None is no answer, for which nothing holds but that it isn't known.

        >>> Condition("size", "at_least", "50").holds(80), Condition("size", "below", "50").holds(None)
        (True, False)
        >>> Condition("uses", "is", "SAP").holds(["SAP", "Excel"]), Condition("plant", "is", "yes").holds(True)
        (True, True)
        """
        if self.how in BARE:
            return (said is not None) == (self.how == "known")
        if said is None:
            return False
        if self.how in ("is", "is_not"):
            return any(_same(each, self.value) for each in _each(said)) == (self.how == "is")
        order = _order(said, self.value)
        return order is not None and ORDERS[self.how](order)


def _each(said: Any) -> Sequence[Any]:
    return said if isinstance(said, list) else [said]


def _same(said: Any, wanted: str) -> bool:
    if isinstance(said, bool):
        return wanted.lower() in (("yes", "true") if said else ("no", "false"))
    if isinstance(said, (int, float)):
        return _number(wanted) == Decimal(str(said))
    return str(said) == wanted


def _order(said: Any, wanted: str) -> int | None:
    """Which is more, as numbers or as days; None where they can't be compared."""
    if isinstance(said, (bool, list)):
        return None
    mine, other = _number(str(said)), _number(wanted)
    if mine is not None and other is not None:
        return (mine > other) - (mine < other)
    day = str(said)[:10]
    return (day > wanted) - (day < wanted) if len(wanted) == 10 == len(day) and day[4] == wanted[4] == "-" else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@dataclass(frozen=True)
class Tests:
    """What is tested beyond the filters that have an index; empty: nothing."""

    conditions: tuple[Condition, ...] = ()
    missing: str = ""
    """A criterion that isn't met."""
    flag: str = ""
    """A flag and what it is: `buyer:yes`, `buyer:no`, `buyer:unknown`."""

    def __bool__(self) -> bool:
        return bool(self.conditions or self.missing or self.flag)

    def passed(self, roots: Sequence[int]) -> set[int]:
        """Those of some roots that pass all tests: one query for the readings, one for all traits."""
        left = set(roots)
        if self.missing or self.flag:
            rows = Reading.objects.filter(pk__in=left).values_list("pk", "criteria", "flags")
            left = {pk for pk, criteria, flags in rows if self._reads(criteria, flags)}
        if self.conditions and left:
            said = _said(left, {condition.trait for condition in self.conditions})
            left = {root for root in left if all(each.holds(said.get((root, each.trait))) for each in self.conditions)}
        return left

    def _reads(self, criteria: Mapping[str, str], flags: Mapping[str, bool | None]) -> bool:
        if self.missing and criteria.get(self.missing, "met") == "met":
            return False
        name, _colon, state = self.flag.rpartition(":")
        return not self.flag or (name in flags and flags[name] is STATES.get(state, ...))


def _said(roots: set[int], traits: set[str]) -> dict[tuple[int, str], Any]:
    """The answers that count, by root and trait: those that happened last."""
    rows = TraitChange.objects.filter(lead__root__in=roots, trait__in=traits, retracted_at__isnull=True)
    ordered = rows.order_by("occurred_at", "received_at", "pk").values_list("lead__root_id", "trait", "value")
    return {(root, trait): value for root, trait, value in ordered}
