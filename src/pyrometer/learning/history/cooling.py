"""How fast events cool: for each kind the half-life whose points rank later leads best, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from scipy.stats import norm

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.dated import CoolingCurve, HalfLifeTried, days_text
from pyrometer.learning.fitting import fit, indicators
from pyrometer.learning.history.signals import ANY_EVENT, Behaviour, Signal
from pyrometer.learning.measure import CONFIDENCE, delong, paired
from pyrometer.learning.reading import Export
from pyrometer.learning.terms import Term

HALF_LIVES = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
"""Days tried, near a logarithmic grid: the steps are a third to a half."""
CHANCE = 0.05
"""The chance, by all half-lives of a group together, of calling a group that doesn't cool one that does."""
DIFFERENT = 4
"""As how many tests the half-lives tried count: those within a factor of four rank leads nearly alike."""
BLOCKS = 4
"""Stretches of time: each but the first is ranked by what was learned from those before it."""
FEWEST = 10
"""Won and lost leads that a block needs on either side."""
MOST = 99
"""The percentile of what leads have beyond which more counts no further, as a cap will say."""
ROUNDS = 2
HELD = 5.0
"""The ridge of what is held, which is much and matters little by itself."""
WORTH = 0.005
"""Area under the curve that cooling must gain: less is not worth a line in a definition."""


def cooling_curves(
    groups: Mapping[str, Sequence[Signal]],
    terms: Sequence[Term],
    export: Export,
    behaviour: Behaviour,
    won: Floats,
    at: Floats,
    tick: Callable[[float], None] | None = None,
) -> tuple[CoolingCurve, ...]:
    """The curve of each group and the half-life chosen, from leads to learn from, looked at on days `at`.

    Everything but the group's cooling is held: traits as `terms` have them, and the other groups with what was chosen
    for them, each group being looked at twice; all events together are judged beside the traits alone. Judged by the
    area under the ROC curve on later leads (blocks of time, forward); intervals and differences are DeLong's
    (1988), those of differences paired, on the same leads.
    """
    folds = list(_forward(at, won))
    if not folds:
        return ()
    chosen: dict[str, int | None] = dict.fromkeys(groups)
    found: dict[str, CoolingCurve] = {}
    bins = indicators([term.bins(export) for term in terms], [term.size for term in terms], export.rows)
    longest = int(max((trail.age.max() for trail in behaviour.trails.values() if len(trail.age)), default=1))
    tried = [half_life for half_life in HALF_LIVES if half_life <= 2 * max(longest, 1)]
    columns: dict[tuple[str, int | None], Floats] = {
        (group, half_life): _columns(signals, behaviour, half_life)
        for group, signals in groups.items()
        for half_life in (None, *tried)
    }
    for turn in range(ROUNDS):
        for number, group in enumerate(groups):
            others = [
                columns[other, chosen[other]] for other in groups if other != group and ANY_EVENT not in (group, other)
            ]
            base = np.hstack([bins, *others])
            curve = _curve(group, groups[group], base, columns, tried, folds, won)
            found[group], chosen[group] = curve, curve.half_life_days
            if tick is not None:
                tick((turn * len(groups) + number + 1) / (ROUNDS * len(groups)))
        if not any(chosen.values()):
            break
    return tuple(found[group] for group in groups)


def _forward(at: Floats, won: Floats) -> Iterator[tuple[Rows, Rows]]:
    """Earlier leads and the block that follows; leads of one day stay together."""
    bounds = np.unique(np.quantile(at, np.linspace(0, 1, BLOCKS + 1)[1:-1], method="higher"))
    block = np.searchsorted(bounds, at, side="right")
    for number in range(1, len(bounds) + 1):
        before, here = np.flatnonzero(block < number), np.flatnonzero(block == number)
        if all(min(won[part].sum(), (1 - won[part]).sum()) >= FEWEST for part in (before, here)):
            yield before, here


def _columns(signals: Sequence[Signal], behaviour: Behaviour, half_life: int | None) -> Floats:
    """For each signal what its events are worth together, 1 being the 99th percentile of those who have any."""
    found = []
    for signal in signals:
        worth = cooled(signal, behaviour, half_life)
        there = worth[worth > 0]
        most = float(np.percentile(there, MOST)) if len(there) else 1.0
        found.append(np.minimum(worth / max(most, 1e-9), 1.0))
    return np.column_stack(found)


def cooled(signal: Signal, behaviour: Behaviour, half_life: int | None) -> Floats:
    """How many fresh events the events of each lead are worth."""
    if half_life is None:
        return behaviour.count(signal)
    oldest = int(behaviour.trails[signal].age.max(initial=0))
    return behaviour.worth(signal, 0.5 ** (np.arange(oldest + 1) / half_life))


def _curve(
    group: str,
    signals: Sequence[Signal],
    base: Floats,
    columns: Mapping[tuple[str, int | None], Floats],
    tried: Sequence[int],
    folds: Sequence[tuple[Rows, Rows]],
    won: Floats,
) -> CoolingCurve:
    scores: dict[int | None, list[Floats]] = {half_life: [] for half_life in (None, *tried)}
    for before, here in folds:
        beta = fit(base[before], won[before], ridge=HELD)
        held = [beta[0] + base[part] @ beta[1:] for part in (before, here)]
        for half_life, found in scores.items():
            extra = columns[group, half_life]
            design = [np.column_stack((known, extra[part])) for known, part in zip(held, (before, here), strict=True)]
            effect = fit(design[0], won[before], ridge=0.5)
            found.append(effect[0] + design[1] @ effect[1:])
    truth = np.concatenate([won[here] for _, here in folds])
    ranked = {half_life: np.concatenate(parts) for half_life, parts in scores.items()}
    plain = ranked[None]
    level = 1 - CHANCE / DIFFERENT
    points = []
    for half_life, score in ranked.items():
        area, low, high = delong(score, truth)
        gain, error = difference(score, plain, truth)
        reach = float(norm.ppf(0.5 + level / 2)) * error
        points.append(HalfLifeTried(half_life, area, (low, high), gain, (gain - reach, gain + reach)))
    best = max(points, key=lambda each: each.auc)
    clear = best.half_life_days is not None and best.gain >= WORTH and best.gain_interval[0] > 0
    half_life = best.half_life_days if clear else None
    asked = [ranked[half_life] for half_life in ranked]
    level_with = tuple(
        each.half_life_days
        for each, score in zip(points, asked, strict=True)
        if _level(score, ranked[best.half_life_days], truth)
    )
    return CoolingCurve(
        group,
        tuple(signal.name for signal in signals),
        tuple(points),
        best.half_life_days,
        half_life,
        level_with,
        len(truth),
        _why(best, clear),
    )


def _level(score: Floats, best: Floats, truth: Floats) -> bool:
    """Whether a ranking is not clearly worse than the best one: the 95 % interval of the difference includes 0."""
    gain, error = difference(best, score, truth)
    return gain <= 1.96 * error


def _why(best: HalfLifeTried, clear: bool) -> str:
    if best.half_life_days is None:
        return "no half-life ranks later leads better than none"
    if not clear:
        low, high = best.gain_interval
        return (
            f"a half-life of {days_text(best.half_life_days)} ranks best, but none may do as well (difference in area "
            f"{best.gain:+.3f}, {low:+.3f} to {high:+.3f})"
        )
    low, high = best.gain_interval
    return f"better than no cooling by {best.gain:.3f} of area ({low:.3f} to {high:.3f})"


def difference(one: Floats, other: Floats, won: Floats) -> tuple[float, float]:
    """The difference of two areas under the ROC curve on the same leads, and its standard error by DeLong's method."""
    gain, _, high = paired(one, other, won)
    return gain, (high - gain) / float(norm.ppf(0.5 + CONFIDENCE / 2))
