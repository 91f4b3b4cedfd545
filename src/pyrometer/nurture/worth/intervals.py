"""Intervals of two rates compared: their difference, their ratio, and the difference of two means."""

from __future__ import annotations

from math import inf, sqrt

from pyrometer.intervals import Interval, normal, wilson


def difference(came: int, of: int, held_came: int, held_of: int, confidence: float = 0.95) -> Interval:
    """The interval of the difference of two rates: the hybrid score interval of Newcombe (1998).

    From Wilson's intervals l₁…u₁ and l₂…u₂ of rates p₁ and p₂ it takes

        p₁ − p₂ − √((p₁ − l₁)² + (u₂ − p₂)²)  to  p₁ − p₂ + √((u₁ − p₁)² + (p₂ − l₂)²)

    (R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of eleven
    methods, Statistics in Medicine 17, 873–890: method 10.) His method 11 corrects for continuity. That isn't done
    here: with a tenth held back and rates of 0.2 to 30 % the plain interval holds the truth in 94.4 to 97.3 of 100
    experiments already, the corrected one in 95.4 to 99.9, so it would call real effects chance for nothing.

    >>> [round(bound, 4) for bound in difference(56, 70, 48, 80)]  # his table II, (a)
    [0.0524, 0.3339]
    """
    one, two = came / of, held_came / held_of
    (low1, high1), (low2, high2) = wilson(one, of, confidence), wilson(two, held_of, confidence)
    apart = one - two
    return apart - sqrt((one - low1) ** 2 + (high2 - two) ** 2), apart + sqrt((high1 - one) ** 2 + (two - low2) ** 2)


def ratio(came: int, of: int, held_came: int, held_of: int, confidence: float = 0.95) -> Interval:
    """The interval of the ratio of two rates, by the same recovery of variances as the difference (MOVER-R).

    With p₁, p₂ and Wilson's bounds as there (A. Donner and G. Y. Zou, Closed-form confidence intervals for functions of
    the normal mean and standard deviation, Statistical Methods in Medical Research 21, 347–359, 2012; M. W. Fagerland,
    S. Lydersen and P. Laake, Recommended confidence intervals for two independent binomial proportions, the same 24,
    224–254, 2015):

        (p₁p₂ − √((p₁p₂)² − l₁u₂(2p₁ − l₁)(2p₂ − u₂))) / (u₂(2p₂ − u₂))
        (p₁p₂ + √((p₁p₂)² − u₁l₂(2p₁ − u₁)(2p₂ − l₂))) / (l₂(2p₂ − l₂))

    It was chosen over others since it holds 1 exactly where the interval of the difference holds 0: the two never
    contradict each other. It ends at infinity where the second rate may be nothing.

    >>> [round(bound, 4) for bound in ratio(7, 34, 1, 34)]  # high against standard dose of epinephrine
    [1.1537, 41.9763]
    """
    one, two = came / of, held_came / held_of
    (low1, high1), (low2, high2) = wilson(one, of, confidence), wilson(two, held_of, confidence)
    return _root(one, two, low1, high2, -1), _root(one, two, high1, low2, 1)


def _root(one: float, two: float, bound1: float, bound2: float, sign: int) -> float:
    """The ratio R at which one − R · two is just as far from 0 as the bounds say."""
    below = bound2 * (2 * two - bound2)
    inside = bound1 * (2 * one - bound1)
    if sign > 0 and below <= 0:
        return inf
    if sign < 0 and inside <= 0:
        return 0.0
    root = sqrt(max(0.0, (one * two) ** 2 - inside * below))
    # The usual form of the lower root cancels where `below` is near nothing; this is the same one, turned over.
    return (one * two + root) / below if sign > 0 else inside / (one * two + root)


def mean_difference(
    count: int, total: float, squares: float, held_count: int, held_total: float, held_squares: float
) -> tuple[float, Interval]:
    """How far two means lie apart, and the 95 % interval of that by the normal distribution; of two things at least.

    Groups are given by how many they are, their sum and the sum of their squares.

    >>> apart, (low, high) = mean_difference(4, 8.0, 20.0, 4, 4.0, 4.0)
    >>> round(apart, 2), round(low, 2), round(high, 2)
    (1.0, -0.13, 2.13)
    """
    means, variances = [], 0.0
    for of, summed, squared in ((count, total, squares), (held_count, held_total, held_squares)):
        mean = summed / of
        means.append(mean)
        variances += max(0.0, squared - of * mean * mean) / (of - 1) / of
    apart, reach = means[0] - means[1], normal(0.95) * sqrt(variances)
    return apart, (apart - reach, apart + reach)
