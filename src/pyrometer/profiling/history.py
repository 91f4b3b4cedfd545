"""The leads of a definition's files or archive, as they stood when they had been known for a while."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pyrometer.archive import Snapshot, snapshot_of, stand, steadily
from pyrometer.definition import Definition
from pyrometer.definition.problems import suggestion
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import UsageError
from pyrometer.evidence import DataNote, Evidence, Source, load_evidence, profile_as_of, some
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.quote import ident
from pyrometer.evidence.relations import FLAT
from pyrometer.evidence.times import timestamp
from pyrometer.learning.arrays import Floats
from pyrometer.learning.choosing import set_aside
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Export
from pyrometer.learning.request import Request
from pyrometer.learning.result import Quarantined
from pyrometer.outcomes import FIELDS, OUTCOMES, read_outcomes
from pyrometer.profiling.behaviour import Behaviours, behaviours_of, date_names
from pyrometer.profiling.population import Population
from pyrometer.profiling.result import Counted
from pyrometer.profiling.seeing import SEEN, Seen, see
from pyrometer.runs.again import cleared, rereadable
from pyrometer.runs.moments import parse_as_of

LATE = 0.05
"""The share of late evidence that is told."""
LAST = "9999-12-31"
UNDATED = "without the time of each decision and of what leads did, nothing tells what came before the outcome"


@dataclass(frozen=True)
class Sources:
    """What to read: files or rows, or an archive; and how things are called in them."""

    leads: Source | None = None
    events: Source | None = None
    traits: Source | None = None
    archive: str | Path | None = None
    outcomes: Source | None = None
    lead_id: str = "lead_id"
    columns: Mapping[str, str] | None = None
    now: datetime | None = None

    @property
    def until(self) -> datetime:
        """The moment that the clock shows, or was given for it: what is dated later hasn't come about."""
        return parse_as_of(self.now or datetime.now(UTC))


def history(
    definition: Definition,
    engine: DuckDBEngine,
    sources: Sources,
    request: Request,
    days: int | None,
    fewest: int,
    tell: Callable[[float], None],
) -> Population:
    """The decided leads of the sources; `days` of exposure, None to choose them. Of the request won, lost, ignore,
    trust, keep and seed count; `tell` is told how far it is, up to a half.

    Raises EvidenceError or UsageError.
    """
    _check(sources)
    if sources.archive is None:
        return _history(definition, engine, sources, None, request, days, fewest, tell)
    archive = sources.archive
    return steadily(
        lambda: {"archive": snapshot_of(archive)},
        lambda opened: _history(definition, engine, sources, opened["archive"], request, days, fewest, tell),
        again=cleared(engine) if rereadable(sources.leads, sources.outcomes) else None,
    )


def _check(sources: Sources) -> None:
    if sources.archive is not None and (sources.events is not None or sources.traits is not None):
        raise UsageError("an archive holds events and traits: append to it what isn't in it yet")
    if sources.archive is None:
        if sources.leads is None and sources.events is None and sources.traits is None:
            raise UsageError("there are no leads to compare: give a file of leads, a log of traits, or events")
        if sources.outcomes is None:
            raise UsageError("how leads ended isn't known: give a file of outcomes (lead_id, outcome, decided_at)")


def _history(
    definition: Definition,
    engine: DuckDBEngine,
    sources: Sources,
    snapshot: Snapshot | None,
    request: Request,
    days: int | None,
    fewest: int,
    tell: Callable[[float], None],
) -> Population:
    evidence = _load(definition, engine, sources, snapshot)
    now = sources.until
    tell(0.2)
    con = engine.connection
    engine.interruptibly(lambda: profile_as_of(con, definition, evidence, parse_as_of(LAST)))
    ((read,),) = engine.run("SELECT count(*) FROM profile")
    ended = read_outcomes(
        engine,
        sources.outcomes,
        archive=snapshot if sources.outcomes is None else None,
        won=request.won,
        lost=request.lost,
        lead_id=sources.lead_id,
        columns=sources.columns,
        leads="profile",
        now=now,
    )
    engine.run(f"DELETE FROM {OUTCOMES} WHERE decided_at > {timestamp(now)}")
    ((decided,),) = engine.run("SELECT count(*) FROM outcomes SEMI JOIN profile USING (lead_id)")
    seen = see(engine, definition.events, has_log=evidence.has_log, days=days, now=now)
    tell(0.3)
    did = behaviours_of(engine, definition)
    export, won, moments = _as_seen(definition, engine, evidence, seen, did)
    tell(0.45)
    counted = Counted(read, 0, read - decided, seen.immature, seen.quick, seen.undated, export.rows, seen.unseen)
    warnings = _warnings([*evidence.notes, *ended.notes], definition, evidence, seen, counted)
    population = Population(
        export,
        won,
        (),
        (),
        counted,
        tuple(warnings),
        export.fingerprint,
        behaviours=did.names,
        times=did.times,
        exposure=seen.exposure,
        declared=True,
        key=None if seen.exposure is None else moments,
    )
    _check_names(request, export)
    if min(won.sum(), len(won) - won.sum()) < fewest:
        return population
    if seen.exposure is None:
        return _screened(population, request, did.names)
    # What was answered or done by then can't have been filled in afterwards.
    trust = (*request.trust, *_answered(definition, engine, evidence), *did.names)
    return _screened(population, replace(request, trust=trust), frozenset())


def _answered(definition: Definition, engine: DuckDBEngine, evidence: Evidence) -> list[str]:
    """The columns of traits of which only the dated log knows something."""
    if not evidence.has_log:
        return []
    traits = definition.profile
    if evidence.has_leads:
        counts = ", ".join(f"count({ident(name)})" for name in traits) or "0"
        (known,) = engine.run(f"SELECT {counts} FROM {FLAT}")
        traits = {name: traits[name] for name, count in zip(traits, known, strict=False) if not count}
    return [each for name, kind in traits.items() for each in (date_names(name) if kind.type == "date" else (name,))]


def _load(definition: Definition, engine: DuckDBEngine, sources: Sources, snapshot: Snapshot | None) -> Evidence:
    known = {*definition.profile, *definition.properties, "received_at", "message_id"}
    columns = {name: to for name, to in (sources.columns or {}).items() if name in known or name not in FIELDS}
    events, traits = sources.events, sources.traits
    notes: tuple[DataNote, ...] = ()
    if snapshot is not None:
        stood = stand(
            engine, snapshot, definition, None, as_of=None, now=None, lists_leads=sources.leads is not None, direct=True
        )
        events, traits, notes = stood.events, stood.traits, stood.notes
    evidence = engine.interruptibly(
        lambda: load_evidence(
            engine.connection,
            definition,
            leads=sources.leads,
            events=events,
            traits=traits,
            lead_id=sources.lead_id,
            columns=columns,
        )
    )
    return replace(evidence, notes=(*evidence.notes, *notes))


def _as_seen(
    definition: Definition, engine: DuckDBEngine, evidence: Evidence, seen: Seen, did: Behaviours
) -> tuple[Export, Floats, Floats]:
    """What is known of each compared lead at its moment, whether it was won, and the moment (NaN: it has none)."""
    if evidence.has_log and seen.exposure is not None:
        engine.run(
            f"CREATE OR REPLACE TEMP TABLE answers_then AS SELECT a.* FROM {ANSWERS} AS a JOIN {SEEN} USING (lead_id)"
            " WHERE a.occurred_at <= seen_at AND a.received_at <= seen_at"
        )
        engine.run(f"CREATE OR REPLACE TEMP TABLE {ANSWERS} AS SELECT * FROM answers_then")
    con = engine.connection
    engine.interruptibly(lambda: profile_as_of(con, definition, evidence, parse_as_of(LAST)))
    return did.export(engine, definition)


def _screened(population: Population, request: Request, undated: frozenset[str]) -> Population:
    """The population with its columns judged as for learning; `undated` ones are set apart as they are."""
    export = population.export
    rows = np.arange(export.rows)
    names, apart = set_aside(replace(request, lead_id=None), export, Order("none"), rows, population.won)
    gone = [name for name in export.names if name in undated and name not in request.trust]
    apart = [item for item in apart if item.column not in gone]
    return replace(
        population,
        export=export.only([name for name in export.names if name not in request.ignore]),
        names=tuple(name for name in names if name not in gone),
        apart=(*apart, *(Quarantined(name, None, UNDATED) for name in gone if name not in request.ignore)),
    )


def _check_names(request: Request, export: Export) -> None:
    for option, names in (("--ignore", request.ignore), ("--trust", request.trust), ("--keep", request.keep)):
        for name in names:
            if name not in export.names:
                raise UsageError(f"there is no `{name}` ({option}); {suggestion(name, export.names, kind='trait')}")
    both = {*request.trust, *request.keep} & set(request.ignore)
    if both:
        raise UsageError(f"{some(sorted(both))} is ignored and asked for at once")


def _warnings(
    notes: Sequence[DataNote], definition: Definition, evidence: Evidence, seen: Seen, counted: Counted
) -> list[str]:
    found = [str(note) for note in notes if note.level != "note"]
    if seen.late > LATE:
        found.append(
            f"{100 * seen.late:.0f} % of the events and answers from before the decisions were only received after "
            "them, so they count for nothing; where an archive was filled afterwards, fill it with --received-at "
            "occurred"
        )
    if seen.exposure is not None:
        left = f"; {counted.quick:,} decided sooner are left out" if counted.quick else ""
        span = f"{seen.exposure.days} day{'s' * (seen.exposure.days > 1)}"
        found.append(f"each lead is seen {span} after its first event or answer, won and lost ones alike{left}")
    else:
        found.append(f"{UNDATED}: what leads did is set apart")
    if counted.unseen:
        one = counted.unseen == 1
        found.append(
            f"{counted.unseen:,} lead{'' if one else 's'} of which nothing was known on a day before the decision "
            f"{'is' if one else 'are'} left out: that nothing stands there may be a sign of how they ended"
        )
    if seen.days is not None and counted.immature:
        found.append(
            f"leads younger than {seen.days:.0f} days (nine of ten wins took no longer) are not called lost: "
            f"{counted.immature:,} set aside, won ones too, so that the young don't look good"
        )
    if evidence.has_leads and definition.profile:
        found.append("traits in the file of leads are as they stand there, not as they stood before the outcome")
    return found
