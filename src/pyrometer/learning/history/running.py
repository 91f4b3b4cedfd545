"""One run of learning from history: from evidence with dates to the definition, or the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from pyrometer.definition import Definition
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.definition.problems import suggestion
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import UsageError
from pyrometer.learning.history.deciding import decided, said
from pyrometer.learning.history.judging import judged
from pyrometer.learning.history.loading import History, Loaded, load_history
from pyrometer.learning.history.scorecard import Scorecard
from pyrometer.learning.history.screening import after_decision, screened_events, screened_traits
from pyrometer.learning.history.seeing import Seen, fingerprint_of, look
from pyrometer.learning.history.still import present_ranks
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Export
from pyrometer.learning.request import Request
from pyrometer.learning.result import Learned, Quarantined, Trait
from pyrometer.learning.running import FEWEST

Progress = Callable[[float], None]
MEMORY = "1GB"
"""What the engine may hold, unless told otherwise; beyond that it works from disk."""


def run_history(
    history: History,
    request: Request,
    *,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Learned:
    """Learns from evidence with dates. Raises EvidenceError, DefinitionError or UsageError."""
    history.check()
    tell = progress or (lambda share: None)
    with threadpool_limits(1), DuckDBEngine(memory_limit=memory_limit or MEMORY, threads=threads) as engine:
        return work(engine, history, request, tell).learned


@dataclass(frozen=True)
class Work:
    """What was learned, and from what: the leads as they were seen, with all their traits, and the card."""

    learned: Learned
    definition: Definition
    seen: Seen | None = None
    card: Scorecard | None = None


def work(engine: DuckDBEngine, history: History, request: Request, tell: Progress) -> Work:
    """One run in an engine, whose relations stay. Raises EvidenceError, DefinitionError or UsageError."""
    tell(0.01)
    loaded = load_history(engine, history)
    tell(0.1)
    found = decided(engine, history, np.random.default_rng(request.seed))
    warnings = [*map(said, loaded.evidence.notes), *found.warnings]
    learned = Learned(
        None,
        None,
        found.rows,
        found.base_rate,
        (),
        (),
        None,
        {},
        (),
        (),
        tuple(warnings),
        "",
        request.seed,
        looks=found.looks,
        lead_id=history.lead_id,
    )
    wins = int(found.won.sum())
    if min(wins, len(found.won) - wins) < FEWEST:
        refused = replace(
            learned,
            refusal=f"too little to learn from: {wins:,} won and {len(found.won) - wins:,} lost leads of which "
            f"something was known before they were decided, and {FEWEST} of each are needed; begin with a definition "
            "that both teams agree on by talking, and come back",
        )
        return Work(refused, loaded.definition)
    _check_names(request, loaded)
    seen = look(engine, loaded, found, tell)
    order = Order("date", None, seen.at)
    names, quarantined = screened_traits(request, seen.export, order, seen.won, loaded.logged)
    kept, of_events, events = screened_events(
        request, seen.behaviour, seen.won, after_decision(engine, loaded.definition.events)
    )
    quarantined += of_events
    today = [name for name in names if name in loaded.flat]
    if today:
        warnings.append(
            f"known only as they are today, not as they were at the look, and so not to be trusted: "
            f"{', '.join(f'`{name}`' for name in today)}; --traits takes a dated log of such traits"
        )
    learned = replace(
        learned,
        fingerprint=fingerprint_of(seen),
        quarantined=tuple(quarantined),
        traits=_traits(seen.export, request, loaded, names, quarantined),
        events=tuple(events),
        warnings=tuple(warnings),
    )
    tell(0.3)
    present = present_ranks(engine, loaded.definition, seen.ids, seen.export) if loaded.declared else None
    part = replace(seen, export=seen.export.only(names), behaviour=kept)
    learned, card = judged(learned, request, loaded, part, present, _settings(history, request, loaded), tell)
    tell(1.0)
    return Work(learned, loaded.definition, replace(seen, behaviour=kept), card)


def _check_names(request: Request, loaded: Loaded) -> None:
    """Raises UsageError where an option names no trait and no kind of event."""
    known = [*loaded.definition.profile, *loaded.definition.events]
    for option, names in (("--ignore", request.ignore), ("--trust", request.trust), ("--keep", request.keep)):
        for name in names:
            # What an event says more closely is named after it: `page_viewed, topic pricing`.
            if name not in known and name.partition(", ")[0] not in loaded.definition.events:
                near = suggestion(name, known, kind="trait or event")
                raise UsageError(f"no trait or event `{name}` ({option}); {near}")


def _settings(history: History, request: Request, loaded: Loaded) -> dict[str, str]:
    found = {
        "outcome": f"won: {', '.join(history.won)}; lost: {', '.join(history.lost)}",
        "against": f"{loaded.definition.name}, fingerprint {fingerprint(loaded.definition)}" if loaded.declared else "",
        "ignored": ", ".join(request.ignore),
        "trusted": ", ".join(request.trust),
        "kept": ", ".join(request.keep),
        "seed": str(request.seed),
        "resamples": str(request.resamples),
    }
    return {name: value for name, value in found.items() if value}


def _traits(
    export: Export, request: Request, loaded: Loaded, names: list[str], quarantined: list[Quarantined]
) -> tuple[Trait, ...]:
    uses = dict.fromkeys(names, "used") | {item.column: "quarantined" for item in quarantined}
    uses |= dict.fromkeys(request.ignore, "ignored")
    return tuple(
        Trait(
            column.name,
            column.type,
            column.unknown,
            None,
            float((column.codes < 0).mean()) if export.rows else 0.0,
            uses.get(column.name, "idle"),
            dated=column.name in loaded.logged,
            trusted=column.name in request.trust,
        )
        for column in export.columns
    )
