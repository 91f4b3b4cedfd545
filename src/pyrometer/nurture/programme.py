"""The programme as a whole."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pyrometer.definition.model import Part, Texts
from pyrometer.definition.values import Count, Name, Truth, Window
from pyrometer.nurture.conditions import Condition
from pyrometer.nurture.flow import Flow, flow_of
from pyrometer.nurture.questions import canonical
from pyrometer.nurture.steps import Step
from pyrometer.nurture.values import Share

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def is_key(value: str) -> bool:
    """Whether others can call a programme so.

    >>> is_key("win-back"), is_key("Win back")
    (True, False)
    """
    return len(value) <= 60 and _KEY.fullmatch(value) is not None


def _key(value: object) -> object:
    if isinstance(value, str) and not is_key(value):
        raise ValueError(f"`{value}` can't be a key; write small letters, digits and hyphens, such as win-back")
    return value


Key = Annotated[Name, BeforeValidator(_key)]
"""What other programmes, addresses and reports call it."""


def _again(value: object) -> object:
    return None if value == "never" else value


class Enter(Part):
    """Who enters: of whom `when` is true.

    `again` is how long after their end people may enter once more (`never` where it isn't given), `held_back` the share
    that is kept out to compare with, `priority` which programme has the first choice of a lead (higher first), `alone`
    whether a lead is in no other such programme meanwhile.
    """

    when: Condition
    again: Annotated[Window | None, BeforeValidator(_again)] = None
    held_back: Share = Decimal("0.1")
    priority: Count = 50
    alone: Truth = True


class Exit(Part):
    """Who leaves, whatever step comes next."""

    when: Condition
    because: Name


class Programme(Part):
    """A series of steps for leads that aren't ready: who enters, who leaves, and what happens in between."""

    format: Annotated[Literal[1], BeforeValidator(lambda value: int(value) if value == "1" else value)]
    programme: Key
    name: Texts = Field(min_length=1)
    about: Texts = Field(default_factory=dict)
    languages: Annotated[
        tuple[Name, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
    ] = ("en",)
    purpose: Name | None = None
    enter: Enter
    exits: tuple[Exit, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @cached_property
    def flow(self) -> Flow:
        """The steps as nodes that lead to each other, ready to be walked."""
        return flow_of(self)

    @cached_property
    def version(self) -> str:
        """The identity of what it does, a SHA-256: people inside finish the version that they began.

        Names, labels, comments, the order of keys and of what has no order don't count. Ids do, since places name them;
        so do words that people get: questions, notices, and reasons.
        """
        return hashlib.sha256(canonical(self).encode()).hexdigest()
