"""What holds for every programme and every lead: it gets on, exits win, caps and windows are kept, a year ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pyrometer.nurture import (
    Ask,
    Facts,
    Leave,
    Needs,
    Policy,
    Programme,
    Send,
    Wait,
    begin,
    check,
    needs,
    next_step,
    walk,
)
from tests.nurture.made import at, programme

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca"]
IDS = ["a", "b", "c"]
DURATIONS = ["1h", "5h", "1d", "3d", "2w", "9w"]

leaves = st.one_of(
    st.sampled_from(["keen", "quiet", "ours"]).map(lambda name: {"flag": name}),
    st.sampled_from(["cool", "warm", "hot"]).map(lambda name: {"temperature": name}),
    st.sampled_from(["lead", "mql", "customer"]).map(lambda name: {"stage": name}),
    st.sampled_from(["need", "budget"]).map(lambda name: {"missing": name}),
    st.sampled_from(["one", "two"]).map(lambda name: {"sent": name, "within": "30d"}),
    st.just({"programme": "other", "is": "finished"}),
)
conditions = st.recursive(
    leaves,
    lambda items: st.one_of(
        st.lists(items, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(items, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        items.map(lambda part: {"not": part}),
        st.lists(items, min_size=2, max_size=3).map(lambda parts: {"some": "2", "of": parts}),
    ),
    max_leaves=4,
)
limits = st.sampled_from(DURATIONS)
waits = st.one_of(
    st.sampled_from(DURATIONS).map(lambda length: {"for": length}),
    st.sampled_from(["mon", "thu"]).map(lambda day: {"day": day, "at": "09:30"}),
    st.just({"at": "02:30"}),
    limits.map(lambda limit: {"date": "day", "before": "3d", "at_most": limit}),
    st.just({"date": "day", "after": "1d"}),
    st.tuples(conditions, limits).map(lambda two: {"until": two[0], "at_most": two[1]}),
    conditions.map(lambda condition: {"until": condition}),
)
plain = st.one_of(
    st.sampled_from(["one", "two", "three"]).map(lambda name: {"send": name}),
    st.just({"send": "service", "purpose": "service"}),
    st.just({"ask": {"framework": "bant"}}),
    st.just({"offer": {"coupon": "c", "for": "3d"}}),
    st.just({"notify": {"to": "rep", "say": "Look"}}),
    st.just({"set": {"need": "possible"}}),
    st.just({"leave": "enough"}),
    st.sampled_from(IDS).map(lambda name: {"go": name}),
    waits.map(lambda wait: {"wait": wait}),
)


def nested(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(items, max_size=3)
    cases = st.lists(st.fixed_dictionaries({"when": conditions, "then": several}), min_size=1, max_size=2)
    open_waits = st.tuples(conditions, limits).map(lambda two: {"until": two[0], "at_most": two[1]})
    return st.one_of(
        st.fixed_dictionaries({"branch": cases, "else": several}),
        st.fixed_dictionaries({"wait": open_waits, "then": several, "else": several}),
    )


steps = st.lists(st.recursive(plain, nested, max_leaves=4), min_size=1, max_size=5)
RARE = settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
"""For programmes without errors, which are rarer than others."""


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Any programme; ids are given to the first steps, so that there is something to go to."""
    listed = draw(steps)
    for name, step in zip(IDS, listed, strict=False):
        step["id"] = name
    exits = draw(st.lists(conditions.map(lambda when: {"when": when, "because": "own"}), max_size=2))
    return programme(
        listed, exits=exits, enter={"when": draw(conditions), "again": draw(st.sampled_from(["never", "5d"]))}
    )


def mended(listed: list[Any], known: set[str]) -> list[Any]:
    """Steps without what `check` calls errors, for the most part: nothing after an ending, limits, waits in circles."""
    found: list[Any] = []
    for step in listed:
        step = {key: mended(item, known) if key in ("then", "else") else item for key, item in step.items()}
        if "branch" in step:
            step["branch"] = [case | {"then": mended(case["then"], known)} for case in step["branch"]]
        if {"date", "until"} & set(step.get("wait", ())):
            step["wait"] = {"at_most": "3d", **step["wait"]}
        if "go" in step:
            found.append({"wait": "1d"})
            step = step if step["go"] in known else {"leave": "nowhere to go"}
        found.append(step)
        if "go" in step or "leave" in step:
            break
    return found


@st.composite
def sound(draw: st.DrawFn) -> Programme:
    """A programme that `check` finds no error in."""
    listed = mended(draw(st.lists(st.recursive(plain, nested, max_leaves=3), min_size=1, max_size=5)), set(IDS))
    for name, step in zip(IDS, listed, strict=False):
        step["id"] = name
    listed = mended(listed, {step["id"] for step in listed if "id" in step})
    enter = {"when": {"any": [draw(leaves), {"temperature": "cool"}]}, "again": draw(st.sampled_from(["never", "5d"]))}
    exits = draw(st.lists(leaves.map(lambda when: {"when": when, "because": "own"}), max_size=1))
    found = programme(listed, exits=exits, enter=enter)
    assume(not any(problem.level == "error" for problem in check(found)))
    return found


@dataclass(frozen=True)
class Moody:
    """A lead of whom everything changes at random from day to day, the same each time that it is asked."""

    seed: int
    zone: str
    calm: bool = False
    moments: tuple[datetime, ...] = ()

    def facts(self, now: datetime, asked: Needs, noted: Mapping[str, str]) -> Facts:
        dice = Random(f"{self.seed} {now:%Y-%m-%d}")
        return Facts(
            temperature=dice.choice(["cool", "warm", None] if self.calm else ["cool", "warm", "warm", None, "hot"]),
            stage=dice.choice(["lead", "mql", "customer"]),
            answers={question.key: dice.choice([True, False, None]) for question in asked.questions},
            dates={
                name: dice.choice([None, now.date() + timedelta(days=dice.randint(-9, 40))]) for name in asked.dates
            },
            asks_next={name: dice.choice([None, "need"]) for name in asked.frameworks},
            consent={"email": True if self.calm else dice.random() < 0.95},
            zone=ZoneInfo(self.zone),
        )


stories = st.builds(Moody, st.integers(0, 10**6), st.sampled_from(ZONES), st.booleans())
hours = st.dictionaries(
    st.integers(0, 6),
    st.tuples(st.integers(0, 1300), st.integers(60, 1440)).filter(lambda pair: pair[1] - pair[0] >= 60),
    min_size=1,
)
policies = st.builds(
    Policy,
    hours=hours,
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5),
    per_day=st.sampled_from([None, 1, 2]),
    per_week=st.sampled_from([None, 1, 3]),
)


@given(programmes(), stories, policies)
def test_it_gets_on_whatever_is_written_and_known(made: Programme, story: Moody, policy: Policy) -> None:
    place, now = begin(made, START), START
    for _ in range(200):
        decision = next_step(made, place, story.facts(now, needs(made, place), {}), now, policy)
        endings = [intent for intent in decision.intents if not isinstance(intent, Wait)]
        assert len(decision.intents) <= 3 * len(made.flow.nodes) + 2
        if decision.place is None:
            assert endings[-1] is decision.intents[-1]
            break
        assert decision.due_at is not None
        assert decision.due_at > now
        assert decision.place.step in made.flow.nodes
        place, now = decision.place, decision.due_at


@given(programmes(), stories, policies)
def test_the_same_is_decided_from_the_same(made: Programme, story: Moody, policy: Policy) -> None:
    again = Programme.model_validate(made.model_dump(by_alias=True, mode="json") | {"enter": made.enter})
    place = begin(made, START)
    facts = story.facts(START, needs(made, place), {})
    assert again.version == made.version
    assert next_step(again, place, facts, START, policy) == next_step(made, place, facts, START, policy)


@given(programmes(), stories, st.sampled_from(["hot", "sales", "no", "suppressed", "replied"]), st.data())
def test_exits_always_win(made: Programme, story: Moody, what: str, data: st.DataObject) -> None:
    place = at(made, data.draw(st.sampled_from(list(made.flow.nodes))), START)
    found = story.facts(START, needs(made, place), {})
    given_facts: dict[str, Any] = {
        "hot": {"temperature": "hot"},
        "sales": {"stage": "sql"},
        "no": {"consent": {"email": False}},
        "suppressed": {"suppressed": True},
        "replied": {"replied_at": START - timedelta(minutes=1)},
    }[what]
    assume(what != "no" or made.flow.purposes)
    facts = Facts(**{**{name: getattr(found, name) for name in Facts.__slots__}, **given_facts})
    decision = next_step(made, place, facts, START)
    assert decision.place is None
    assert len(decision.intents) == 1
    assert isinstance(decision.intents[0], Leave)


@RARE
@given(sound(), stories, policies)
def test_a_year_ends_and_keeps_to_the_policy(made: Programme, story: Moody, policy: Policy) -> None:
    end = START + timedelta(days=365)
    found = walk(made, story, START, end, policy)
    assert found == walk(made, story, START, end, policy)
    zone = ZoneInfo(story.zone)
    mails = [(when, intent) for when, intent in found.acts() if isinstance(intent, Send | Ask)]
    for when, _ in mails:
        local = when.astimezone(zone)
        opens, closes = policy.hours[local.weekday()]
        assert opens <= local.hour * 60 + local.minute < closes
        assert local.date() not in policy.holidays
    for cap, span in ((policy.per_day, timedelta(days=1)), (policy.per_week, timedelta(days=7))):
        for index, (when, _) in enumerate(mails):
            within = sum(when <= other < when + span for other, _ in mails[index:])
            assert cap is None or within <= cap
    moments = [happened.at for happened in found.happened]
    assert moments == sorted(moments)


@RARE
@given(sound())
def test_what_check_passes_has_a_wait_in_every_circle(made: Programme) -> None:
    """By running it: with answers that open every wait at once, nothing is done twice within one day."""
    for answer in (True, False):
        place, now = begin(made, START), START
        done: dict[str, datetime] = {}
        for _ in range(100):
            asked = needs(made, place)
            facts = Facts(
                temperature="warm",
                answers={question.key: answer for question in asked.questions},
                dates=dict.fromkeys(asked.dates, date(2020, 1, 1)),
                asks_next=dict.fromkeys(asked.frameworks, "need"),
                consent={"email": True},
            )
            decision = next_step(
                made, place, facts, now, Policy(per_day=None, per_week=None, hours=dict.fromkeys(range(7), (0, 1440)))
            )
            for intent in decision.intents:
                if isinstance(intent, Send):
                    assert now - done.get(intent.step, START - timedelta(days=9)) >= timedelta(hours=1)
                    done[intent.step] = now
            if decision.place is None or decision.due_at is None or decision.due_at > START + timedelta(days=60):
                break
            place, now = decision.place, decision.due_at
