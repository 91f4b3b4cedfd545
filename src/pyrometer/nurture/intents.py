"""What a decision wants done. The room carries it out, in this order, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pyrometer.nurture.facts import Place


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked: a criterion, in the words of the definition, or own words whose answer goes into a trait."""

    criterion: str | None = None
    question: Mapping[str, str] | None = None
    trait: str | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Send a content for a purpose; `act` numbers what is done in an enrolment, and makes the key of the outbox."""

    step: str
    content: str
    purpose: str
    asking: Asking | None
    act: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a survey of one question for a purpose."""

    step: str
    asking: Asking
    purpose: str
    act: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Show a content in a slot, or give a coupon; until a moment, where there is one."""

    step: str
    content: str | None
    slot: str | None
    coupon: str | None
    until: datetime | None
    act: int


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the lead's rep (`rep`) or a team, in words by language."""

    step: str
    to: str
    say: Mapping[str, str]
    act: int


@dataclass(frozen=True, slots=True)
class SetTrait:
    """Note a trait of the lead."""

    step: str
    trait: str
    value: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing: the step was passed over, and this is why."""

    step: str
    because: str


Pause = Literal["time", "date", "condition", "window", "cap", "wish", "facts"]
"""What is waited for; `wish`: that the lead wants mail again; `facts`: that a trait that was set is read."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back at a moment, or earlier where something new is known of the lead."""

    step: str
    until: datetime
    for_: Pause


Why = Literal["suppressed", "unsubscribed", "handed_over", "hot", "replied", "exit", "step"]
"""Which exit it was: one that is always there, one of the programme's own, or a step."""


@dataclass(frozen=True, slots=True)
class Leave:
    """End it before its end."""

    because: str
    why: Why


@dataclass(frozen=True, slots=True)
class Recycle:
    """End it, and look at the lead again on a day."""

    because: str
    on: date


@dataclass(frozen=True, slots=True)
class LetGo:
    """End it, and stop writing to the lead."""

    because: str


@dataclass(frozen=True, slots=True)
class Finish:
    """It came to its end."""


Ending = Leave | Recycle | LetGo | Finish
Intent = Send | Ask | Offer | Notify | SetTrait | Skip | Wait | Ending


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done now, and where the lead then stands: nowhere (None) where the last intent is an ending."""

    intents: tuple[Intent, ...]
    place: Place | None

    @property
    def due_at(self) -> datetime | None:
        """When to decide again at the latest; None: never."""
        return None if self.place is None else self.place.due_at
