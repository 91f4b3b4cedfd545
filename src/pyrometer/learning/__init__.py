"""From leads whose outcome is known to a definition that people can read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrometer.learning.dated import CoolingCurve, EventSeen, HalfLifeTried, Looks
from pyrometer.learning.needs import need_packages
from pyrometer.learning.result import (
    Calibrated,
    Evidence,
    Figures,
    Gain,
    Learned,
    Present,
    Quarantined,
    Rows,
    RuleFound,
    Split,
    Trait,
)
from pyrometer.learning.verdict import Band, Verdict

if TYPE_CHECKING:
    from pyrometer.definition import Definition

__all__ = [
    "Band",
    "Calibrated",
    "CoolingCurve",
    "EventSeen",
    "Evidence",
    "Figures",
    "Gain",
    "HalfLifeTried",
    "Learned",
    "Looks",
    "Present",
    "Quarantined",
    "Rows",
    "RuleFound",
    "Split",
    "Trait",
    "Verdict",
    "learn",
    "learn_history",
]


def learn(
    leads: str | Path,
    *,
    outcome_column: str,
    won: str | Sequence[str],
    lost: str | Sequence[str],
    date_column: str | None = None,
    ordered: bool = False,
    lead_id: str | None = None,
    ignore: Sequence[str] = (),
    trust: Sequence[str] = (),
    keep: Sequence[str] = (),
    against: Definition | str | Path | Mapping[str, Any] | None = None,
    resamples: int = 20,
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Learned:
    """Learn a definition from a flat export: one row a lead, a column per trait, and one that says how it ended.

    `won` and `lost` are values of `outcome_column`; any other means that the lead is still open. `date_column` says
    when a lead came in, `ordered` that the rows are in order of time; without either a date or serial number is looked
    for. `ignore` leaves columns out, `trust` lets them pass the leak screen, and `keep` those that were set aside for
    another reason (they tell the time, the seller, or which lead it is). `against` is the definition in use, which is
    judged on the same held-out leads. Each rule is tried on so many `resamples`. The same file and seed give the same
    result. `progress` is told how far the work is, from 0 to 1.

    Of the result, `definition` is the YAML text, or None where `refusal` says why nothing is published: fewer than 40
    won or 40 lost leads (then `template` is a definition to fill in), or a ranking of held-out leads that chance
    explains. Needs `pip install "pyrometer[learn]"`.
    Raises DefinitionError, EvidenceError or UsageError.

    >>> import pathlib, tempfile
    >>> ends = ["won" if n * 37 % 100 < (70 if n % 90 > 60 else 20) else "lost" for n in range(900)]
    >>> rows = ["size,ended", *(f"{n % 90},{end}" for n, end in enumerate(ends))]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "leads.csv")
    ...     _ = file.write_text("\\n".join(rows) + "\\n")
    ...     found = learn(file, outcome_column="ended", won="won", lost="lost")
    >>> found.rules[0].name, found.refusal
    ('size', None)
    """
    need_packages()
    from pyrometer.definition import load
    from pyrometer.learning.request import Request
    from pyrometer.learning.running import run

    request = Request(
        outcome_column,
        _several(won),
        _several(lost),
        date_column,
        ordered,
        lead_id,
        _several(ignore),
        _several(trust),
        _several(keep),
        seed,
        resamples,
    )
    definition = load(against) if isinstance(against, str | Path | Mapping) else against
    return run(leads, request, definition, progress)


def learn_history(
    *,
    leads: str | Path | None = None,
    events: str | Path | Sequence[str | Path] | None = None,
    traits: str | Path | None = None,
    outcomes: str | Path | None = None,
    archive: str | Path | None = None,
    against: Definition | str | Path | Mapping[str, Any] | None = None,
    won: str | Sequence[str] = "won",
    lost: str | Sequence[str] = "lost",
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    trust: Sequence[str] = (),
    keep: Sequence[str] = (),
    resamples: int = 20,
    seed: int = 0,
    now: datetime | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Learned:
    """Learn a definition from dated evidence: every lead as it was known on a day before it was decided.

    Files of `events` and `traits` (the dated log) with `outcomes`, or an `archive` that holds all three; `leads` has
    traits that nobody dated, which are marked as not to be trusted. `against`, the definition in use, declares traits
    and events and is judged beside the card (`present`); without it they are inferred. `ignore`, `trust` and `keep`
    name traits and kinds of events. Outcomes of after `now` (the clock's, if not given) count as open. The other
    arguments are those of `learn` and `score`.

    The result is that of `learn`, with `looks` (when leads were looked at), `events` (what was seen of each kind) and
    `cooling` (the half-lives tried for each kind, and the one chosen). Needs `pip install "pyrometer[learn]"`. Raises
    DefinitionError, EvidenceError or UsageError.

    >>> import pathlib, tempfile
    >>> calls = ["lead_id,event,occurred_at"] + [f"L{n},{'call' if n % 2 else 'visit'},2026-01-01" for n in range(400)]
    >>> ends = ["lead_id,outcome,decided_at"] + [f"L{n},{'lost' if n % 3 else 'won'},2026-02-01" for n in range(400)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     events, outcomes = pathlib.Path(folder, "events.csv"), pathlib.Path(folder, "outcomes.csv")
    ...     _ = events.write_text("\\n".join(calls)), outcomes.write_text("\\n".join(ends))
    ...     found = learn_history(events=events, outcomes=outcomes)
    >>> found.looks.won_days == found.looks.lost_days, found.definition
    (True, None)
    """
    need_packages()
    from pyrometer.learning.history.loading import History
    from pyrometer.learning.history.running import run_history
    from pyrometer.learning.request import Request

    words = _several(won), _several(lost)
    request = Request("", *words, None, False, None, _several(ignore), _several(trust), _several(keep), seed, resamples)
    history = History(leads, events, traits, outcomes, archive, against, *words, lead_id, columns, now)
    return run_history(history, request, memory_limit=memory_limit, threads=threads, progress=progress)


def _several(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)
