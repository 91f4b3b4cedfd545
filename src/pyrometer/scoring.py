"""Scores every lead of some evidence by a definition, as it stood at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.definition.temperature import TEMPERATURES
from pyrometer.engines import DuckDBEngine, Engine, Progress
from pyrometer.errors import UsageError
from pyrometer.evidence import DataNote, Evidence, Source
from pyrometer.inputs import Given
from pyrometer.reader import RowReader
from pyrometer.result import Reading
from pyrometer.runs import moment_of, run
from pyrometer.sql import export_select

CALL_ORDER = "call_temperature, call_missing, call_total DESC, lead_id"
"""Who to call first: the warmest, then those with the fewest ingredients missing, then the highest scores."""


@dataclass
class Scoring:
    """All leads of one run, one row each in memory (beyond the limit: on disk). Close it, or use it as a context.

    `as_of` is UTC, and `basis` where it comes from: `given`, the latest `evidence`, or `today` where no evidence has a
    time; `counts` are leads by
    temperature; `notes` what the evidence had to say; `explained` whether hits and freshest days were asked for.
    """

    definition: str
    as_of: datetime
    basis: str
    counts: dict[str, int]
    total: int
    evidence: Evidence
    notes: tuple[DataNote, ...]
    reader: RowReader = field(repr=False)
    engine: DuckDBEngine = field(repr=False)
    explained: bool = False
    closed: bool = False

    def __enter__(self) -> Scoring:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory and temporary files of the run."""
        self.closed = True
        self.engine.close()

    def __iter__(self) -> Iterator[Reading]:
        return self.rows(order="lead")

    def rows(self, top: int | None = None, order: str = "call", *, lines: bool = True) -> Iterator[Reading]:
        """Readings with who to call first on top (`order="call"`) or by lead (`"lead"`); `top` limits their number.

        Without `lines` they come without contributions, and faster.
        """
        self._open()
        if order not in ("call", "lead"):
            raise UsageError(f"no order `{order}`; there are `call` and `lead`")
        names = ", ".join(f'"{name}"' for name in self.reader.layout.columns)
        by = CALL_ORDER if order == "call" else "lead_id"
        limit = "" if top is None else " LIMIT $1"
        rows = self.engine.rows(f"SELECT {names} FROM readings ORDER BY {by}{limit}", [] if top is None else [top])
        return (self.reader.reading(row, self.as_of, lines=lines) for row in rows)

    def _open(self) -> None:
        if self.closed:
            raise UsageError("this scoring is closed; read its rows before closing it, inside the `with`")

    def write_parquet(self, path: str | Path, top: int | None = None) -> None:
        """Write one flat row a lead, who to call first on top: scores in points, `missing` as one text.

        `top` limits the number of rows. Raises EvidenceError if the file can't be written.
        """
        self._open()
        select = export_select(
            self.reader.plan,
            self.reader.layout,
            as_of=moment_of(self.as_of).timestamp,
            fingerprint=self.definition,
            sentences=self.reader.finder.sentences,
            explain=self.explained,
        )
        limit = "" if top is None else f" LIMIT {int(top)}"
        self.engine.copy(f"{select} ORDER BY {CALL_ORDER}{limit}", Path(path))

    def reading(self, lead_id: str) -> Reading | None:
        """One lead's reading, or None if there is no such lead."""
        names = ", ".join(f'"{name}"' for name in self.reader.layout.columns)
        for row in self.engine.rows(f"SELECT {names} FROM readings WHERE lead_id = $1", [lead_id]):
            return self.reader.reading(row, self.as_of)
        return None


def score(
    definition: Definition | str | Path | Mapping[str, Any],
    *,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    previous: Source | None = None,
    as_of: str | date | datetime | None = None,
    explain: bool = False,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    tally: str | Path | None = None,
    engine: str | Engine | Any = None,
    inputs: Given | None = None,
    archive: str | Path | None = None,
    direct: bool = False,
    now: datetime | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Scoring:
    """Score every lead by a definition, as of a time.

    Each source is a path (or several), or rows as mappings. Without `as_of` it is the time of the latest evidence, not
    later than `now` if that is given, or that day's midnight where no evidence has a time. `explain` adds hits,
    freshest days and cuts to contributions. `lead_id` and `columns` (trait → column) name odd columns of the leads
    file. `tally` is a folder made by `pyrometer.tally.build`, used in place of reading the events. `archive` is the
    folder or URL of an archive, in place of events and traits; the tally beside it is used and kept up to date, unless
    `direct`.

    With `engine`, a URL, an engine or a session of Spark, evidence is scored where it lies: `inputs` says in which of
    its tables, in place of `leads`, `events` and `traits`. What is given stays open; an engine of a URL is closed.
    Raises DefinitionError, EvidenceError or UsageError.

    >>> definition = '''format: 1
    ... name: Tiny
    ... events: {call: {}}
    ... scores: {interest: {rules: [{name: Calls, points: 5, event: call, cooling: {half_life: 10d}}]}}
    ... temperature: {hot: {when: {score: interest, at_least: 4}}}
    ... '''
    >>> calls = [{"lead_id": "Ada", "event": "call", "occurred_at": "2026-06-01"}]
    >>> with score(definition, leads=[{"lead_id": "Ada"}], events=calls, as_of="2026-06-11") as scoring:
    ...     [(reading.lead_id, reading.temperature, reading.scores) for reading in scoring]
    [('Ada', 'cool', {'interest': 25000})]
    """
    if not isinstance(definition, Definition):
        definition = load(definition)
    local = DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress)
    try:
        found = run(
            definition,
            local,
            engine=engine,
            inputs=inputs,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            as_of=as_of,
            explain=explain,
            lead_id=lead_id,
            columns=columns,
            tally=tally,
            archive=archive,
            direct=direct,
            now=now,
        )
        counts = dict.fromkeys(reversed(TEMPERATURES), 0)
        counts |= dict(local.run("SELECT temperature, count(*) FROM readings GROUP BY temperature"))
        return Scoring(
            found.reader.fingerprint,
            found.as_of,
            found.basis,
            counts,
            sum(counts.values()),
            found.evidence,
            found.evidence.notes,
            found.reader,
            local,
            explain,
        )
    except BaseException:
        local.close()
        raise
