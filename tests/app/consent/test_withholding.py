"""What a lead doesn't agree to isn't counted: live, in the sweep, and in the archive, at every moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

import pyrometer
from pyrometer.app.agreement.models import Version
from pyrometer.app.consent import actions
from pyrometer.app.consent.models import Purpose, Stance
from pyrometer.app.consent.queries import DOUBLE
from pyrometer.app.evidence import archive
from pyrometer.app.evidence.actions import mark_bot, merge, retract_events, take, unmerge
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.evidence.queries import rows_of
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.app.temperature import listeners, scoring
from pyrometer.app.temperature.models import Reading, Sweep
from pyrometer.app.temperature.queries import explain
from pyrometer.app.temperature.reading import read, score
from pyrometer.app.temperature.sweeping import sweep
from pyrometer.errors import UsageError
from pyrometer.live import LiveScorer
from tests.app.pages.world import DEFINITION, publish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
HAND = Actor("carol@example.com")
ENGINE = LiveScorer(DEFINITION)


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """What rooms further on do with readings is tested there."""
    heard = listeners._listeners[:], listeners._readers[:]
    listeners._listeners.clear()
    listeners._readers.clear()
    yield
    listeners._listeners[:], listeners._readers[:] = heard
    scoring.close()


@pytest.fixture
def version(db: None) -> Version:
    return publish(NOW)


def did(who: str, once: str, event: str | None = "page_viewed", at: datetime = NOW, **more: Any) -> int:
    """Something that somebody did; the root."""
    message = Incoming(
        once=once,
        occurred_at=at,
        received_at=at,
        source=more.pop("source", "wire"),
        handles=(("email", f"{who}@kettles.example"),),
        event=event,
        **more,
    )
    taken = take(incoming=[message], now=at)
    assert not taken.refused
    root = Lead.objects.get(pk=taken.lead_of[once]).root_id
    assert root is not None
    return root


def says(lead: int, given: bool, at: datetime, purpose: str = "profiling", **more: Any) -> Any:
    """A word of a lead."""
    return actions.record(lead=lead, purpose=purpose, given=given, text="", at=at, now=at, source="hand", **more)


def purpose(
    slug: str, *, basis: str = "consent", at: datetime = NOW - timedelta(days=90), **covers: list[str]
) -> Purpose:
    """A purpose, or what becomes of it."""
    before = Purpose.objects.filter(slug=slug).first()
    return actions.write_purpose(
        slug=slug,
        names={"en": slug},
        texts={"en": f"Yes to {slug}."},
        basis=basis,
        reason="" if basis == "consent" else "Since we said so.",
        covers=covers,
        active=True,
        position=before.position if before else 50,
        actor=HAND,
        now=at,
    )


def temperature(root: int, at: datetime) -> str:
    """What the thermometer shows once everything was read."""
    while read(at):
        pass
    return Reading.objects.get(pk=root).temperature


def later(days: float) -> datetime:
    return NOW + timedelta(days=days)


def test_who_objects_is_not_scored_and_who_agrees_again_is(version: Version) -> None:
    root = did("ada", "1", "demo_requested")
    assert temperature(root, NOW) == "hot"
    says(root, False, later(1))
    assert temperature(root, later(1)) == "cool"
    did("ada", "2", "demo_requested", at=later(2))
    assert temperature(root, later(2)) == "cool"
    says(root, True, later(3))
    assert temperature(root, later(3)) == "hot"


def test_a_legitimate_interest_counts_until_somebody_objects_and_consent_from_a_yes_on(version: Version) -> None:
    root, other = did("ada", "1", "demo_requested"), did("bea", "2", "demo_requested")
    assert temperature(root, NOW) == "hot"
    purpose("profiling", at=later(1))
    assert temperature(root, later(1)) == temperature(other, later(1)) == "cool"
    says(root, True, later(2))
    assert (temperature(root, later(2)), temperature(other, later(2))) == ("hot", "cool")
    waits = says(other, True, later(2), basis=DOUBLE)
    assert temperature(other, later(2)) == "cool"
    actions.confirm(consent=waits, now=later(3))
    assert temperature(other, later(3)) == "hot"
    purpose("profiling", basis="duty", at=later(4))
    says(root, False, later(4))
    assert temperature(root, later(4)) == "hot"


def test_a_purpose_keeps_out_only_what_belongs_to_it(version: Version) -> None:
    purpose("calls", events=["call_held"], traits=["budget"])
    purpose("chat", basis="interest", sources=["chat"])
    root = did("ada", "1", "demo_requested", traits={"budget": 5000, "country": "DE"})
    did("ada", "2", "page_viewed", source="chat")
    did("ada", "3", "page_viewed")
    did("ada", "4", "call_held", source="call")

    def counted() -> tuple[dict[str, float], dict[str, str]]:
        found = explain(root, NOW)
        assert found is not None
        return {each.score: each.points for each in found.sums}, dict(found.criteria)

    assert counted() == ({"fit": 20.5, "interest": 32.25}, {"budget": "unknown"})
    says(root, False, NOW, "chat")
    assert counted() == ({"fit": 20.5, "interest": 31.25}, {"budget": "unknown"})
    says(root, True, NOW, "calls")
    assert counted() == ({"fit": 20.5, "interest": 31.25}, {"budget": "met"})
    says(root, False, NOW)
    assert counted() == ({"fit": 0, "interest": 0}, {"budget": "met"})


def test_the_explanation_says_what_is_not_counted_and_since_when(
    version: Version, bob: User, client_of: Callable[[User], Client]
) -> None:
    purpose("calls", events=["call_held"])
    root = did("ada", "1", "demo_requested", traits={"country": "DE", "shoe_size": 41})
    did("ada", "2", "call_held")
    did("ada", "3", "never_declared")
    says(root, False, later(1))
    temperature(root, later(1))
    found = explain(root, later(1))
    assert found is not None
    told = [(each.purpose, each.since, each.events, each.answers) for each in found.withheld]
    assert told == [("calls", None, 1, 0), ("profiling", later(1), 1, 1)]
    page = " ".join(client_of(bob).get(f"/leads/{root}/").content.decode().split())
    assert "1 event and 1 answer not counted: no consent to profiling since <time" in page
    assert "1 event not counted: no consent to calls yet." in page
    page = " ".join(client_of(bob).get(f"/leads/{root}/why/").content.decode().split())
    assert "not counted: no consent to profiling since" in page
    says(root, True, later(2))
    says(root, True, later(2), "calls")
    assert explain(root, later(2)).withheld == ()  # type: ignore[union-attr]


def test_those_who_are_one_speak_for_each_other_until_they_part(version: Version) -> None:
    root, other = did("ada", "1", "demo_requested"), did("bea", "2", "page_viewed")
    says(other, False, NOW)
    done = merge(winner=root, loser=other, reason="the same", actor=HAND, now=later(1))
    assert temperature(root, later(1)) == "cool"
    unmerge(merge=done.pk, actor=HAND, now=later(2))
    assert temperature(root, later(2)) == "hot"
    assert temperature(other, later(2)) == "cool"


def test_the_sweep_corrects_nothing_after_consent_changes(version: Version) -> None:
    roots = [did(who, who, "demo_requested") for who in ("ada", "bea", "cy", "di")]
    temperature(roots[0], NOW)
    says(roots[0], False, later(0.1))
    says(roots[1], False, later(0.2))
    says(roots[1], True, later(0.3))
    purpose("profiling", at=later(0.4))
    says(roots[2], True, later(0.45))
    temperature(roots[0], later(0.5))
    night = later(1)
    while sweep(night) or Sweep.objects.filter(ended_at=None).exists():
        pass
    assert Sweep.objects.get().corrected == 0
    assert [Reading.objects.get(pk=root).temperature for root in roots] == ["cool", "hot", "hot", "cool"]


WHO = ("ada", "bea", "cy")
DONE = st.one_of(
    st.tuples(st.just("event"), st.integers(0, 2), st.sampled_from(["demo_requested", "page_viewed", "call_held"]),
              st.sampled_from(["wire", "chat", "call"])),
    st.tuples(st.just("answer"), st.integers(0, 2), st.sampled_from(["country", "budget"]),
              st.sampled_from(["wire", "form"])),
    st.tuples(st.just("word"), st.integers(0, 2), st.sampled_from(["profiling", "calls", "chat"]), st.booleans()),
    st.tuples(st.just("word"), st.integers(0, 2), st.sampled_from(["profiling", "calls", "chat"]), st.booleans()),
    st.tuples(st.just("basis"), st.just(0), st.sampled_from(["profiling", "calls", "chat"]),
              st.sampled_from(["consent", "interest", "contract"])),
    st.tuples(st.just("merge"), st.integers(0, 1), st.just(""), st.just("")),
    st.tuples(st.just("part"), st.just(0), st.just(""), st.just("")),
)  # fmt: skip
COVERS: dict[str, dict[str, list[str]]] = {
    "profiling": {},
    "calls": {"events": ["call_held"], "traits": ["budget"]},
    "chat": {"sources": ["chat"]},
}


def _history(steps: list[Any]) -> Iterator[datetime]:
    """Do one step after the other, an hour apart; the time of each."""
    roots = {}
    for place, who in enumerate(WHO):
        roots[place] = did(who, f"begin-{who}", "page_viewed", at=NOW)
    for slug, covers in COVERS.items():
        purpose(slug, basis="interest", **covers)
    yield NOW
    merged: list[int] = []
    for place, (what, who, which, how) in enumerate(steps):
        at = NOW + timedelta(hours=place + 1)
        lead = roots[who]
        if what == "event":
            did(WHO[who], f"e{place}", which, at=at, source=how)
        elif what == "answer":
            did(WHO[who], f"e{place}", None, at=at, source=how, traits={which: "DE" if which == "country" else 2000})
        elif what == "word":
            says(lead, how, at, which)
        elif what == "basis":
            purpose(which, basis=how, at=at, **COVERS[which])
        elif what == "merge" and not merged:
            merged.append(merge(winner=roots[0], loser=roots[who + 1], reason="one", actor=HAND, now=at).pk)
        elif what == "part" and merged:
            unmerge(merge=merged.pop(), actor=HAND, now=at)
        yield at


def _plainly(now: datetime) -> dict[int, Any]:
    """The readings of all roots, by a second way of saying what counts, written for reading."""
    bases = dict(Purpose.objects.values_list("slug", "basis"))
    roots = list(Lead.objects.filter(root__isnull=False).values_list("root_id", flat=True).distinct())
    events, traits = [], []
    for root in roots:
        words: dict[str, bool] = {}
        for lead in Lead.objects.filter(root=root):
            for each in lead.consents.order_by("at"):
                words[each.purpose.slug] = each.given
        # Of several leads that are one, whoever spoke last.
        for slug in words:
            last = max(
                (each for lead in Lead.objects.filter(root=root) for each in lead.consents.filter(purpose__slug=slug)),
                key=lambda each: (each.at, each.pk),
            )
            words[slug] = last.given

        def counts(named: str, source: str, words: dict[str, bool] = words) -> bool:
            slug = "calls" if named in ("call_held", "budget") else "chat" if source == "chat" else "profiling"
            if bases[slug] == "contract":
                return True
            return words.get(slug) is True if bases[slug] == "consent" else words.get(slug) is not False

        for lead in Lead.objects.filter(root=root):
            events += [
                {**each.properties, "lead_id": str(root), "event": each.name, "occurred_at": each.occurred_at,
                 "received_at": each.received_at, "message_id": each.message_id}
                for each in lead.events.all() if counts(each.name, each.source)
            ]  # fmt: skip
            traits += [
                {"lead_id": str(root), "trait": each.trait, "value": each.value, "occurred_at": each.occurred_at,
                 "received_at": each.received_at, "source": each.source, "author": each.author}
                for each in lead.trait_changes.all() if counts(each.trait, each.source)
            ]  # fmt: skip
    found = ENGINE.readings([{"lead_id": str(root)} for root in roots], events, traits=traits, as_of=now)
    return {int(each.lead_id): (dict(each.scores), dict(each.criteria), each.temperature) for each in found}


@settings(
    max_examples=8,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(DONE, min_size=5, max_size=14), looks=st.sets(st.integers(0, 12), max_size=3))
@example(
    steps=[
        ("event", 0, "demo_requested", "wire"),
        ("word", 0, "profiling", False),
        ("event", 1, "demo_requested", "chat"),
        ("basis", 0, "chat", "consent"),
        ("event", 2, "demo_requested", "chat"),
        ("word", 2, "chat", True),
        ("merge", 0, "", ""),
    ],
    looks={1, 4},
)
def test_live_is_what_a_fresh_scoring_of_everything_says(steps: list[Any], looks: set[int]) -> None:
    with transaction.atomic():
        version = publish(NOW)
        for place, at in enumerate(_history(steps)):
            if place in looks or place == len(steps):
                # What nobody touched was right already.
                while read(at):
                    pass
                expected = _plainly(at)
                roots = [row.pk for row in Lead.objects.filter(pk__in=expected)]
                stored = {row.pk: row.temperature for row in Reading.objects.filter(pk__in=roots)}
                assert stored == {root: warmth for root, (_, _, warmth) in expected.items()}
                anew = score(roots, version, at)
                told = {int(r.lead_id): (dict(r.scores), dict(r.criteria), r.temperature) for r in anew.readings}
                assert told == expected
                rows = rows_of(roots)
                by_rows = ENGINE.readings(rows.leads, rows.events, traits=rows.traits, as_of=at)
                assert {int(r.lead_id): dict(r.scores) for r in by_rows} == {
                    root: scores for root, (scores, _, _) in expected.items()
                }
        transaction.set_rollback(True)


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Path:
    settings.FOLDER, settings.ARCHIVE = tmp_path, True
    return tmp_path / "archive"


def archived(place: Path, at: datetime) -> dict[int, tuple[dict[str, int], str]]:
    """The scores of all leads by the archive, as of a time."""
    with pyrometer.score(DEFINITION_FILE(place), archive=place, as_of=at) as scoring_:
        return {int(row.lead_id): (dict(row.scores), row.temperature) for row in scoring_.rows()}


def DEFINITION_FILE(place: Path) -> Path:  # noqa: N802
    file = place.parent / "definition.yaml"
    file.write_text(DEFINITION, encoding="utf-8")
    return file


STEPS: list[tuple[str, int, str, Any]] = [
    ("event", 0, "demo_requested", "wire"),
    ("answer", 0, "country", "form"),
    ("answer", 0, "budget", "form"),
    ("event", 1, "demo_requested", "chat"),
    ("word", 0, "profiling", False),
    ("event", 0, "page_viewed", "wire"),
    ("word", 0, "calls", False),
    ("word", 0, "profiling", True),
    ("word", 0, "profiling", False),
    ("basis", 0, "chat", "consent"),
    ("event", 2, "demo_requested", "chat"),
    ("word", 0, "profiling", True),
    ("word", 2, "chat", True),
    ("event", 1, "page_viewed", "chat"),
    ("basis", 0, "chat", "interest"),
    ("word", 1, "chat", False),
]


@pytest.mark.parametrize("often", [2, 99])
def test_the_archive_scores_any_past_moment_as_it_was_live(place: Path, version: Version, often: int) -> None:
    live: dict[datetime, Any] = {}
    for number, at in enumerate(_history(STEPS)):
        then = at + timedelta(minutes=1)
        found = score(list(Lead.objects.values_list("pk", flat=True)), version, then)
        live[then] = {int(each.lead_id): (dict(each.scores), each.temperature) for each in found.readings}
        if number % often == 0:
            archive.follow(then)
    while archive.follow(then):
        pass
    # As if the worker had died after it appended and before it could say so.
    Stance.objects.update(archived=False)
    archive.follow(then)
    # Each moment takes a while: those after a word, and the last one.
    for at, expected in [*live.items()][1::3]:
        told = archived(place, at)
        # Of whom nothing counts the archive knows nothing.
        nothing = ({"fit": 0, "interest": 0}, "cool")
        assert {root: told.get(root, nothing) for root in expected} == expected, at


def test_what_is_taken_back_stays_so_when_the_lead_agrees_again(place: Path, version: Version) -> None:
    root = did("ada", "1", "demo_requested")
    did("ada", "2", "page_viewed")
    archive.follow(NOW)
    says(root, False, later(1))
    says(root, True, later(2))
    archive.follow(later(2))
    events = dict(Event.objects.values_list("name", "pk"))
    retract_events(events=[events["demo_requested"]], reason="a test", actor=HAND, now=later(3))
    mark_bot(events=[events["page_viewed"]], reason="too fast", actor=HAND, now=later(3))
    while archive.follow(later(3)):
        pass
    assert archived(place, later(2.5))[root][0]["interest"] == 312_500
    assert archived(place, later(4)).get(root, ({"interest": 0}, ""))[0]["interest"] == 0
    says(root, False, later(4))
    says(root, True, later(5))
    while archive.follow(later(5)):
        pass
    assert archived(place, later(6)).get(root, ({"interest": 0}, ""))[0]["interest"] == 0


def test_a_purpose_without_consent_says_why(version: Version) -> None:
    with pytest.raises(UsageError, match="write down why"):
        actions.write_purpose(slug="x", names={}, texts={}, basis="interest", reason=" ", covers={}, active=True,
                              position=1, actor=HAND, now=NOW)  # fmt: skip
    purpose("calls", events=["call_held"])
    with pytest.raises(UsageError, match="event `call_held` belongs to `calls` already"):
        purpose("other", events=["call_held"])
    with pytest.raises(UsageError, match="there is no source `pigeon`"):
        purpose("other", sources=["pigeon"])
    with pytest.raises(UsageError, match="`shoes` is nothing that a purpose covers"):
        purpose("other", shoes=["left"])
    with pytest.raises(UsageError, match="there is no basis `whim`"):
        purpose("other", basis="whim")
