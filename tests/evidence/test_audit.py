"""What `check` says about files: the definition's words and theirs, side by side."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pyrometer.evidence import near_misses
from pyrometer.evidence.words import fold
from tests.evidence.bench import Bench, definition, write, write_parquet

NOW = datetime(2026, 2, 1, tzinfo=UTC)
PROFILE = {
    "industry": {"type": "text", "values": ["software", "retail"]},
    "channel": "text",
    "employees": "integer",
    "buying_on": "date",
}
GIVEN = definition(profile=PROFILE)
FULL = {"lead_id": "A", "industry": "retail", "channel": "web", "employees": 5, "buying_on": "2026-05-05"}
VIEW = {"lead_id": "A", "event": "page_viewed", "occurred_at": "2026-01-02", "topic": "pricing", "seconds": 5}
DEMO = {"lead_id": "A", "event": "demo_requested", "occurred_at": "2026-01-02"}


def test_nothing_to_say() -> None:
    found = Bench(GIVEN, leads=[FULL], events=[VIEW, DEMO], now=NOW, audit=True)
    assert found.audit(values={"channel": {"web"}}, properties={"topic": {"pricing"}}) == []


def test_values_that_differ_by_case_or_space_only() -> None:
    leads = [
        {**FULL, "lead_id": str(number), "industry": text}
        for number, text in enumerate(["Retail", "retail ", "RETAIL"])
    ]
    leads += [{**FULL, "lead_id": "x", "channel": "E-Mail"}, {**FULL, "lead_id": "y", "channel": "other"}]
    found = Bench(GIVEN, leads=leads, events=[{**VIEW, "topic": "Pricing"}, DEMO], now=NOW, audit=True)
    said = found.audit(values={"channel": {"email", "web"}}, properties={"topic": {"pricing"}})
    assert [note.split(";")[0] for note in said if "differs only" in note] == [
        "leads: warning: 1 row with `RETAIL` for `retail` in `industry` (row 3: 'RETAIL')",
        "leads: warning: 1 row with `Retail` for `retail` in `industry` (row 1: 'Retail')",
        "leads: warning: 1 row with `retail ` for `retail` in `industry` (row 2: 'retail ')",
        "leads: warning: 1 row with `E-Mail` for `email` in `channel` (row 4: 'E-Mail')",
        "events: warning: 1 row with `Pricing` for `pricing` in `topic` (row 1: 'Pricing')",
    ]
    assert not any("among its values" in note for note in said)


def test_values_outside_the_list() -> None:
    leads = [
        {**FULL, "lead_id": str(number), "industry": text} for number, text in enumerate(["toys", "ships", "toys"])
    ]
    said = Bench(GIVEN, leads=leads, audit=True).audit()
    assert said == [
        "leads: warning: 3 rows whose `industry` isn't among its values: `toys`, `ships`"
        " (row 1: 'toys', row 3: 'toys', …); add it to `values`, or to `unknown`"
    ]


def test_the_same_in_the_trait_log() -> None:
    log = [
        {"lead_id": "A", "trait": "industry", "value": "Retail", "occurred_at": "2026-01-01"},
        {"lead_id": "A", "trait": "industry", "value": "toys", "occurred_at": "2026-01-01"},
        {"lead_id": "A", "trait": "employees", "value": "5", "occurred_at": "2026-01-01"},
        {"lead_id": "A", "trait": "channel", "value": "WEB", "occurred_at": "2026-01-01"},
        {"lead_id": "A", "trait": "buying_on", "value": "", "occurred_at": "2026-01-01"},
    ]
    said = Bench(GIVEN, traits=log, audit=True).audit(values={"channel": {"web"}})
    assert [note.split(" (")[0] for note in said] == [
        "traits: warning: 1 row with `Retail` for `retail` in `industry`",
        "traits: warning: 1 row whose `industry` isn't among its values: `toys`",
        "traits: warning: 1 row with `WEB` for `web` in `channel`",
        "traits: warning: trait `buying_on` is never filled; unknown for every lead",
    ]


def test_traits_events_and_properties_that_never_come() -> None:
    leads = [{"lead_id": "A", "industry": "", "employees": "x", "channel": "web"}]
    said = Bench(GIVEN, leads=leads, events=[{**VIEW, "topic": " "}], audit=True).audit()
    assert [note for note in said if "never" in note or "no column" in note] == [
        "leads: warning: trait `buying_on` has no column; unknown for every lead",
        "leads: warning: traits `industry`, `employees` are never filled; unknown for every lead",
        "events: warning: event `demo_requested` never happens; rules about it give nothing",
        "events: warning: property `topic` is never filled; conditions on it never hold",
    ]


def test_events_by_nearly_the_right_name() -> None:
    events = [VIEW, DEMO, {**DEMO, "event": "Demo Requested"}, {**DEMO, "event": "ping"}]
    said = Bench(GIVEN, leads=[FULL], events=events, audit=True).audit()
    assert said == [
        "events: warning: 1 row with `Demo Requested` for `demo_requested` in `event` (row 3: 'Demo Requested');"
        " differs only by case or space, and is compared exactly; write `demo_requested`",
        "events: note: 2 rows with events that the definition doesn't know: `Demo Requested`, `ping`"
        " (row 3: 'Demo Requested', row 4: 'ping'); left out",
    ]


def test_ids_by_nearly_the_right_name() -> None:
    events = [VIEW, DEMO, {**DEMO, "lead_id": "a "}, {**DEMO, "lead_id": "stranger"}]
    said = Bench(GIVEN, leads=[FULL], events=events, audit=True).audit()
    assert said[0].startswith(
        "events: warning: 1 row with a lead id that differs from a lead's only by case or space (row 3"
    )


def test_times_that_are_surely_not_meant() -> None:
    events = [
        VIEW,
        DEMO,
        {**DEMO, "occurred_at": 20260102},
        {**DEMO, "occurred_at": "2062-01-02"},
        {**DEMO, "occurred_at": "soon"},
    ]
    leads = [{**FULL, "lead_id": "B", "buying_on": "0206-05-05"}, FULL]
    said = Bench(GIVEN, leads=leads, events=events, now=NOW, audit=True).audit()
    assert [note.split(";")[0] for note in said] == [
        "events: warning: 1 row with `occurred_at` in the future (row 4: '2062-01-02 00:00:00')",
        "events: warning: 1 value of `occurred_at` unreadable (row 5: 'soon')",
        "leads: warning: 1 row with a stray year in `buying_on` (row 1: '0206-05-05')",
        "events: warning: 1 row from before the year 2000 (row 3: '1970-08-23 11:48:22')",
    ]


def test_repeated_messages() -> None:
    events = [{**VIEW, "message_id": "m"}] * 3 + [{**DEMO, "message_id": "n"}, {**VIEW, "message_id": "n"}, DEMO]
    said = Bench(GIVEN, leads=[FULL], events=events, audit=True).audit()
    assert [note.split(" (")[0] for note in said] == [
        "events: warning: 2 rows share their `message_id`, but not what they say",
        "events: note: 3 rows repeat a `message_id`",
    ]
    shared = [{**VIEW, "message_id": "m"}, {**VIEW, "message_id": "m", "lead_id": "B"}]
    said = Bench(GIVEN, leads=[FULL, {**FULL, "lead_id": "B"}], events=shared, audit=True).audit()
    assert "events: note: 2 rows with a `message_id` that another lead has, too" in [
        note.split(" (")[0] for note in said
    ]


def test_near_misses_are_told_wherever_they_stand() -> None:
    given = definition(
        profile={"industry": {"type": "text", "values": ["IT", "it", "retail"]}},
        events={"seen": {"properties": {"topic": "text"}}},
    )
    found = Bench(
        given,
        leads=[{"lead_id": "A", "industry": "it"}, {"lead_id": "B", "industry": "Retail"}],
        traits=[{"lead_id": "A", "trait": "industry", "value": "RETAIL", "occurred_at": "2026-01-01"}],
        events=[
            {"lead_id": "A", "event": "seen", "occurred_at": "2026-01-01", "properties": '{"topic": "Prices"}'},
            {"lead_id": "A", "event": "seen", "occurred_at": "2026-01-01", "properties": '{"topic": "else"}'},
        ],
    )
    topics = {"topic": {"prices"}}
    notes = near_misses(found.con, given, found.evidence, values={"industry": {"IT"}}, properties=topics)
    assert sorted(note.what for note in notes) == [
        "1 row with `Prices` for `prices` in `topic`",
        "1 row with `RETAIL` for `retail` in `industry`",
        "1 row with `Retail` for `retail` in `industry`",
    ]


def test_rows_without_a_lead_have_no_messages() -> None:
    events = [{**VIEW, "message_id": "m", "lead_id": lead} for lead in ("A", "B", "B", "", "")]
    said = Bench(GIVEN, leads=[FULL, {**FULL, "lead_id": "B"}], events=events, audit=True).audit()
    told = [note.split(" (")[0] for note in said]
    assert "events: note: 3 rows with a `message_id` that another lead has, too" in told
    assert "events: note: 1 row repeats a `message_id`" in told


def test_a_repeated_lead_is_a_finding_among_the_others(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.csv", "lead_id,industry,employees\nA,Retail,x\nB,retail,5\nA,retail,7\n")
    said = Bench(definition(profile={"industry": "text", "employees": "integer"}), leads=path, audit=True).audit(
        values={"industry": {"retail"}}
    )
    assert [note.split(";")[0] for note in said] == [
        "leads.csv: error: a lead stands in one row, but `A` in rows 2, 4",
        "leads.csv: warning: 1 value of `employees` unreadable (row 2: 'x')",
        "leads.csv: warning: 1 row with `Retail` for `retail` in `industry` (row 2: 'Retail')",
    ]


def test_parquet_says_the_same(tmp_path: Path) -> None:
    rows = [
        ("A", "page_viewed", "2026-01-02", "Pricing", 5), ("A", "Demo_requested", "2026-01-02", None, None),
        ("b", "page_viewed", "1999-01-02", "pricing", 5), ("A", "demo_requested", "2031-01-02", None, None),
    ]  # fmt: skip
    names = ["lead_id", "event", "occurred_at", "topic", "seconds"]
    select = " UNION ALL ".join(
        f"SELECT '{a}' AS lead_id, '{b}' AS event, TIMESTAMP '{c} 00:00:00' AS occurred_at,"
        f" {repr(d) if d else 'NULL'} AS topic, {e or 'NULL'}::INTEGER AS seconds"
        for a, b, c, d, e in rows
    )
    path = write_parquet(tmp_path / "events.parquet", select)
    leads = [FULL, {**FULL, "lead_id": "B"}]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    found = [
        Bench(GIVEN, leads=leads, events=source, now=NOW, audit=True).audit(properties={"topic": {"pricing"}})
        for source in (records, path)
    ]
    assert found[0] == [note.replace("events.parquet:", "events:") for note in found[1]]
    assert len(found[0]) == 7


@pytest.mark.parametrize("text", ["GTX Pro", "gtx-pro", " GTXPro", "gtx_pro", "Gtx\u00a0pro"])
def test_folding(text: str) -> None:
    assert fold(text) == "gtxpro"
