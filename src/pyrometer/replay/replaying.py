"""Replays a definition: the readings of every lead at every time, each with the temperature of the time before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyrometer.archive import Snapshot, snapshot_of, steadily
from pyrometer.definition import Definition, load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.evidence import DataNote, Source, answered, profile_as_of
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.quote import ident
from pyrometer.evidence.relations import FLAT
from pyrometer.evidence.times import timestamp
from pyrometer.plan import Plan, build_plan
from pyrometer.replay.asked import traits_asked
from pyrometer.replay.given import Given, Loading
from pyrometer.replay.loading import LEADS
from pyrometer.replay.loading import load as load_given
from pyrometer.replay.times import in_order
from pyrometer.runs import DUCKDB, cleared, day_number, rereadable
from pyrometer.runs.loaded import refuse_besides
from pyrometer.sql import Moment, Options, Tallied, build_query, parameter

REPLAYED = "replayed"
"""The relation of all readings: `at`, `lead_id`, `temperature`, and a column per score, in units."""

BEFORE = "temperatures_before"
"""The relation `temperatures_before(lead_id, temperature)`: what was given of before the first time."""

_LOADING = 0.3
"""The share of the whole that loading is reckoned for."""

_THEN = Moment(parameter("as_of", "timestamp"), parameter("as_of_day", "integer"))
"""Any of the times: the query is built once, and each time given to it."""

_PARTS = 4
"""The parts of loading that are told of."""


@dataclass
class Replay:
    """All readings of one definition at some times. Close it, or use it as a context.

    `engine` holds `replayed("at" TIMESTAMP, lead_id VARCHAR, temperature VARCHAR, <score> BIGINT …)`, in which
    `columns` names the column of each score (units), and `leads(lead_id, since)`: every lead with the time (UTC) at
    which a log first knew of it, NULL where none does. `left_out` are listed leads that no log knows, though there is
    one; they have no readings. `present` names traits that the definition asks about and that were taken as they are
    now of any lead, because no log dates them. `limits` says that in words, `notes` what evidence had to say.
    """

    definition: Definition
    fingerprint: str
    plan: Plan
    times: tuple[datetime, ...]
    columns: Mapping[str, str]
    left_out: int
    present: tuple[str, ...]
    limits: tuple[str, ...]
    notes: tuple[DataNote, ...]
    engine: DuckDBEngine = field(repr=False)

    def __enter__(self) -> Replay:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory and temporary files of the replay."""
        self.engine.close()

    def give(self, engine: DuckDBEngine, name: str) -> None:
        """Put the readings into another engine, as the relation `name`."""
        path = engine.folder / f"{name}.parquet"
        self.engine.copy(f"SELECT * FROM {REPLAYED}", path)
        source = str(path).replace("'", "''")
        engine.run(f"CREATE OR REPLACE TABLE {ident(name)} AS SELECT * FROM read_parquet('{source}')")
        path.unlink()


def replay(
    definition: Definition | str | Path | Mapping[str, Any],
    times: Iterable[str | date | datetime],
    *,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    previous: Source | None = None,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    tally: str | Path | None = None,
    archive: str | Path | None = None,
    direct: bool = False,
    gates: bool = False,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Replay:
    """Score all leads at each of some times (UTC, in order), with what was known then and `stay` carried along.

    Inputs are as for `pyrometer.score`; `previous` are temperatures of before the first time. Evidence counts from when
    it was received, the trait log is read as of each time, and what an archive took back counts until then. Where there
    is a log of events or traits, a lead is read from the first entry on that was known. With `gates` readings also have
    `hot_1`, `hot_2` … , whether each item of hot's `when` holds, and `hot_stay` where hot has one. `progress` is told
    the share of the whole. Raises DefinitionError, EvidenceError or UsageError.

    >>> definition = '''format: 1
    ... name: Tiny
    ... events: {call: {}}
    ... scores: {interest: {rules: [{name: Calls, points: 5, event: call, cooling: {half_life: 10d}}]}}
    ... temperature: {hot: {when: {score: interest, at_least: 4}, stay: {score: interest, at_least: 2}}}
    ... '''
    >>> calls = [{"lead_id": "Ada", "event": "call", "occurred_at": "2026-06-01T09:00:00Z"}]
    >>> with replay(definition, ["2026-06-01", "2026-06-02", "2026-06-11", "2026-06-21"], events=calls) as found:
    ...     found.engine.run('SELECT day("at"), temperature, score_interest FROM replayed')
    [(2, 'hot', 46652), (11, 'hot', 25000), (21, 'cool', 12500)]
    """
    if not isinstance(definition, Definition):
        definition = load(definition)
    moments = in_order(times)
    refuse_besides(leads, events, traits, tally, archive)
    plan = build_plan(definition)
    engine = DuckDBEngine(memory_limit=memory_limit, threads=threads)
    share = _Share(engine, progress)

    def run(opened: Mapping[str, Snapshot]) -> Replay:
        given = Given(
            definition, plan, moments, leads, events, traits, previous, lead_id, columns or {}, tally,
            opened.get("archive"), direct, gates,
        )  # fmt: skip
        return _replay(Loading(engine, given, share.of_loading()), share)

    try:
        if archive is None:
            return run({})
        return steadily(
            lambda: {"archive": snapshot_of(archive)},
            run,
            again=cleared(engine) if rereadable(leads, previous) else None,
        )
    except BaseException:
        engine.close()
        raise


def _replay(loading: Loading, share: _Share) -> Replay:
    engine, given = loading.engine, loading.given
    plan, definition = given.plan, given.definition
    loaded = load_given(loading)
    evidence = loaded.evidence
    carries = any(band is not None and band.stay is not None for band in (plan.hot, plan.warm))
    engine.run(f"CREATE TEMP TABLE {BEFORE} AS SELECT lead_id, temperature FROM previous")
    engine.run("DROP VIEW previous")
    engine.run(f"CREATE TEMP TABLE previous AS SELECT * FROM {BEFORE}")
    scores = {name: plan.columns["score", name] for name in plan.scores}
    units = "".join(f", {ident(column)} BIGINT" for column in scores.values())
    gates = _gates(plan) if given.gates else []
    units += "".join(f", {ident(gate)} BOOLEAN" for gate in gates)
    engine.run(f'CREATE TABLE {REPLAYED} ("at" TIMESTAMP, lead_id VARCHAR, temperature VARCHAR{units})')
    dated = {name: answered(name) for name in plan.dated_traits}
    asked: tuple[Tallied | None, str] | None = None
    logged = evidence.has_log or "events" in evidence.inputs or given.tally is not None or given.archive is not None
    for number, time in enumerate(given.times):
        share.between(_LOADING + (1 - _LOADING) * number / len(given.times), (1 - _LOADING) / len(given.times))
        tallied = loaded.turn(time)
        profile_as_of(engine.connection, definition, evidence, time, dated=plan.dated_traits)
        if asked is None or asked[0] != tallied:
            options = Options(
                previous=carries, stays=given.gates, has_received_at=True, answered=dated, tallied=tallied
            )
            query = build_query(plan, _THEN, DUCKDB, options)
            if asked is None:
                engine.put_calendar(query.calendar, query.dialect.weight_type)
            asked = tallied, query.sql()
        _insert(engine, asked[1], time, [*scores.values()], gates, logged=logged)
        if carries:
            engine.run(
                "CREATE OR REPLACE TEMP TABLE previous AS"
                f' SELECT lead_id, temperature FROM {REPLAYED} WHERE "at" = {timestamp(time)}'
            )
    share.done()
    present: tuple[str, ...] = ()
    if evidence.has_leads and given.leads is not None:
        present = _undated(engine, traits_asked(plan), has_log=evidence.has_log)
    return Replay(
        definition, fingerprint(definition), plan, given.times, scores, loaded.left_out, present,
        _limits(present, loaded.left_out, logged=evidence.has_log), evidence.notes, engine,
    )  # fmt: skip


def _undated(engine: DuckDBEngine, traits: list[str], *, has_log: bool) -> tuple[str, ...]:
    """The traits that the list of leads, which has no dates, told of any lead when it was first read."""
    if not has_log:
        return tuple(traits)
    first = f'SELECT lead_id, min("at") AS first FROM {REPLAYED} GROUP BY lead_id'
    logged = f"SELECT lead_id, min(greatest(occurred_at, received_at)) AS said FROM {ANSWERS} WHERE trait = $1"
    return tuple(
        trait
        for trait in traits
        if engine.run(
            f"SELECT 1 FROM {FLAT} JOIN ({first}) USING (lead_id) LEFT JOIN ({logged} GROUP BY lead_id) USING (lead_id)"
            f" WHERE {ident(trait)} IS NOT NULL AND (said IS NULL OR said > first) LIMIT 1",
            [trait],
        )
    )


def _gates(plan: Plan) -> list[str]:
    """The columns that say what of hot's conditions holds."""
    if plan.hot is None:
        return []
    return [f"hot_{number}" for number in range(1, len(plan.hot.items) + 1)] + ["hot_stay"] * (
        plan.hot.stay is not None
    )


def _insert(
    engine: DuckDBEngine, query: str, time: datetime, columns: list[str], gates: list[str], *, logged: bool
) -> None:
    """Add the readings of a time, of the leads that were known then where a log tells."""
    shown = "".join(f", CAST({ident(column)} AS BIGINT)" for column in columns)
    shown += "".join(f", coalesce({ident(gate)}, false)" for gate in gates)
    known = f" WHERE lead_id IN (SELECT lead_id FROM {LEADS} WHERE since <= $as_of)" if logged else ""
    engine.run(
        f"INSERT INTO {REPLAYED} SELECT $as_of, lead_id, temperature{shown} FROM ({query}){known} ORDER BY lead_id",
        {"as_of": time.astimezone(UTC).replace(tzinfo=None)}
        | ({"as_of_day": day_number(time)} if "$as_of_day" in query else {}),
    )


def _limits(present: tuple[str, ...], left_out: int, *, logged: bool) -> tuple[str, ...]:
    found = []
    if present:
        shown = ", ".join(f"`{name}`" for name in present[:5]) + (", …" if len(present) > 5 else "")
        several = len(present) > 1
        found.append(
            f"{len(present)} trait{'s are' if several else ' is'} known only as of today ({shown}): what somebody"
            " filled in later, even after the outcome, counts at every date"
            + (" before the dated log tells" if logged else "; a dated log (--traits) would tell")
        )
    if left_out:
        several = left_out > 1
        found.append(
            f"{left_out:,} listed lead{'s have' if several else ' has'} no event and no dated answer: nothing tells"
            f" since when {'they were' if several else 'it was'} known, and {'they are' if several else 'it is'} left"
            " out"
        )
    return tuple(found)


@dataclass
class _Share:
    """The share of the whole, from the shares of its queries; it never goes back."""

    engine: DuckDBEngine
    progress: Progress | None
    told: float = 0.0

    def of_loading(self) -> Callable[[], None]:
        """Called after each part of loading."""
        parts = iter(range(1, 100))

        def step() -> None:
            self._tell(min(next(parts) / _PARTS, 1) * _LOADING)

        return step

    def between(self, start: float, width: float) -> None:
        """What the engine tells from now on is a share of this part."""
        if self.progress is None:
            return
        self._tell(start)
        self.engine.progress = lambda share: self._tell(start + width * share)

    def done(self) -> None:
        """Everything is done."""
        self.engine.progress = None
        self._tell(1.0)

    def _tell(self, share: float) -> None:
        if self.progress is not None and share > self.told:
            self.told = share
            self.progress(share)
