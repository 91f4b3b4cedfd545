"""Scores every lead of some evidence by a definition, as it stood at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyrometer.archive import stand
from pyrometer.definition import Definition, load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.definition.temperature import TEMPERATURES
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import UsageError
from pyrometer.evidence import DataNote, Evidence, Source, answered, load_evidence, profile_as_of
from pyrometer.plan import Plan, build_plan
from pyrometer.plan.measures import plainly_compared
from pyrometer.reader import RowReader
from pyrometer.result import Reading
from pyrometer.sql import DIALECTS, DuckDB, Moment, Options, Query, build_query, export_select, integer
from pyrometer.tally import attach, current_tally, reads_events

EPOCH = date(1970, 1, 1)

CALL_ORDER = "call_temperature, call_missing, call_total DESC, lead_id"
"""Who to call first: the warmest, then those with the fewest ingredients missing, then the highest scores."""


def day_number(moment: datetime) -> int:
    """Whole UTC days since 1970-01-01."""
    return (moment.astimezone(UTC).date() - EPOCH).days


DUCKDB = DuckDB(in_doubles=True)
"""DuckDB's dialect as it is run here; what people read adds whole numbers only."""


def parse_as_of(value: str | date | datetime) -> datetime:
    """An as-of time: ISO 8601, without a zone UTC, a date alone its midnight. Raises UsageError.

    >>> parse_as_of("2026-06-30").isoformat()
    '2026-06-30T00:00:00+00:00'
    """
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip())
        elif not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError, AttributeError):
        raise UsageError(f"`{value}` is not a time; write 2026-06-30 or 2026-06-30T17:00:00Z") from None


def moment_of(as_of: datetime, dialect: str = "duckdb") -> Moment:
    """The as-of time for building queries."""
    return Moment(
        DIALECTS[dialect].timestamp(as_of.astimezone(UTC).replace(tzinfo=None).isoformat(" ")),
        integer(day_number(as_of)),
    )


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
    file. `tally` is a folder made by `pyrometer.tally.build`, used in place of reading the events. `archive` is
    the folder or URL of an archive, in place of events and traits; the tally beside it is used and kept up to date,
    unless `direct`. Raises DefinitionError, EvidenceError or UsageError.

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
    engine = DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress)
    try:
        found = run(
            definition,
            engine,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            as_of=as_of,
            explain=explain,
            lead_id=lead_id,
            columns=columns or {},
            tally=tally,
            archive=archive,
            direct=direct,
            now=now,
        )
        counts = dict.fromkeys(reversed(TEMPERATURES), 0)
        counts |= dict(engine.run("SELECT temperature, count(*) FROM readings GROUP BY temperature"))
        return Scoring(
            found.reader.fingerprint,
            found.as_of,
            found.basis,
            counts,
            sum(counts.values()),
            found.evidence,
            found.evidence.notes,
            found.reader,
            engine,
            explain,
        )
    except BaseException:
        engine.close()
        raise


@dataclass
class Run:
    """A query that has run: its rows are in the engine's relation `readings`."""

    plan: Plan
    reader: RowReader
    evidence: Evidence
    as_of: datetime
    basis: str


def run(
    definition: Definition,
    engine: DuckDBEngine,
    *,
    leads: Source | None,
    events: Source | None,
    traits: Source | None,
    previous: Source | None,
    as_of: str | date | datetime | None,
    explain: bool,
    lead_id: str,
    columns: Mapping[str, str],
    now: datetime | None,
    tally: str | Path | None = None,
    archive: str | Path | None = None,
    direct: bool = False,
    story: bool = False,
    only: str | None = None,
) -> Run:
    """Load evidence into an engine and score it there; with `only`, one lead, all the leads being in `everyone`.

    `story` adds what every condition looked at. Raises EvidenceError or UsageError.
    """
    if archive is not None and (events is not None or traits is not None or tally is not None):
        raise UsageError("an archive holds events and traits, and its tally: append to it what isn't in it yet")
    if leads is None and traits is None and events is None and tally is None and archive is None:
        raise UsageError("there are no leads to score: give a file of leads, a log of traits, or events")
    if tally is not None and leads is None and traits is None:
        raise UsageError("a tally holds no list of leads: give a file of leads, or a log of traits, beside it")
    plan = build_plan(definition)
    manifest = None
    stood = None
    if archive is not None:
        stood = stand(
            engine,
            archive,
            definition,
            plan,
            as_of=None if as_of is None else parse_as_of(as_of),
            now=now,
            lists_leads=leads is not None,
            lead=only,
            direct=direct,
        )
        events, traits, tally, manifest = stood.events, stood.traits, stood.tally, stood.manifest
    elif tally is not None:
        manifest = current_tally(
            definition,
            plan,
            Path(tally),
            events,
            lead_id=lead_id,
            columns=columns,
            memory_limit=engine.memory_limit,
            threads=engine.threads,
            progress=engine.progress,
        )
        until = parse_as_of(as_of) if as_of is not None else now
        events = [source.path for source in manifest.sources] if reads_events(manifest, until) else None
    evidence = engine.interruptibly(
        lambda: load_evidence(
            engine.connection,
            definition,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            lead_id=lead_id,
            columns=columns,
            now=now,
            as_is=plainly_compared(plan),
        )
    )
    latest = [evidence.latest, manifest.latest if manifest is not None and events is None else None]
    if stood is not None and stood.as_of is not None and as_of is None:
        latest = [stood.as_of]
    moment, basis = _as_of(as_of, max((time for time in latest if time is not None), default=None), now)
    engine.interruptibly(
        lambda: profile_as_of(engine.connection, definition, evidence, moment, dated=plan.dated_traits)
    )
    tallied = None
    if tally is not None and manifest is not None:
        tallied = attach(engine, definition, plan, Path(tally), manifest, moment)
    if only is not None:
        engine.keep_only(only)
    query = readings_query(
        plan,
        moment,
        Options(
            explain=explain,
            story=story,
            previous=previous is not None,
            has_received_at=manifest.has_received_at if manifest else evidence.has_received_at,
            answered={name: answered(name) for name in plan.dated_traits},
            tallied=tallied,
        ),
    )
    engine.materialise(query, "readings")
    reader = RowReader(definition, fingerprint(definition), plan, query.layout)
    return Run(plan, reader, evidence, moment, basis)


def _as_of(given: str | date | datetime | None, latest: datetime | None, now: datetime | None) -> tuple[datetime, str]:
    if given is not None:
        return parse_as_of(given), "given"
    if latest is not None:
        return parse_as_of(latest), "evidence"
    if now is not None:
        return parse_as_of(parse_as_of(now).date()), "today"
    raise UsageError("no evidence has a time, so give the time to score at (as_of)")


def readings_query(plan: Plan, as_of: datetime, options: Options) -> Query:
    """The query of a plan in DuckDB's dialect."""
    return build_query(plan, moment_of(as_of), DUCKDB, options)
