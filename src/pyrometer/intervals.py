"""Intervals of rates, and how many leads a count of repeated leads is worth."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95

Interval = tuple[float, float]


def normal(confidence: float) -> float:
    """How many standard errors to each side hold so much of the normal distribution.

    >>> round(normal(0.95), 3)
    1.96
    """
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(share: float, count: float, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a rate, without continuity correction; with nothing to count, from 0 to 1.

    `count` may be an effective number, which needn't be whole. (E. B. Wilson, Probable inference, the law of
    succession, and statistical inference, Journal of the American Statistical Association 22, 209–212, 1927.)

    >>> [round(bound, 3) for bound in wilson(0.3, 10)]
    [0.108, 0.603]
    """
    if count <= 0:
        return 0.0, 1.0
    z = normal(confidence)
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    reach = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    # At the ends the formula gives them exactly, and floating point nearly.
    return 0.0 if share == 0 else max(0.0, middle - reach), 1.0 if share == 1 else min(1.0, middle + reach)


def effective(total: float, squares: float) -> float:
    """Kish's effective number (1965) of leads, of which each was counted several times.

    `total` is how often all were counted, `squares` the sum of each lead's count squared. A lead ends in one way
    however often it is looked at, so its looks together tell as much as one, weighted.

    >>> effective(4, 4), effective(4, 10)  # four leads once each; one three times and one once
    (4.0, 1.6)
    """
    return total * total / squares if squares else 0.0
