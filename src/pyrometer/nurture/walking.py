"""Time travel: what a lead would get, and when, without anything being sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from pyrometer.nurture.enrolling import Past, begin, enters, entry_needs, standings
from pyrometer.nurture.facts import Facts, Place, Policy, Standing
from pyrometer.nurture.intents import Ask, Finish, Intent, Send, SetTrait, Wait
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.questions import Needs
from pyrometer.nurture.stepping import STANDARD, needs, next_step
from pyrometer.nurture.windows import next_day


class Story(Protocol):
    """A lead over time. What the walk itself sends is added to the facts; traits that it notes are told."""

    @property
    def moments(self) -> Sequence[datetime]:
        """When something about the lead changes, in order."""

    def facts(self, now: datetime, asked: Needs, noted: Mapping[str, str]) -> Facts:
        """What is known of the lead at a moment: what is asked, at least."""


@dataclass(frozen=True)
class Told:
    """The plainest story: facts that hold from a moment on, whatever is asked."""

    chapters: Sequence[tuple[datetime, Facts]]

    @property
    def moments(self) -> Sequence[datetime]:
        """Where chapters begin."""
        return [moment for moment, _ in self.chapters]

    def facts(self, now: datetime, asked: Needs, noted: Mapping[str, str]) -> Facts:
        """The facts of the chapter."""
        return [facts for moment, facts in self.chapters if moment <= now][-1]


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done at a moment: `Enter` or intents."""

    at: datetime
    intents: tuple[Enter | Intent, ...]


@dataclass(frozen=True, slots=True)
class Enter:
    """The lead enters."""


@dataclass
class Walk:
    """What happened, where the lead stands at the end (None: outside), and why it stayed out where it never entered."""

    happened: list[Happened] = field(default_factory=list)
    place: Place | None = None
    because: str = ""

    def acts(self) -> Iterator[tuple[datetime, Enter | Intent]]:
        """Everything that was done, one by one, without waits."""
        for one in self.happened:
            yield from ((one.at, intent) for intent in one.intents if not isinstance(intent, Wait))


def walk(programme: Programme, story: Story, start: datetime, end: datetime, policy: Policy = STANDARD) -> Walk:
    """Lead a lead through a programme from one moment to another: it enters when it fits, and again where it may.

    The control group isn't drawn: what is shown is what the lead would get.
    """
    walker = _Walker(programme, story, policy)
    now = start
    while now <= end:
        walker.look(now)
        now = walker.next_look(now)
    return walker.walk


class _Walker:
    def __init__(self, programme: Programme, story: Story, policy: Policy) -> None:
        self.programme, self.story, self.policy = programme, story, policy
        self.walk = Walk()
        self.moments = sorted(story.moments)
        self.mails: list[datetime] = []
        self.sent: dict[str, datetime] = {}
        self.noted: dict[str, str] = {}
        self.past: list[Past] = []

    def next_look(self, now: datetime) -> datetime:
        """When to look again: when it is due, when something changes, and outside every day."""
        due = self.walk.place.due_at if self.walk.place is not None else next_day(now)
        changes = next((moment for moment in self.moments if moment > now), due)
        return min(due, changes)

    def look(self, now: datetime) -> None:
        done: list[Enter | Intent] = []
        if self.walk.place is None:
            if self.past and self.programme.enter.again is None:
                return
            entry = enters(self.programme, self.facts(now, entry_needs(self.programme)), self.past, now)
            if not entry.enters:
                self.walk.because = "" if self.past else entry.because
                return
            self.walk.place, self.walk.because = begin(self.programme, now), ""
            self.past.append(Past(self.programme.programme, now, alone=self.programme.enter.alone))
            done.append(Enter())
        before = self.walk.place
        facts = self.facts(now, needs(self.programme, before))
        decision = next_step(self.programme, before, facts, now, self.policy)
        self.walk.place = decision.place
        for intent in decision.intents:
            self.note(intent, now)
        if decision.place is None:
            standing = Standing.FINISHED if isinstance(decision.intents[-1], Finish) else Standing.LEFT
            self.past[-1] = replace(self.past[-1], ended_at=now, standing=standing)
        if done or decision.place is None or len(decision.intents) > 1 or decision.place.step != before.step:
            self.walk.happened.append(Happened(now, (*done, *decision.intents)))

    def note(self, intent: Intent, now: datetime) -> None:
        if isinstance(intent, Send | Ask):
            self.mails.append(now)
        if isinstance(intent, Send):
            self.sent[intent.content] = now
        elif isinstance(intent, SetTrait):
            self.noted[intent.trait] = intent.value

    def facts(self, now: datetime, asked: Needs) -> Facts:
        facts = self.story.facts(now, asked, self.noted)
        return replace(
            facts,
            mails=(*facts.mails, *self.mails[-100:]),
            sent={**facts.sent, **self.sent},
            programmes={**facts.programmes, **standings(self.past)},
        )
