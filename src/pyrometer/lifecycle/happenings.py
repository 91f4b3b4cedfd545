"""What can happen to a lead between the teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyrometer.lifecycle.facts import Said


@dataclass(frozen=True)
class Read:
    """It was read again: the state's facts are new. `was` is its temperature before, where there was one."""

    was: str | None = None


@dataclass(frozen=True)
class Qualified:
    """Marketing spoke with it and says that it is for sales."""


@dataclass(frozen=True)
class Judged:
    """Sales gave a verdict, after so many attempts."""

    said: Said
    attempts: int = 0
    until: date | None = None
    """Of `not_now`: the day that the lead named."""


@dataclass(frozen=True)
class Opened:
    """It became an opportunity."""


@dataclass(frozen=True)
class Won:
    """It bought."""


@dataclass(frozen=True)
class Lost:
    """It bought elsewhere, or not at all; or a customer left."""


@dataclass(frozen=True)
class DateReached:
    """The day came for which it was put aside."""


@dataclass(frozen=True)
class Silent:
    """It has done nothing for so many days."""

    days: int


Happening = Read | Qualified | Judged | Opened | Won | Lost | DateReached | Silent
