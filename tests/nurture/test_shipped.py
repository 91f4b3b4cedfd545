"""The programmes that come with the package: sound for the examples' definitions, and walked by several leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pyrometer.definition import load as load_definition
from pyrometer.definition.conditions import AnyOf, CriterionLeaf, EventLeaf, Not, TraitLeaf
from pyrometer.lifecycle import Stage
from pyrometer.nurture import (
    Ask,
    Enter,
    Facts,
    Finish,
    Leave,
    LetGo,
    Needs,
    Notify,
    Programme,
    Recycle,
    Send,
    Standing,
    Wait,
    Walk,
    load,
    read,
    shipped,
    shipped_contents,
    walk,
)

EXAMPLES = Path(__file__).parents[2] / "examples"
FITS = {
    "b2b-saas": {"educate", "post-trial", "re-engage", "sunset", "until-the-day", "warm-up"},
    "courses": {"educate", "re-engage", "sunset", "until-the-day", "warm-up"},
    "e-commerce": {"re-engage", "sunset", "warm-up"},
}
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
YEAR = timedelta(days=365)


@pytest.mark.parametrize("example", FITS)
def test_they_fit_the_examples(example: str) -> None:
    definition = load_definition(EXAMPLES / example / "definition.yaml")
    drafts = {key: read(file, definition, shipped_contents(), shipped()) for key, file in shipped().items()}
    assert {key for key, draft in drafts.items() if not draft.problems} == FITS[example]
    # Where one doesn't fit, it is for what the business doesn't have, and the message names it.
    for key in drafts.keys() - FITS[example]:
        assert all(problem.what.startswith("unknown ") for problem in drafts[key].problems)


@pytest.mark.parametrize("key", shipped())
def test_each_is_told_in_four_languages(key: str) -> None:
    assert set(load(shipped()[key]).name) == {"en", "de", "sv", "ja"}


def test_every_content_is_named_by_a_programme_and_named_as_its_file() -> None:
    named = {
        node.step.send for file in shipped().values() for node in load(file).flow.nodes.values() if node.kind == "send"
    }
    contents = shipped_contents()
    assert set(contents) == named
    assert all(Path(content.file or "").stem == name for name, content in contents.items())


@pytest.mark.parametrize("name", shipped_contents())
def test_texts_are_for_people(name: str) -> None:
    """Short enough to be read, with nothing but variables that every room knows."""
    text = Path(shipped_contents()[name].file or "").read_text(encoding="utf-8")
    body = text.split("---\n", 2)[2]
    assert 40 < len(body.split()) < 180
    assert body.count("{{") == body.count("}}")
    assert body.count("{% if") == body.count("{% endif %}")
    assert "subject: {en:" in text


@dataclass(frozen=True)
class Lead:
    """A lead whose answers are worked out from a few plain things; what isn't named is unmet, and never happened."""

    temperature: str = "cool"
    stages: tuple[tuple[int, Stage], ...] = ((0, Stage.LEAD),)
    met: Mapping[str, int] = field(default_factory=dict)
    """On which day each criterion is met."""
    events: tuple[tuple[int, str], ...] = ()
    recycle_on: date | None = None
    turns: tuple[tuple[int, str], ...] = ()
    """Days on which the temperature changes."""
    programmes: Mapping[str, Standing] = field(default_factory=dict)
    replies: int | None = None

    @property
    def moments(self) -> list[datetime]:
        days = {0, *self.met.values(), *(day for day, _ in (*self.stages, *self.events, *self.turns))}
        return [START + timedelta(days=day) for day in sorted(days | ({self.replies} - {None}))]

    def facts(self, now: datetime, asked: Needs, noted: Mapping[str, str]) -> Facts:
        age = (now - START).days
        replied = self.replies is not None and self.replies <= age
        return Facts(
            temperature=[one for day, one in ((0, self.temperature), *self.turns) if day <= age][-1],
            stage=[stage for day, stage in self.stages if day <= age][-1],
            answers={question.key: self.answer(question.condition, age) for question in asked.questions},
            dates={name: self.recycle_on if name == "recycle_on" else None for name in asked.dates},
            consent={"email": True},
            zone=ZoneInfo("Europe/Berlin"),
            programmes=self.programmes,
            replied_at=START + timedelta(days=self.replies or 0) if replied else None,
        )

    def answer(self, condition: Any, age: int) -> bool | None:
        match condition:
            case CriterionLeaf(criterion=name, is_=state):
                met = self.met.get(name, 10**6) <= age
                return met if state == "met" else (not met and state == "unknown")
            case AnyOf(any=items):
                return any(self.answer(item, age) for item in items)
            case Not(not_=item):
                return not self.answer(item, age)
            case EventLeaf():
                ages = [
                    age - day
                    for day, event in self.events
                    if day <= age and (event in condition.event or "any" in condition.event)
                ]
                if condition.last is not None:
                    return bool(ages) and min(ages) >= (condition.last.older_than or 0)
                count = sum(condition.within is None or one < condition.within for one in ages)
                return (condition.minimum or 0) <= count and (condition.at_most is None or count <= condition.at_most)
        assert not isinstance(condition, TraitLeaf)
        raise AssertionError(condition)


def told(key: str, lead: Lead) -> list[str]:
    """What happens within a year, with the day on which it does."""
    programme = load(shipped()[key])
    found: Walk = walk(programme, lead, START, START + YEAR)
    words = []
    for when, intent in found.acts():
        day = (when - START).days
        match intent:
            case Enter():
                words.append(f"{day} enters")
            case Send(content=content, asking=asking):
                words.append(f"{day} {content}" + (f" ?{asking.criterion}" if asking is not None else ""))
            case Ask():
                words.append(f"{day} asks")
            case Notify():
                words.append(f"{day} tells")
            case Leave(because=because) | LetGo(because=because):
                words.append(f"{day} {type(intent).__name__}: {because}")
            case Recycle(on=on):
                words.append(f"{day} back in {(on - when.date()).days}")
            case Finish():
                words.append(f"{day} ends")
    assert not any(isinstance(intent, Wait) for _, intent in found.acts())
    return words


MQL = ((0, Stage.MQL),)
STORIES: dict[str, tuple[str, Lead, list[str]]] = {
    "who answers nothing is asked everything once": (
        "educate",
        Lead("warm", MQL),
        [
            "0 enters",
            "0 educate-need ?need",
            "10 educate-timeline ?timeline",
            "22 educate-influence ?influence",
            "35 educate-budget ?budget",
            "49 Leave: all questions were asked",
        ],
    ),
    "what is known isn't asked": (
        "educate",
        Lead("warm", MQL, met={"need": 0, "timeline": 3, "influence": 0}),
        ["0 enters", "0 educate-timeline ?timeline", "10 educate-budget ?budget"],
    ),
    "who turns hot belongs to sales": (
        "educate",
        Lead("warm", MQL, turns=((5, "hot"),)),
        ["0 enters", "0 educate-need ?need", "5 Leave: turned hot"],
    ),
    "who replies talks to people": (
        "educate",
        Lead("warm", MQL, replies=2),
        ["0 enters", "0 educate-need ?need", "2 Leave: replied"],
    ),
    "who was here and fell silent gets three light mails": (
        "re-engage",
        Lead(events=((0, "page_viewed"),)),
        ["60 enters", "62 quiet-useful", "76 quiet-best-of", "97 asks", "118 ends"],
    ),
    "who comes back is left alone": (
        "re-engage",
        Lead(events=((0, "page_viewed"), (70, "page_viewed"))),
        ["60 enters", "62 quiet-useful", "70 Leave: showed a sign of life"],
    ),
    "who stays silent is let go": (
        "sunset",
        Lead(events=((0, "page_viewed"),), programmes={"re-engage": Standing.FINISHED}),
        ["90 enters", "90 sunset-goodbye", "104 LetGo: stayed silent"],
    ),
    "who never did anything is tried for two months": (
        "warm-up",
        Lead(),
        ["0 enters", "0 warm-up-hello", "7 warm-up-useful", "21 asks", "50 back in 180"],
    ),
    "a first click ends it": (
        "warm-up",
        Lead(events=((9, "email_clicked"),)),
        ["0 enters", "0 warm-up-hello", "7 warm-up-useful", "9 Leave: showed a first sign of interest"],
    ),
    "a trial without an answer": (
        "post-trial",
        Lead("warm", events=((0, "trial_started"),), turns=((20, "cool"),)),
        ["0 enters", "15 trial-how-was-it ?need", "20 trial-help", "27 trial-later", "41 ends"],
    ),
    "a trial with an answer": (
        "post-trial",
        Lead("warm", events=((0, "trial_started"),), met={"need": 17}),
        ["0 enters", "15 trial-how-was-it ?need", "17 tells", "24 trial-plans ?budget", "37 ends"],
    ),
    "until the day": (
        "until-the-day",
        Lead("warm", ((0, Stage.RECYCLED),), recycle_on=date(2026, 8, 3)),
        ["0 enters", "90 recycled-news", "139 recycled-soon ?timeline", "153 tells", "153 Leave: the day came"],
    ),
    "a day that never comes": (
        "until-the-day",
        Lead("warm", ((0, Stage.RECYCLED), (200, Stage.MQL))),
        ["0 enters", "90 recycled-news", "150 recycled-news", "200 Leave: isn't recycled any more"],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_year(story: str) -> None:
    key, lead, expected = STORIES[story]
    assert told(key, lead)[: len(expected)] == expected


@pytest.mark.parametrize("story", STORIES)
def test_customers_get_nothing(story: str) -> None:
    key, lead, _ = STORIES[story]
    assert told(key, replace(lead, stages=((0, Stage.CUSTOMER),))) == []


@pytest.mark.parametrize("story", STORIES)
def test_who_becomes_a_customer_gets_nothing_more(story: str) -> None:
    key, lead, _ = STORIES[story]
    before = tuple(stage for stage in lead.stages if stage[0] < 20)
    words = told(key, replace(lead, stages=(*before, (20, Stage.CUSTOMER))))
    after = [each for each in words if int(each.partition(" ")[0]) >= 20]
    assert [each for each in after if " Leave: " not in each] == []


def test_every_programme_has_a_story() -> None:
    assert {key for key, _, _ in STORIES.values()} == set(shipped())
    assert all(isinstance(load(file), Programme) for file in shipped().values())
