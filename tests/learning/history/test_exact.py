"""The points that `score` gives are those that the card had: to the unit, for every lead."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pyrometer.definition import load
from pyrometer.engines import DuckDBEngine
from pyrometer.learning.history.forms import Form
from pyrometer.learning.history.judging import described
from pyrometer.learning.history.loading import History
from pyrometer.learning.history.running import Work, work
from pyrometer.learning.history.scorecard import Scorecard
from pyrometer.learning.history.signals import Signal
from pyrometer.learning.history.still import score_still
from pyrometer.learning.request import Request
from tests.learning.history.planted import Story, chance, stories, written


def live(story: Story) -> None:
    """A lead with a bit of everything: pages by topic with seconds, mail known late, answers, a profile."""
    story.life = 40 + story.draw.randrange(80)
    keen = story.draw.random()
    size = round(10 ** story.draw.uniform(0, 3))
    story.profile = {"size": size, "country": story.draw.choice(["DE", "SE", "JP"])}
    for day in story.times(0.05 + 0.3 * keen, story.life):
        topic = story.draw.choice(["blog", "blog", "pricing", "careers"])
        story.did("page_viewed", day, topic=topic, seconds=story.draw.randrange(200))
    for day in story.times(0.1, story.life):
        story.did("email_opened", day, late=story.draw.choice([0.0, 3.0]))
    if story.draw.random() < keen:
        story.did("demo_requested", story.draw.uniform(0, story.life))
        story.said("need", story.draw.choice(["confirmed", "possible"]), story.draw.uniform(0, story.life))
    story.won = story.draw.random() < chance(-4, 4 * keen, 1.5 * (size > 100))


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    """An engine that lives as long as these tests."""
    with DuckDBEngine() as opened:
        yield opened


@pytest.fixture(scope="module")
def done(engine: DuckDBEngine, tmp_path_factory: pytest.TempPathFactory) -> Work:
    """What was learned from 1,500 such leads."""
    folder = written(tmp_path_factory.mktemp("exact"), stories(1500, live))
    history = History(
        leads=folder / "leads.csv",
        events=[folder / "events.csv"],
        traits=folder / "traits.csv",
        outcomes=folder / "outcomes.csv",
    )
    return work(engine, history, Request("", ("won",), ("lost",)), lambda share: None)


def _scored(engine: DuckDBEngine, done: Work, text: str) -> dict[str, int]:
    assert done.seen is not None
    with score_still(engine, load(text), done.definition, done.seen.ids, done.seen.export) as scoring:
        return {reading.lead_id: reading.scores["card"] for reading in scoring}


def test_score_gives_what_the_card_gave(engine: DuckDBEngine, done: Work) -> None:
    assert done.learned.definition is not None, done.learned.refusal
    assert done.seen is not None
    assert done.card is not None
    units = done.card.units(done.seen.export, done.seen.behaviour)
    assert done.card.forms
    assert done.card.terms
    assert len(set(units)) > 20
    assert _scored(engine, done, done.learned.definition) == dict(
        zip(done.seen.ids, units.astype(int).tolist(), strict=True)
    )


def _forms(signals: dict[str, Signal]) -> list[tuple[Form, int]]:
    """Every way in which a rule can count, with points."""
    pages, pricing = signals["page_viewed"], signals["page_viewed, topic pricing"]
    return [
        (Form(pages, True), 3),
        (Form(pages, True, within=30, at_least=3), -4),
        (Form(pricing, True, within=7), 5),
        (Form(signals["any event"], True, within=7, at_least=2), 2),
        (Form(signals["any event"], False, count="daily", half_life=10, cap=5), 2),
        (Form(pages, False, half_life=14, cap=10), 2),
        (Form(pages, False, half_life=14, cap=3), -3),
        (Form(pricing, False, count="daily", half_life=7, cap=3), 7),
        (Form(pricing, False, count="latest", half_life=30), 11),
        (Form(pages, False, within=30, cap=5), 1),
        (Form(pages, False, within=90, count="daily", cap=20), 1),
        (Form(signals["page_viewed: different topic"], False, half_life=21, cap=3), 4),
        (Form(signals["page_viewed: seconds"], False, half_life=21, cap=20), 1),
        (Form(signals["page_viewed: seconds"], False, cap=10), -1),
        (Form(signals["demo_requested"], False, half_life=365, cap=2), 9),
    ]


def test_every_way_of_counting_is_exact(engine: DuckDBEngine, done: Work) -> None:
    assert done.seen is not None
    assert done.card is not None
    signals = {signal.name: signal for signal in done.seen.behaviour.trails}
    forms, points = zip(*_forms(signals), strict=True)
    card = Scorecard((), (), -1.0, 0.1, forms, points)
    titles = [1.0] * len(forms)
    learned = described(replace(done.learned, rules=()), done.definition, (), done.seen, card, titles, {})
    assert learned.definition is not None
    for form, each in zip(forms, points, strict=True):
        assert len(set(form.units(done.seen.behaviour, each))) > 1, form
    units = card.units(done.seen.export, done.seen.behaviour)
    found = _scored(engine, done, learned.definition)
    assert found == dict(zip(done.seen.ids, units.astype(int).tolist(), strict=True))
