"""Runs a backtest: replay, outcomes, judgement, and the comparison with another definition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyrometer.backtesting.answering import FEW
from pyrometer.backtesting.capacity import propose
from pyrometer.backtesting.comparing import compare, need_numpy
from pyrometer.backtesting.judging import Judging, open_share
from pyrometer.backtesting.observing import Span, find_span, hide_future, observe, won_after, won_unseen
from pyrometer.backtesting.result import Backtest, Judgement
from pyrometer.definition import Definition, load
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence import Source
from pyrometer.evidence.times import moment
from pyrometer.outcomes import FIELDS, LOST, WON, Outcomes, read_outcomes
from pyrometer.replay import REPLAYED, Replay, in_order, replay

_TOLD = 0.01
"""Of fewer leads still open nothing is said."""

_JUDGING = 0.15
"""The share of the whole that judging is reckoned for."""

_ONE, _OTHER = "observed_first", "observed_second"


def backtest(
    definition: Definition | str | Path | Mapping[str, Any],
    times: Iterable[str | date | datetime],
    *,
    against: Definition | str | Path | Mapping[str, Any] | None = None,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    previous: Source | None = None,
    outcomes: Source | None = None,
    won: Collection[str] = WON,
    lost: Collection[str] = LOST,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    tally: str | Path | None = None,
    archive: str | Path | None = None,
    capacity: float | None = None,
    mature: float | None = None,
    seed: int = 0,
    now: datetime | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Replay a definition at past times (in order) and judge it by outcomes that came after each of them.

    Evidence is given as to `pyrometer.score`; `outcomes` as to `read_outcomes`, by default those of the `archive`.
    `against` is a second definition, compared over the same leads and times; `capacity` how many new hot leads a week
    a team can follow up. `mature` days after a time its outcomes count as complete (default: nine of ten wins took up
    to so long from when the lead was first known). Outcomes of later than `now` (UTC, default: by the clock) count as
    open. `seed` decides the resamples. Raises DefinitionError,
    EvidenceError or UsageError.
    """
    moments, now = in_order(times), now or datetime.now(UTC)
    definitions = [
        each if isinstance(each, Definition) else load(each) for each in (definition, against) if each is not None
    ]
    _check(definitions, outcomes, archive, capacity, seed)
    given: dict[str, Any] = {
        "leads": leads,
        "events": events,
        "traits": traits,
        "previous": previous,
        "lead_id": lead_id,
        "columns": {name: to for name, to in (columns or {}).items() if not _only_of_outcomes(name, definitions)}
        or None,
        "tally": tally,
        "archive": archive,
        "memory_limit": memory_limit,
        "threads": threads,
    }
    part = (1 - _JUDGING) / len(definitions)
    with replay(definitions[0], moments, gates=capacity is not None, progress=_part(progress, 0, part), **given) as one:
        engine = one.engine
        found = read_outcomes(
            engine,
            outcomes,
            archive=archive if outcomes is None else None,
            won=won,
            lost=lost,
            lead_id=lead_id,
            columns=columns,
            leads="leads",
            now=now,
        )
        found, hoped = hide_future(engine, found, now)
        times = _inhabited(engine, moments)
        span = find_span(engine, times, mature, now, _unread(found))
        steps = _steps(progress, 1 - _JUDGING, 4 if len(definitions) > 1 else 2)
        observe(engine, span, one.columns, source=REPLAYED, name=_ONE)
        engine.run(f"DROP TABLE {REPLAYED}")
        second, comparison, limits = None, None, [*_future(hoped, now), *one.limits]
        if len(definitions) > 1:
            with replay(definitions[1], moments, progress=_part(progress, part, part), **given) as other:
                other.give(engine, "replayed_second")
            next(steps)
            observe(engine, span, other.columns, source="replayed_second", name=_OTHER)
            engine.run("DROP TABLE replayed_second")
            second = _judged(other, Judging(engine, _OTHER, span, other.columns, capacity), None)
            next(steps)
            comparison = compare(engine, _ONE, _OTHER, span, seed)
            next(steps)
            limits += [limit for limit in other.limits if limit not in limits]
        else:
            next(steps)
        first = _judged(one, Judging(engine, _ONE, span, one.columns, capacity), capacity)
        missed, after = won_unseen(engine, span, _ONE), won_after(engine, span, _ONE)
        if progress is not None:
            progress(1.0)
        return Backtest(
            times, span.until, span.days_to_win, span.mature_days, span.judged_until,
            found.won, found.lost, found.open, found.undated, missed, open_share(first.dates),
            first, second, comparison,
            (*_limits(span, found, first, missed, after, mature), *_empty(moments, times), *limits),
            (*one.notes, *found.notes), seed,
        )  # fmt: skip


def _check(definitions: list[Definition], outcomes: object, archive: object, capacity: float | None, seed: int) -> None:
    if outcomes is None and archive is None:
        raise UsageError("a backtest needs outcomes: give a file of them, or an archive that holds some")
    if capacity is not None and not 0 < capacity < 1e9:
        raise UsageError(f"capacity {capacity:g}: a number of leads a week above 0")
    if not 0 <= seed < 2**31:
        raise UsageError(f"seed {seed}: a whole number from 0 to {2**31 - 1:,}")
    if len(definitions) > 1:
        need_numpy("comparing two definitions")
    if capacity is not None:
        need_numpy("proposing a bound for hot")


def _only_of_outcomes(name: str, definitions: list[Definition]) -> bool:
    """Whether a mapped name is a column of outcomes that evidence doesn't have."""
    return (
        name in FIELDS
        and name not in ("received_at", "message_id")
        and not any(name in each.profile or name in each.properties for each in definitions)
    )


def _inhabited(engine: DuckDBEngine, times: tuple[datetime, ...]) -> tuple[datetime, ...]:
    """The times from the first on at which any lead was known. Raises EvidenceError where there is none."""
    ((first,),) = engine.run(f'SELECT epoch_us(min("at")) FROM {REPLAYED}')
    start = moment(first)
    if start is None:
        ((since, until),) = engine.run("SELECT epoch_us(min(since)), epoch_us(max(since)) FROM leads")
        known, last = moment(since), moment(until)
        told = "" if known is None else f", and leads came to be known from {known:%Y-%m-%d} to {last:%Y-%m-%d}"
        raise EvidenceError(f"no lead was known at any of the dates; the last of them is {times[-1]:%Y-%m-%d}{told}")
    return tuple(time for time in times if time >= start)


def _unread(outcomes: Outcomes) -> str:
    """What is wrong with the `decided_at` that couldn't be read, as the end of a sentence; nothing where all could."""
    note = next((each for each in outcomes.notes if each.what.endswith("of `decided_at` unreadable")), None)
    if note is None:
        return ""
    such = f", such as `{note.samples[0][1]}`" if note.samples else ""
    return f"{note.what}{such}; write times as 2026-06-24 or 2026-06-24T10:00:00Z"


def _one_sided(outcomes: Outcomes) -> list[str]:
    """What outcomes say of words that none of them has: the cause of rates of all or nothing."""
    return [
        f"{note.what}{f'; {note.fix}' if note.fix else ''}"
        for note in outcomes.notes
        if note.what.startswith("no lead is ")
    ]


def _future(hoped: int, now: datetime) -> list[str]:
    if not hoped:
        return []
    several = hoped > 1
    what = f"{hoped:,} lead{'s' * several} {'were' if several else 'was'} decided after today, {now:%Y-%m-%d}"
    return [f"{what}, and count{'s' * (not several)} as open: is it the day that somebody hopes for?"]


def _empty(asked: tuple[datetime, ...], times: tuple[datetime, ...]) -> list[str]:
    number = len(asked) - len(times)
    if not number:
        return []
    several = number > 1
    what = f"{number} date{'s' * several} before {times[0]:%Y-%m-%d}"
    return [f"{what} {'are' if several else 'is'} left out: no lead was known"]


def _judged(found: Replay, judging: Judging, capacity: float | None) -> Judgement:
    proposed = None
    if capacity is not None:
        columns = dict(found.columns)
        proposed = propose(judging.engine, judging.name, found.plan, columns, judging.span, capacity)
    return judging.judge(found.definition.name, found.fingerprint, proposed)


def _limits(
    span: Span, outcomes: Outcomes, first: Judgement, missed: int, after: int, mature: float | None
) -> list[str]:
    """What has to be known before the figures are believed."""
    found = _one_sided(outcomes)
    won, lost = first.base.won, first.base.readings - first.base.won
    if first.base.readings and min(won, lost) == 0:
        found.append(
            f"all leads that were decided later were {'won' if won else 'lost'}: there is nothing to tell apart"
        )
    late = sum(time > span.judged_until for time in span.times)
    if late:
        why = (
            f"{span.mature_days:.0f} days were asked for"
            if mature is not None
            else f"nine of ten wins take up to {span.mature_days:.0f} days"
        )
        found.append(
            f"{late} of {len(span.times)} dates are later than {span.judged_until:%Y-%m-%d} and aren't judged: the"
            f" latest outcome is of {span.until:%Y-%m-%d}, and {why}"
        )
    waiting = open_share(first.dates)
    if waiting is not None and waiting >= _TOLD:
        usual = span.days_to_win
        took = "" if usual is None else f", and the {usual:.0f} days that winning takes are a lower bound"
        found.append(
            f"{100 * waiting:.0f} % of what was read at judged dates is of leads still open: won and lost there aren't"
            f" complete{took}"
        )
    if span.days_to_win is None and mature is None:
        found.append(
            "nothing tells how long winning takes, so all dates up to the latest outcome are judged; say with --mature"
            " how many days it takes"
        )
    if min(won, lost) > 0 and first.hand_off.won_leads < FEW:
        found.append(f"{first.hand_off.won_leads} won leads are few: mind how wide the intervals are")
    days, weeks = first.hand_off.days_to_won, span.weeks
    if days is not None and weeks and (apart := 7 * sum(weeks) / len(weeks)) > days[1]:
        found.append(
            f"dates are {apart:.0f} days apart, but half of the leads are won within {days[1]:.0f} days of being hot:"
            " some were hot in between and count as never hot; dates closer together (--every week) see more of them"
        )
    if outcomes.undated:
        unread = _unread(outcomes)
        found.append(
            f"{outcomes.undated:,} decided lead{'s have' if outcomes.undated > 1 else ' has'} no date of it, and"
            f" {'are' if outcomes.undated > 1 else 'is'} left out{f' ({unread})' if unread else ''}"
        )
    if missed:
        several = missed > 1
        found.append(
            f"{missed:,} won lead{'s' * several} {'were' if several else 'was'} known and won between two dates, seen"
            " by none"
        )
    if len(span.times) > 1 and after > first.hand_off.won_leads / 10:
        found.append(
            f"{after:,} of {first.hand_off.won_leads:,} won leads were won after the last date without being hot"
            " before: they may have become so later; dates up to the latest outcome would tell"
        )
    return found


def _steps(progress: Progress | None, start: float, number: int) -> Iterator[None]:
    """Each time it is asked, another step of judging is told as done."""
    for done in range(1, number):
        if progress is not None:
            progress(start + (1 - start) * done / number)
        yield


def _part(progress: Progress | None, start: float, width: float) -> Callable[[float], None] | None:
    if progress is None:
        return None
    return lambda share: progress(start + width * share)
