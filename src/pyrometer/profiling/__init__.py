"""The ideal customer: which leads close more often."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrometer.errors import UsageError
from pyrometer.learning.needs import need_packages
from pyrometer.profiling.result import Aspect, Counted, Exposure, Pair, Profile, Segment

if TYPE_CHECKING:
    from pyrometer.definition import Definition
    from pyrometer.evidence import Source

LONGEST = 3650
"""Days of exposure that can be asked for."""

OPTIONS = {"columns": "map"}
"""What arguments are called on the command line, where it isn't their name."""

__all__ = ["Aspect", "Counted", "Exposure", "Pair", "Profile", "Segment", "profile"]


def profile(
    definition: Definition | str | Path | Mapping[str, Any] | None = None,
    *,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    archive: str | Path | None = None,
    outcomes: Source | None = None,
    outcome_column: str | None = None,
    won: str | Sequence[str] = "won",
    lost: str | Sequence[str] = "lost",
    date_column: str | None = None,
    ordered: bool = False,
    lead_id: str | None = None,
    columns: Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    trust: Sequence[str] = (),
    keep: Sequence[str] = (),
    exposure: int | None = None,
    seed: int = 0,
    now: datetime | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Profile:
    """Which leads close more often, by trait, geography, channel and behaviour.

    Without a `definition`, `leads` is a flat export as for `pyrometer.learn`: one row a lead, a column per trait, and
    `outcome_column`, in which `won` and `lost` are values; any other means open. `date_column` says when a lead came
    in, `ordered` that the rows are in order of time.

    With a definition, `leads`, `events`, `traits` or an `archive` are as for `pyrometer.score`, and `outcomes` has
    `lead_id`, `outcome`, `decided_at`; without it the archive's outcomes count. Compared are the declared traits, how
    often each kind of event happened, and breadth. Each lead is seen `exposure` days after its first event or answer,
    won and lost ones alike; leads decided sooner are left out. Without `exposure` it is the longest after which nine of
    ten were undecided. Outcomes of after `now` (the clock's, if not given) count as open.

    `ignore` leaves columns out, `trust` lets them pass the leak screen, `keep` those that were set apart for another
    reason. `seed` decides which half of the leads is searched for pairs. `progress` is told how far the work is, from 0
    to 1. Needs `pip install "pyrometer[learn]"`. Raises DefinitionError, EvidenceError or UsageError.

    >>> import pathlib, tempfile
    >>> ended = ["won" if n % 6 in (1, 2) or n % 24 == 0 else "lost" for n in range(600)]
    >>> rows = ["channel,ended"] + [f"{'fair' if n % 3 else 'ads'},{ended[n]}" for n in range(600)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "leads.csv")
    ...     _ = file.write_text("\\n".join(rows) + "\\n")
    ...     found = profile(leads=file, outcome_column="ended")
    >>> found.portrait[0]
    'Leads close most often where channel is fair (49.7 %, 1.3 times the base rate).'
    """
    need_packages()
    from pyrometer.learning.request import Request
    from pyrometer.profiling.running import FEWEST, profiled

    if exposure is not None and not 1 <= exposure <= LONGEST:
        raise UsageError(f"an exposure of {exposure} days: a whole number from 1 to {LONGEST:,}")
    tell = progress or (lambda share: None)
    request = Request(
        outcome_column or "",
        _several(won),
        _several(lost),
        date_column,
        ordered,
        lead_id,
        _several(ignore),
        _several(trust),
        _several(keep),
        seed,
    )
    if definition is None:
        from pyrometer.profiling.flat import flat

        _refuse(
            {"events": events, "traits": traits, "archive": archive, "outcomes": outcomes, "columns": columns}
            | {"exposure": exposure, "now": now},
            "goes with a definition: name it, or leave that out",
        )
        if leads is None or not isinstance(leads, str | Path):
            raise UsageError("without a definition, leads are a file: a flat export with a column of outcomes")
        if not outcome_column:
            raise UsageError("which column says how a lead ended? Name it (--outcome-column)")
        return profiled(flat(leads, request, FEWEST, tell), seed, tell)
    from pyrometer.definition import Definition, load
    from pyrometer.engines import DuckDBEngine
    from pyrometer.profiling.history import Sources, history

    _refuse(
        {"outcome_column": outcome_column, "date_column": date_column, "ordered": ordered},
        "is for a flat export, without a definition; give outcomes as a file of their own",
    )
    if not isinstance(definition, Definition):
        definition = load(definition)
    sources = Sources(leads, events, traits, archive, outcomes, lead_id or "lead_id", columns, now)
    with DuckDBEngine(memory_limit=memory_limit, threads=threads) as engine:
        population = history(definition, engine, sources, request, exposure, FEWEST, tell)
    return profiled(population, seed, tell)


def _refuse(given: Mapping[str, object], why: str) -> None:
    for name, value in given.items():
        if value is not None and value is not False:
            raise UsageError(f"--{OPTIONS.get(name, name).replace('_', '-')} {why}")


def _several(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)
