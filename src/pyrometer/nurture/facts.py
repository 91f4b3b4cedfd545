"""What a step is decided from: what is known of the lead, where it stands, and what all programmes keep to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from pyrometer.lifecycle import Hours, Stage

SERVICE = "service"
"""The purpose of what a lead asked for: nobody is asked for it, or unsubscribes from it."""
RECYCLE_ON = "recycle_on"
"""The day on which a recycled lead is looked at again, as a date that can be waited for."""


class Standing(StrEnum):
    """How a lead stands to a programme that it entered."""

    INSIDE = "inside"
    FINISHED = "finished"
    """Came to its end."""
    LEFT = "left"
    """Left before."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A lead as it is known now. Times are aware.

    `answers` (by key), `dates` (by trait, and `recycle_on`) and `asks_next` (the next question by framework) hold at
    least what `needs` names; None is unknown. `consent` holds yes and no by purpose, `mails` when mails of programmes
    went out lately, `sent` when each content did last, whichever programme sent it.
    """

    temperature: str | None = None
    stage: str = Stage.LEAD
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    dates: Mapping[str, date | None] = field(default_factory=dict)
    asks_next: Mapping[str, str | None] = field(default_factory=dict)
    consent: Mapping[str, bool] = field(default_factory=dict)
    zone: tzinfo = UTC
    mails: Collection[datetime] = ()
    sent: Mapping[str, datetime] = field(default_factory=dict)
    programmes: Mapping[str, Standing] = field(default_factory=dict)
    replied_at: datetime | None = None
    suppressed: bool = False
    """Whether nothing may be sent at all: mails bounce, or it complained."""
    mail_from: datetime | None = None
    """Before when the lead wants no mail: it asked for a pause, or for fewer; None: it wants them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands in a programme: at which step since when, and when that has to be looked at again.

    `acts` counts what was sent, asked and offered so far, so that nothing is done twice; `sent` says when each content
    was sent last.
    """

    version: str
    step: str
    since: datetime
    entered_at: datetime
    due_at: datetime
    acts: int = 0
    sent: tuple[tuple[str, datetime], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The place as a JSON object."""
        return {
            "version": self.version,
            "step": self.step,
            "since": self.since.isoformat(),
            "entered_at": self.entered_at.isoformat(),
            "due_at": self.due_at.isoformat(),
            "acts": self.acts,
            "sent": {name: at.isoformat() for name, at in self.sent},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Place:
        """The place that `as_dict` made."""
        times = {name: datetime.fromisoformat(stored[name]) for name in ("since", "entered_at", "due_at")}
        sent = tuple((name, datetime.fromisoformat(at)) for name, at in stored["sent"].items())
        return cls(version=stored["version"], step=stored["step"], acts=stored["acts"], sent=sent, **times)


OFFICE: Hours = MappingProxyType(dict.fromkeys(range(5), (480, 1080)))
"""Monday to Friday, eight to six."""


@dataclass(frozen=True)
class Policy:
    """What all programmes keep to: when mails may go out, in the lead's own time, and how many.

    `per_day` and `per_week` are the most mails of all programmes in any 24 hours and any seven days; None: no cap.
    Raises ValueError for what lets no mail out.
    """

    hours: Hours = field(default_factory=lambda: OFFICE)
    holidays: frozenset[date] = frozenset()
    per_day: int | None = 1
    per_week: int | None = 3

    def __post_init__(self) -> None:
        if not any(0 <= day <= 6 and 0 <= opens < closes <= 1440 for day, (opens, closes) in self.hours.items()):
            raise ValueError("mails need hours in which they may go out: by weekday, from which minute to which")
        for name, cap in (("per_day", self.per_day), ("per_week", self.per_week)):
            if cap is not None and cap < 1:
                raise ValueError(f"`{name}` is {cap}; write 1 or more, or None for no cap")
