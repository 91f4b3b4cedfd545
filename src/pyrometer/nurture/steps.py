"""The steps of a programme, as they are written: a kind of step is a model with its telling key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from pyrometer.definition.model import Part, Texts
from pyrometer.definition.values import Name, Scalar, Window
from pyrometer.nurture.conditions import Condition
from pyrometer.nurture.values import Duration, TimeOfDay, Weekdays


class Labelled(Part):
    """What any step may have: an id to go to and to be known by, and words for people."""

    id: Name | None = None
    label: Texts = Field(default_factory=dict)


class Question(Part):
    """What is asked: a criterion, the next one that a framework misses, or a question of one's own.

    The answer to an own question goes into `trait`; without one it is only kept as an event.
    """

    criterion: Name | None = None
    framework: Name | None = None
    question: Texts | None = None
    trait: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(given is not None for given in (self.criterion, self.framework, self.question)) != 1:
            raise ValueError("asks one thing: a `criterion`, the next of a `framework`, or a `question` of your own")
        if self.trait is not None and self.question is None:
            raise ValueError("`trait` is where the answer to an own `question` goes; a criterion has its own traits")
        return self


def _criterion(value: object) -> object:
    return {"criterion": value} if isinstance(value, str) else value


Asked = Annotated[Question, BeforeValidator(_criterion)]


class SendStep(Labelled):
    """Sends a content; `asking` puts a question into it, with answers that are one click away."""

    send: Name
    purpose: Name | None = None
    asking: Asked | None = None


class AskStep(Labelled):
    """Sends a survey of one question."""

    ask: Asked
    purpose: Name | None = None


class Offering(Part):
    """A content in a slot of the site, or a coupon; for so long, where given."""

    content: Name | None = None
    slot: Name | None = None
    coupon: Name | None = None
    for_: Duration | None = Field(None, alias="for")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.coupon is None) == (self.content is None):
            raise ValueError("offers either a `content` in a `slot`, or a `coupon`")
        if (self.content is None) != (self.slot is None):
            raise ValueError("a `content` is shown in a `slot` of the site: give both")
        return self


class OfferStep(Labelled):
    """Shows a lead something on the site, or gives it a coupon."""

    offer: Offering


class Waiting(Part):
    """What is waited for: a duration, a weekday or time of day, a date of the lead, or a condition."""

    for_: Duration | None = Field(None, alias="for")
    day: Weekdays | None = None
    at: TimeOfDay | None = None
    date: Name | None = None
    before: Window | None = None
    after: Window | None = None
    until: Condition | None = None
    at_most: Duration | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        times = self.day is not None or self.at is not None
        if sum((self.for_ is not None, times, self.date is not None, self.until is not None)) != 1:
            raise ValueError(
                "waits for one thing: `for` a duration, a `day` (and `at` a time), a `date` of the lead, "
                "or `until` a condition holds"
            )
        if self.date is None and (self.before is not None or self.after is not None):
            raise ValueError("`before` and `after` count days from a `date`")
        if self.before is not None and self.after is not None:
            raise ValueError("either `before` the date or `after` it")
        if self.at_most is not None and not self.open:
            raise ValueError("`at_most` is the limit of a wait for a `date` or `until` a condition holds")
        return self

    @property
    def open(self) -> bool:
        """Whether what is waited for may never come."""
        return self.date is not None or self.until is not None


def _duration(value: object) -> object:
    return {"for": value} if isinstance(value, str) else value


class WaitStep(Labelled):
    """Waits; `then` is done if what was waited for came, `else` if the limit did."""

    wait: Annotated[Waiting, BeforeValidator(_duration)]
    then: tuple[Step, ...] = ()
    else_: tuple[Step, ...] = Field((), alias="else")

    @model_validator(mode="after")
    def _two_ways(self) -> Self:
        if (self.then or self.else_) and not self.wait.open:
            raise ValueError(
                "`then` and `else` belong to a wait that may end in two ways: for a `date`, or `until` a condition"
            )
        return self


class Case(Part):
    """Steps for those of whom a condition is true."""

    when: Condition
    then: tuple[Step, ...] = ()
    label: Texts = Field(default_factory=dict)


class BranchStep(Labelled):
    """The first case that is true; with none, `else`. What follows the branch follows every case."""

    branch: Annotated[tuple[Case, ...], Field(min_length=1)]
    else_: tuple[Step, ...] = Field((), alias="else")


class Notice(Part):
    """Who is told, and what: `rep` is the lead's, any other name a team's."""

    to: Name
    say: Texts = Field(min_length=1)


class NotifyStep(Labelled):
    """Tells the rep or a team."""

    notify: Notice


class SetStep(Labelled):
    """Notes traits of a lead."""

    set: Annotated[dict[Name, Scalar], Field(min_length=1)]


class Leaving(Part):
    """Why a lead leaves; and, if so, that it is recycled after a while, or let go."""

    because: Name
    then: Literal["recycle", "let_go"] | None = None
    after: Window | None = None

    @model_validator(mode="after")
    def _when(self) -> Self:
        if (self.then == "recycle") != (self.after is not None):
            raise ValueError("`then: recycle` needs `after`, the days until it is looked at again, and only that does")
        return self


def _reason(value: object) -> object:
    return {"because": value} if isinstance(value, str) else value


class LeaveStep(Labelled):
    """Ends the programme for a lead."""

    leave: Annotated[Leaving, BeforeValidator(_reason)]


class GoStep(Labelled):
    """Goes on at the step with an id."""

    go: Name


STEPS: dict[str, type[Labelled]] = {
    "send": SendStep,
    "ask": AskStep,
    "offer": OfferStep,
    "wait": WaitStep,
    "branch": BranchStep,
    "notify": NotifyStep,
    "set": SetStep,
    "leave": LeaveStep,
    "go": GoStep,
}
"""The key that tells a kind of step from the others, and its model."""


def step_of(value: object) -> str | None:
    """Which kind of step a mapping or model is, by its telling key."""
    keys = value if isinstance(value, Mapping) else type(value).model_fields if isinstance(value, Part) else ()
    for key in STEPS:
        if key in keys:
            return f"<{key}>"
    return None


Step = Annotated[
    Annotated[SendStep, Tag("<send>")]
    | Annotated[AskStep, Tag("<ask>")]
    | Annotated[OfferStep, Tag("<offer>")]
    | Annotated[WaitStep, Tag("<wait>")]
    | Annotated[BranchStep, Tag("<branch>")]
    | Annotated[NotifyStep, Tag("<notify>")]
    | Annotated[SetStep, Tag("<set>")]
    | Annotated[LeaveStep, Tag("<leave>")]
    | Annotated[GoStep, Tag("<go>")],
    Discriminator(step_of),
]

for _model in (Case, WaitStep, BranchStep):
    _model.model_rebuild()
