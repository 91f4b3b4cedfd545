"""Rehearses a programme: leads a made-up lead through it, read by the definition day by day, and nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError

from pyrometer.definition import Definition
from pyrometer.definition.examples import Answer
from pyrometer.definition.mistakes import explain_mistake, telling
from pyrometer.definition.model import Part
from pyrometer.definition.problems import Problem, suggestion
from pyrometer.definition.source import Source, from_mapping, read_file, read_text
from pyrometer.definition.values import Count, Days, Name, Scalar, Truth, parse_value
from pyrometer.errors import ProgrammeError
from pyrometer.lifecycle import Stage
from pyrometer.live import LiveScorer
from pyrometer.nurture import (
    RECYCLE_ON,
    Facts,
    Needs,
    Policy,
    Programme,
    Walk,
    answers,
    asking,
    begin,
    entry_needs,
    next_question,
    walk,
)
from pyrometer.nurture.questions import needed
from pyrometer.result import Reading

LEAD = "lead"


def _answer(value: object) -> object:
    return {"value": value} if isinstance(value, str) else value


Profile = dict[Name, Annotated[Answer, BeforeValidator(_answer)]]


class StoryEvent(Part):
    """So many events of a kind, a while after the beginning, with the properties written beside."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Scalar]

    event: Name
    after: Days = 0
    times: Annotated[Count, Field(ge=1, le=1_000)] = 1


class Change(Part):
    """What becomes otherwise a while after the beginning."""

    after: Days
    profile: Profile = Field(default_factory=dict)
    consent: dict[Name, Truth] = Field(default_factory=dict)
    stage: Stage | None = None
    recycle_on: Answer | None = None
    replied: Truth = False
    suppressed: Truth = False


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"`{name}` is no time zone; write one such as Europe/Berlin") from None
    return name


def _day(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not a time; write 2026-03-02, or 2026-03-02T09:00") from None
    return text


class Story(Part):
    """A made-up lead: what is known at the beginning, and what happens then. Times without a zone are its own."""

    lead: Name
    begins: Annotated[Scalar, AfterValidator(_day)]
    zone: Annotated[Scalar, AfterValidator(_zone)] = "UTC"
    stage: Stage = Stage.LEAD
    consent: dict[Name, Truth] = Field(default_factory=dict)
    profile: Profile = Field(default_factory=dict)
    events: tuple[StoryEvent, ...] = ()
    changes: tuple[Change, ...] = ()

    @cached_property
    def start(self) -> datetime:
        """When it begins, in UTC."""
        begins = datetime.fromisoformat(self.begins)
        return (begins if begins.tzinfo is not None else begins.replace(tzinfo=ZoneInfo(self.zone))).astimezone(UTC)


def load_story(source: str | Path | Mapping[str, Any], definition: Definition) -> Story:
    """Load a story from a path, from YAML text (anything with a line break) or from parsed YAML.

    Raises ProgrammeError with every problem, names that the definition doesn't know included.
    """
    written = _open(source)
    if not written.problems and not isinstance(written.tree, dict):
        written.problems.append(Problem("error", (), "a story is a mapping (lead, begins, profile, events, …)"))
    if written.problems:
        raise ProgrammeError(written.problems, "story")
    try:
        story = Story.model_validate(written.tree)
    except ValidationError as error:
        found = [explain_mistake(Story, one, written.tree) for one in telling(error.errors(include_url=False))]
        raise ProgrammeError([written.locate(problem) for problem in found], "story") from None
    problems = [written.locate(problem) for problem in _unknown(story, definition)]
    if problems:
        raise ProgrammeError(problems, "story")
    return story


def _open(source: str | Path | Mapping[str, Any]) -> Source:
    if isinstance(source, Mapping):
        return Source(tree=from_mapping(source), file="story")
    if isinstance(source, str) and "\n" in source:
        return read_text(source, "story")
    return read_file(Path(source))


def _unknown(story: Story, definition: Definition) -> Iterator[Problem]:
    profiles = [(("profile",), story.profile)]
    profiles += [(("changes", index, "profile"), each.profile) for index, each in enumerate(story.changes)]  # type: ignore[misc]
    for path, profile in profiles:
        for trait in profile:
            if trait not in definition.profile:
                fix = suggestion(trait, definition.profile, kind="trait")
                yield Problem("error", (*path, trait), f"unknown trait `{trait}`", fix=fix)
    for index, event in enumerate(story.events):
        kind = definition.events.get(event.event)
        if kind is None:
            fix = suggestion(event.event, definition.events, kind="event")
            yield Problem("error", ("events", index, "event"), f"unknown event `{event.event}`", fix=fix)
            continue
        for name in event.__pydantic_extra__ or {}:
            if name not in kind.properties:
                fix = suggestion(name, kind.properties, kind="property")
                what = f"unknown property `{name}` of `{event.event}`"
                yield Problem("error", ("events", index, name), what, fix=fix)


def rehearse(
    programme: Programme,
    definition: Definition,
    story: Story,
    *,
    days: int = 365,
    policy: Policy | None = None,
    programmes: Mapping[str, Any] | None = None,
) -> Walk:
    """What a made-up lead would get in so many days, and when; each day it is read by the definition.

    `programmes` are its standings to other programmes by key.
    """
    policy = policy or Policy()
    with _Reader(programme, definition, story, dict(programmes or {})) as reader:
        return walk(programme, reader, story.start, story.start + timedelta(days=days), policy)


@dataclass
class _Reader:
    """A story whose facts come from scoring; it is read once a day, and whenever something changes."""

    programme: Programme
    definition: Definition
    story: Story
    programmes: dict[str, Any]
    scorer: LiveScorer = field(init=False)
    previous: str | None = None
    _read: dict[tuple[Any, ...], Reading] = field(default_factory=dict)

    def __post_init__(self) -> None:
        flow = self.programme.flow
        place = begin(self.programme, self.story.start)
        asked = needed((entry_needs(self.programme), *(flow.needs(step) for step in (place.step, *flow.nodes))))
        self.scorer = LiveScorer(asking(self.definition, asked.questions))

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.scorer.close()

    def moment(self, after: int) -> datetime:
        return self.story.start + timedelta(days=after)

    @property
    def moments(self) -> Sequence[datetime]:
        """When something happens."""
        days = {event.after for event in self.story.events} | {change.after for change in self.story.changes}
        return [self.moment(after) for after in sorted(days)]

    def facts(self, now: datetime, asked: Needs, noted: Mapping[str, str]) -> Facts:
        """What is known of the lead then."""
        story, known = self.story, [each for each in self.story.changes if self.moment(each.after) <= now]
        reading = self.reading(now, noted)
        consent = dict(story.consent)
        for change in known:
            consent |= change.consent
        replies = [self.moment(change.after) for change in known if change.replied]
        return Facts(
            temperature=reading.temperature,
            stage=next((change.stage for change in reversed(known) if change.stage is not None), story.stage),
            answers=answers(reading.flags),
            dates={name: self.date(name, now, noted) for name in asked.dates},
            asks_next={name: next_question(self.definition, name, reading.criteria) for name in asked.frameworks},
            consent=consent,
            zone=ZoneInfo(story.zone),
            programmes=self.programmes,
            replied_at=replies[-1] if replies else None,
            suppressed=any(change.suppressed for change in known),
        )

    def reading(self, now: datetime, noted: Mapping[str, str]) -> Reading:
        happened = sum(moment <= now for moment in self.moments)
        key = (now.astimezone(UTC).date(), happened, tuple(noted.items()))
        if key not in self._read:
            [reading] = self.scorer.readings(
                [{"lead_id": LEAD}],
                self.events(now),
                traits=self.log(now, noted),
                previous=[] if self.previous is None else [{"lead_id": LEAD, "temperature": self.previous}],
                as_of=now,
            )
            self.previous = reading.temperature
            self._read = {key: reading}
        return self._read[key]

    def events(self, now: datetime) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for event in self.story.events:
            if self.moment(event.after) <= now:
                row = {"lead_id": LEAD, "event": event.event, "occurred_at": self.moment(event.after).isoformat()}
                found += [{**(event.__pydantic_extra__ or {}), **row}] * event.times
        return found

    def log(self, now: datetime, noted: Mapping[str, str]) -> list[dict[str, str]]:
        answered = [
            (self.moment(after), trait, self.value(answer))
            for after, profile in self.profiles()
            for trait, answer in profile.items()
        ]
        answered += [(now, trait, value) for trait, value in noted.items()]
        return [
            {"lead_id": LEAD, "trait": trait, "value": value, "occurred_at": at.isoformat()}
            for at, trait, value in answered
            if at <= now
        ]

    def profiles(self) -> Iterator[tuple[int, Profile]]:
        yield 0, self.story.profile
        for change in sorted(self.story.changes, key=lambda change: change.after):
            yield change.after, change.profile

    def value(self, answer: Answer) -> str:
        """What was written, or the date that lies so far from the beginning."""
        if answer.value is not None:
            return answer.value
        day = self.story.start.astimezone(ZoneInfo(self.story.zone)).date()
        return (day + timedelta(days=(answer.ahead or 0) - (answer.ago or 0))).isoformat()

    def date(self, name: str, now: datetime, noted: Mapping[str, str]) -> date | None:
        if name == RECYCLE_ON:
            known = [each.recycle_on for each in self.story.changes if self.moment(each.after) <= now]
            spelled = next((self.value(answer) for answer in reversed(known) if answer is not None), None)
        else:
            rows = [row["value"] for row in self.log(now, noted) if row["trait"] == name]
            spelled = rows[-1] if rows else None
        try:
            found = parse_value(spelled, "date") if spelled is not None else None
        except ValueError:
            return None
        return found if isinstance(found, date) else None
