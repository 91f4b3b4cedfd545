"""What a spec is: a title, a line that teaches, a piece of a definition, a little evidence, and what must come out.

Tables are written as text, cells parted by `|`. Columns whose head starts with `=>` say what must come out, by their
path in a reading (`=> scores.fit`). A cell in double quotes is taken literally, so that spaces and line breaks show.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ruamel.yaml import YAML

AS_OF = "2026-06-30T12:00:00Z"
Row = dict[str, str]


@dataclass(frozen=True)
class Spec:
    """One small case; the strings are YAML (`definition`) or tables (the rest).

    `leads` has a row a lead: traits, `previous`, `events` in short (`3d page_viewed topic=pricing; 2 x 5d opened`), and
    what must come out. `events` and `traits` are the two logs, where a case is about their columns. `lines` are all
    lines of the explanation of the leads it names; `missing` all that is missing to them.
    """

    title: str
    prose: str
    definition: str
    leads: str
    events: str = ""
    traits: str = ""
    lines: str = ""
    missing: str = ""
    as_of: str = AS_OF


@dataclass(frozen=True)
class Section:
    """Specs that belong together, under a heading."""

    title: str
    prose: str
    specs: tuple[Spec, ...]


@dataclass(frozen=True)
class Topic:
    """One page of the reference; `setting` holds the parts of the definition that its specs share."""

    slug: str
    title: str
    prose: str
    setting: str
    sections: tuple[Section, ...]

    def __iter__(self) -> Iterator[Spec]:
        for section in self.sections:
            yield from section.specs


def table(text: str) -> tuple[list[str], list[list[str]]]:
    """The heads and the rows of a table's text."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    for row in rows:
        if len(row) != len(rows[0]):
            raise ValueError(f"{len(row)} cells under {len(rows[0])} heads: {row}")
    return rows[0], rows[1:]


def literal(cell: str) -> str:
    """The cell's text: what stands between double quotes is JSON."""
    return str(json.loads(cell)) if cell.startswith('"') else cell


def rows(text: str) -> list[Row]:
    """The rows of a table as mappings, with literal cells."""
    heads, body = table(text) if text else ([], [])
    return [{head: literal(cell) for head, cell in zip(heads, row, strict=True)} for row in body]


def whole(topic: Topic, spec: Spec) -> str:
    """The whole definition of a spec, as YAML: the topic's setting where the spec doesn't say otherwise."""
    own = parse(spec.definition)
    base = "".join(block for name, block in _blocks(topic.setting) if name not in own)
    rest = "" if "temperature" in own or "temperature:" in base else "temperature: {}\n"
    return f"format: 1\nname: {json.dumps(spec.title)}\n{base}{rest}{spec.definition.strip()}\n"


def parse(text: str) -> dict[str, object]:
    """A piece of YAML as plain Python."""
    return YAML(typ="safe", pure=True).load(text) or {}


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """The top-level keys of a YAML text, each with its lines."""
    block: list[str] = []
    for line in [*text.strip().splitlines(), "end:"]:
        if block and not line.startswith((" ", "#")):
            yield block[0].split(":")[0], "\n".join(block) + "\n"
            block = []
        block.append(line)


@dataclass(frozen=True)
class Case:
    """A spec made ready to run: the definition's text, the evidence, and what must come out for each lead."""

    definition: str
    as_of: datetime
    leads: list[Row]
    events: list[Row]
    traits: list[Row]
    previous: list[Row]
    expected: Mapping[str, dict[str, object]]
    lines: Mapping[str, list[Row]]
    missing: Mapping[str, list[Row]]


def prepare(topic: Topic, spec: Spec) -> Case:
    """Spreads a spec's short forms out into evidence and expectations."""
    as_of = datetime.fromisoformat(spec.as_of)
    leads: list[Row] = []
    events, previous = rows(spec.events), []
    expected: dict[str, dict[str, object]] = {}
    for number, row in enumerate(rows(spec.leads), start=1):
        lead = row.pop("lead", str(number))
        expected[lead] = {head[2:].strip(): scalar(row.pop(head)) for head in list(row) if head.startswith("=>")}
        if was := row.pop("previous", ""):
            previous.append({"lead_id": lead, "temperature": was})
        events += [{"lead_id": lead} | event for event in short_events(row.pop("events", ""), as_of)]
        leads.append({"lead_id": lead} | row)
    heads = {head: "" for event in events for head in event}
    events = [heads | event for event in events]
    return Case(
        definition=whole(topic, spec),
        as_of=as_of.replace(tzinfo=UTC) if as_of.tzinfo is None else as_of,
        leads=leads,
        events=events,
        traits=rows(spec.traits),
        previous=previous,
        expected=expected,
        lines=_by_lead(rows(spec.lines), expected),
        missing=_by_lead(rows(spec.missing), expected),
    )


def short_events(text: str, as_of: datetime) -> Iterator[Row]:
    """`2 x 3d page_viewed topic=pricing; …` as rows: at nine in the morning (UTC), so many days before as_of."""
    for part in filter(None, (part.strip() for part in text.split(";"))):
        words = part.split()
        times = int(words[0]) if words[1:2] == ["x"] else 1
        age, event, *properties = words[2:] if words[1:2] == ["x"] else words
        day = as_of.astimezone(UTC) - timedelta(days=int(age.removesuffix("d")))
        row = {"event": event, "occurred_at": f"{day:%Y-%m-%d}T09:00:00Z"}
        yield from [row | dict(word.split("=", 1) for word in properties)] * times


def scalar(cell: str) -> object:
    """An expected value: a number, true, false, null, or a text."""
    if cell in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[cell]
    try:
        return float(cell)
    except ValueError:
        return cell


def _by_lead(found: list[Row], leads: Mapping[str, object]) -> dict[str, list[Row]]:
    """The rows of each lead that the table names; a row of dashes names a lead that has none."""
    named: dict[str, list[Row]] = {}
    for row in found:
        lead = row.pop("lead")
        if lead not in leads:
            raise ValueError(f"no lead {lead!r} in the spec")
        named.setdefault(lead, [])
        if set(row.values()) != {"-"}:
            named[lead].append(row)
    return named
