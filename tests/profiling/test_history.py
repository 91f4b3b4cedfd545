"""A definition's files and archives: what counts, at which moment of a lead."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from pyrometer.archive import append
from pyrometer.errors import UsageError
from pyrometer.profiling import Profile
from tests.learning.planted import written
from tests.profiling.planted import aspect, segment

START = datetime(2025, 1, 1, tzinfo=UTC)
DEFINITION = {
    "format": 1,
    "name": "Planted",
    "profile": {"region": "text", "size": "integer", "need": "text", "renews_on": "date"},
    "events": {
        "viewed": {"properties": {"channel": "text"}},
        "asked": {"label": "Asked for a demo"},
        "welcomed": {},
    },
    "temperature": {"hot": {"when": {"event": "asked"}}},
}
Rows = list[dict[str, str]]


def spelled(time: datetime) -> str:
    """A time as files have it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def planted(count: int = 900, seed: int = 1) -> dict[str, Rows]:
    """Leads that close more often if they asked for a demo, or come from the north.

    Lost leads linger three times as long, and look at pages at the same rate all the while; the won are welcomed
    afterwards, and only then is their need written down.
    """
    draw = random.Random(seed)
    found: dict[str, Rows] = {"leads": [], "events": [], "traits": [], "outcomes": []}
    for number in range(count):
        lead, came = f"L{number:04d}", START + timedelta(hours=draw.randrange(24 * 500))
        region, asked = draw.choice(["north", "south", "east", ""]), draw.random() < 0.3
        won = draw.random() < 0.1 + 0.3 * asked + 0.2 * (region == "north")
        length = draw.uniform(12, 30) * (1 if won else 3)
        ended = came + timedelta(days=length)
        times = [came, *(came + timedelta(days=draw.uniform(0, length)) for _ in range(round(length / 4)))]
        events = [("viewed", time) for time in times]
        events += [("asked", came + timedelta(days=draw.uniform(0, 5)))] if asked else []
        events += [("welcomed", ended + timedelta(days=1))] if won else []
        found["events"] += [
            {"lead_id": lead, "event": event, "occurred_at": spelled(time),
             "channel": draw.choice(["web", "mail"]) if event == "viewed" else ""}
            for event, time in events
        ]  # fmt: skip
        found["leads"].append({"lead_id": lead, "region": region, "size": str(draw.randrange(1, 500))})
        if won:
            found["traits"].append(
                {"lead_id": lead, "trait": "need", "value": "yes", "occurred_at": spelled(ended + timedelta(days=2))}
            )
        if draw.random() < 0.5:
            early = {"lead_id": lead, "trait": "need", "value": "perhaps", "occurred_at": spelled(came)}
            found["traits"].append(early)
            renews = {"trait": "renews_on", "value": str((came + timedelta(days=draw.randrange(300))).date())}
            found["traits"].append({**early, **renews})
        found["outcomes"].append({"lead_id": lead, "outcome": "won" if won else "lost", "decided_at": spelled(ended)})
    return found


def profiled(found: Mapping[str, Any], **options: Any) -> Profile:
    """The profile of rows by the planted definition."""
    return pyrometer.profile(DEFINITION, **{**found, **options})


@pytest.fixture(scope="module")
def rows() -> dict[str, Rows]:
    """The planted leads."""
    return planted()


@pytest.fixture(scope="module")
def found(rows: dict[str, Rows]) -> Profile:
    """Their profile."""
    return profiled(rows)


def test_deeds_and_traits_that_matter_are_found(found: Profile) -> None:
    assert segment(found, "asked", "once").direction == "more"
    assert segment(found, "asked", "never").direction == "less"
    assert aspect(found, "asked").kind == "behaviour"
    assert segment(found, "region", "north").direction == "more"
    assert not aspect(found, "size").telling
    assert "asked happened once" in found.portrait[0]


def test_leads_that_linger_do_not_seem_to_have_done_more(rows: dict[str, Rows], found: Profile) -> None:
    lengths = {row["lead_id"]: 0 for row in rows["outcomes"]}
    for row in rows["events"]:
        lengths[row["lead_id"]] += row["event"] == "viewed"
    won = {row["lead_id"] for row in rows["outcomes"] if row["outcome"] == "won"}
    of_won = sum(lengths[lead] for lead in won) / len(won)
    of_lost = sum(count for lead, count in lengths.items() if lead not in won) / (len(lengths) - len(won))
    assert of_lost > 2 * of_won
    for name in ("viewed", "active days", "channels"):
        assert not aspect(found, name).telling


def test_what_came_after_the_outcome_counts_for_nothing(found: Profile) -> None:
    assert "welcomed" not in {each.name for each in (*found.aspects, *found.apart)}
    assert {each.name for each in aspect(found, "need").segments} == {"perhaps", "unknown"}
    assert not aspect(found, "need").telling


def test_exposure_is_the_same_for_all_and_told(found: Profile) -> None:
    assert found.exposure is not None
    assert found.exposure.days == 10
    assert not found.exposure.given
    assert found.warnings[0].startswith("each lead is seen 10 days after its first event or answer")


def test_leads_decided_before_they_can_be_seen_are_left_out(rows: dict[str, Rows]) -> None:
    found = profiled(rows, exposure=21)
    assert found.exposure is not None
    assert found.exposure.given
    assert found.counted.quick > 50
    assert found.counted.read == 900
    assert found.counted.used == 900 - found.counted.quick - found.counted.immature - found.counted.open


def test_dates_are_days_ahead_of_the_moment(found: Profile) -> None:
    names = [each.name for each in aspect(found, "days to renews_on").segments]
    assert names[0].startswith("up to ")
    assert names[-1] == "unknown"


def test_without_times_of_decision_deeds_are_set_apart(rows: dict[str, Rows]) -> None:
    undated = [{"lead_id": row["lead_id"], "outcome": row["outcome"]} for row in rows["outcomes"]]
    found = profiled(rows, outcomes=undated)
    assert found.exposure is None
    assert {"asked", "viewed", "welcomed", "active days"} <= {each.name for each in found.apart}
    assert segment(found, "region", "north").direction == "more"
    assert "asked" not in " ".join(found.portrait)
    trusted = profiled(rows, outcomes=undated, trust=["asked"])
    assert segment(trusted, "asked", "once").direction == "more"


def test_open_leads_and_strangers_are_not_compared(rows: dict[str, Rows]) -> None:
    outcomes = [dict(row) for row in rows["outcomes"]]
    for row in outcomes[:100]:
        row["outcome"] = "in talks"
    found = profiled(rows, outcomes=[*outcomes, {"lead_id": "X", "outcome": "won", "decided_at": "2025-03-01"}])
    assert found.counted.open == 100
    assert found.counted.read == 900


def test_leads_decided_nobody_knows_when_are_left_out_where_the_others_have_a_time(rows: dict[str, Rows]) -> None:
    outcomes = [{**row, "decided_at": "" if number < 30 else row["decided_at"]}
                for number, row in enumerate(rows["outcomes"])]  # fmt: skip
    found = profiled(rows, outcomes=outcomes)
    assert found.exposure is not None
    assert found.counted.undated == 30
    assert sum(vars(found.counted).values()) == 2 * found.counted.read


def test_own_words_for_won_and_lost_are_understood(rows: dict[str, Rows], found: Profile) -> None:
    words = {"won": "signed", "lost": "No"}
    outcomes = [{**row, "outcome": words[row["outcome"]]} for row in rows["outcomes"]]
    assert profiled(rows, outcomes=outcomes, won="Signed", lost="no").aspects == found.aspects


def test_an_archive_gives_what_its_files_give(tmp_path: Path, rows: dict[str, Rows], found: Profile) -> None:
    files = {name: written(tmp_path / f"{name}.csv", rows[name]) for name in rows if name != "leads"}
    now = datetime(2027, 1, 1, tzinfo=UTC)
    append(tmp_path / "archive", **files, received="occurred", now=now)  # type: ignore[arg-type]
    archived = pyrometer.profile(DEFINITION, leads=rows["leads"], archive=tmp_path / "archive")
    assert archived.aspects == found.aspects
    assert archived.portrait == found.portrait


def test_evidence_that_was_received_after_the_outcome_is_told(rows: dict[str, Rows]) -> None:
    late = [{**row, "received_at": "2027-01-01T00:00:00Z"} for row in rows["events"]]
    found = profiled(rows, events=late, traits=None)
    assert "100 % of the events and answers" in found.warnings[0]
    assert "asked" not in {each.name for each in found.aspects}


def test_events_and_outcomes_alone_are_enough(rows: dict[str, Rows]) -> None:
    found = pyrometer.profile(DEFINITION, events=rows["events"], outcomes=rows["outcomes"])
    assert segment(found, "asked", "once").direction == "more"
    assert found.counted.read == 900


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"outcomes": None}, "give a file of outcomes"),
        ({"leads": None, "events": None, "traits": None}, "no leads to compare"),
        ({"outcome_column": "stage"}, "is for a flat export"),
        ({"archive": "somewhere"}, "an archive holds events"),
        ({"exposure": 0}, "from 1 to"),
        ({"ignore": ["regoin"]}, "did you mean `region`?"),
    ],
)
def test_what_does_not_go_together_is_refused(rows: dict[str, Rows], options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        profiled(rows, **options)


def test_names_that_meet_are_told_apart(rows: dict[str, Rows]) -> None:
    definition = {**DEFINITION, "profile": {"asked": "text", "won": "text", "seen_at": "text", "d0": "text"}}
    leads = [
        {"lead_id": row["lead_id"], "asked": row["region"], "won": "x" if len(row["size"]) > 2 else "y"}
        for row in rows["leads"]
    ]
    found = pyrometer.profile(definition, leads=leads, events=rows["events"], outcomes=rows["outcomes"], trust=["won"])
    assert segment(found, "asked (event)", "once").direction == "more"
    assert segment(found, "asked", "north").direction == "more"
    assert not aspect(found, "won").telling


def test_too_few_decided_leads_are_refused(rows: dict[str, Rows]) -> None:
    found = profiled(rows, outcomes=rows["outcomes"][:50])
    assert "too little to compare" in str(found.refusal)


def test_an_exposure_that_leaves_too_few_says_so(rows: dict[str, Rows]) -> None:
    found = profiled(rows, exposure=300)
    assert "a shorter exposure keeps more" in str(found.refusal)


SMALL = {**DEFINITION, "profile": {"size": "integer"}, "events": {"visit": {}, "contact": {}},
         "temperature": {"hot": {"when": {"event": "contact"}}}}  # fmt: skip


def test_a_bare_date_on_the_day_of_the_decision_is_not_before_it() -> None:
    draw = random.Random(3)
    events, outcomes = [], []
    for number in range(900):
        lead, came = f"L{number}", START + timedelta(days=draw.randrange(200))
        won, ended = draw.random() < 0.4, came + timedelta(days=draw.randrange(1, 4))
        events.append({"lead_id": lead, "event": "visit", "occurred_at": str(came.date())})
        if won:
            events.append({"lead_id": lead, "event": "contact", "occurred_at": str(ended.date())})
        outcomes.append({"lead_id": lead, "outcome": "won" if won else "lost", "decided_at": str(ended.date())})
    found = pyrometer.profile(SMALL, events=events, outcomes=outcomes)
    assert found.counted.used > 300
    assert found.counted.quick > 200, "who was decided on the day after was not seen before it"
    assert not found.findings


def test_leads_of_whom_nothing_was_known_before_the_decision_are_left_out_and_counted() -> None:
    draw = random.Random(4)
    leads, events, outcomes = [], [], []
    for number in range(600):
        lead, came, won = f"L{number}", START + timedelta(days=draw.randrange(200)), draw.random() < 0.4
        ended = came + timedelta(days=draw.randrange(25, 60))
        # Deals that were only entered when they had been won.
        entered = ended + timedelta(days=5) if won and number % 2 else came
        leads.append({"lead_id": lead, "size": str(draw.randrange(100))})
        events.append({"lead_id": lead, "event": "visit", "occurred_at": spelled(entered)})
        outcomes.append({"lead_id": lead, "outcome": "won" if won else "lost", "decided_at": spelled(ended)})
    found = pyrometer.profile(SMALL, leads=leads, events=events, outcomes=outcomes)
    assert found.counted.unseen > 90
    assert sum(vars(found.counted).values()) == 2 * found.counted.read
    assert any(f"{found.counted.unseen} leads of which nothing was known" in warning for warning in found.warnings)
    assert "never" not in {part.name for each in (*found.aspects, *found.apart) for part in each.segments}
    assert not found.findings


@pytest.mark.parametrize("odd", ["outcome", "event"])
def test_a_date_in_the_future_does_not_make_young_leads_old(rows: dict[str, Rows], odd: str) -> None:
    end = spelled(START + timedelta(days=500))
    clocks = {"events": "occurred_at", "outcomes": "decided_at"}
    mended = {name: [dict(row) for row in rows[name] if row[clock] < end] for name, clock in clocks.items()}
    found = profiled({**rows, **mended})
    if odd == "outcome":
        mended["outcomes"][0]["decided_at"] = "2199-01-01"
    else:
        mended["events"].append({**rows["events"][0], "occurred_at": "2199-01-01T00:00:00Z"})
    after = profiled({**rows, **mended})
    assert after.counted.immature == found.counted.immature > 3
    if odd == "outcome":
        assert after.counted.open == found.counted.open + 1
        assert any("decided in the future" in warning for warning in after.warnings)
        then = profiled({**rows, **mended}, now=datetime(2200, 1, 1, tzinfo=UTC))
        assert (then.counted.open, then.counted.immature) == (found.counted.open, 0), "in that year it was so"
