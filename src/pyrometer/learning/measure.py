"""How well a ranking and its chances hold on leads that weren't learned from."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm, rankdata

from pyrometer.learning.arrays import Floats
from pyrometer.learning.result import Figures, Gain

CONFIDENCE = 0.95
GROUPS = 10


def measured(chance: Floats, won: Floats, rank: Floats | None = None) -> Figures:
    """The figures for chances of being won, and for the ranking by `rank` where it isn't that of the chances."""
    # Loaded here: who only needs an area doesn't wait for it.
    from sklearn.metrics import average_precision_score, brier_score_loss

    order = chance if rank is None else rank
    area, low, high = delong(order, won)
    return Figures(
        area,
        (low, high),
        float(average_precision_score(won, order)),
        float(brier_score_loss(won, chance)),
        calibration_error(chance, won),
        lift(order, won, 0.1),
        lift(order, won, 0.2),
    )


def auc(score: Floats, won: Floats) -> float:
    """The area under the ROC curve, ties counted half (Mann and Whitney's statistic)."""
    wins = int(won.sum())
    losses = len(won) - wins
    if not wins or not losses:
        return 0.5
    ranks = rankdata(score)
    return float((ranks[won == 1].sum() - wins * (wins + 1) / 2) / (wins * losses))


def delong(score: Floats, won: Floats) -> tuple[float, float, float]:
    """The area under the ROC curve and its 95 % interval by DeLong's method (1988), with midranks (Sun and Xu 2014)."""
    hits, misses = score[won == 1], score[won == 0]
    m, n = len(hits), len(misses)
    if m < 2 or n < 2:
        return 0.5, 0.0, 1.0
    of_hits, of_misses = _placements(score, won)
    area = float(of_hits.mean())
    error = float(np.sqrt(of_hits.var(ddof=1) / m + of_misses.var(ddof=1) / n))
    reach = float(norm.ppf(0.5 + CONFIDENCE / 2)) * error
    return area, max(0.0, area - reach), min(1.0, area + reach)


def paired(one: Floats, other: Floats, won: Floats) -> tuple[float, float, float]:
    """The area under the curve of one ranking less another's, and its 95 % interval (DeLong's method, paired)."""
    first, second = _placements(one, won), _placements(other, won)
    gain = float(first[0].mean() - second[0].mean())
    error = np.sqrt(sum((a - b).var(ddof=1) / len(a) for a, b in zip(first, second, strict=True)))
    reach = float(norm.ppf(0.5 + CONFIDENCE / 2) * error)
    return gain, gain - reach, gain + reach


def gain(card: Floats, other: Floats, won: Floats) -> Gain:
    """How far the card's ranking is ahead of another's on the same leads."""
    found, low, high = paired(card, other, won)
    return Gain(found, (low, high))


def _placements(score: Floats, won: Floats) -> tuple[Floats, Floats]:
    """Of each won lead the share of lost ones below it, of each lost lead that of won ones above; ties count half."""
    hits, misses = score[won == 1], score[won == 0]
    ranks = rankdata(np.concatenate((hits, misses)))
    of_hits = (ranks[: len(hits)] - rankdata(hits)) / len(misses)
    return of_hits, 1 - (ranks[len(hits) :] - rankdata(misses)) / len(hits)


def calibration_error(chance: Floats, won: Floats) -> float:
    """The expected calibration error: over ten groups of equal size by chance, the mean of |rate − mean chance|.

    Leads with the same chance are in one group, that of the middle of them, so that their order says nothing.
    """
    group = (GROUPS * (rankdata(chance) - 0.5) / len(chance)).astype(np.intp)
    wins, expected = (np.bincount(group, weights=each) for each in (won, chance))
    return float(np.abs(wins - expected).sum() / len(chance))


def lift(score: Floats, won: Floats, share: float) -> float:
    """The win rate among the best `share` of leads over that of all; ties at the bound count in proportion."""
    wanted = max(1.0, share * len(won))
    order = np.argsort(-score, kind="stable")
    bound = score[order[min(len(won), int(np.ceil(wanted))) - 1]]
    above, at = score > bound, score == bound
    wins = won[above].sum() + won[at].sum() * (wanted - above.sum()) / at.sum()
    return float(wins / wanted / max(won.mean(), 1e-12))
