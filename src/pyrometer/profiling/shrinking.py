"""Rates of small groups, drawn towards the base rate so that few leads don't win by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln
from scipy.stats import beta

from pyrometer.learning.arrays import Floats

CONFIDENCE = 0.95
USUAL = 100.0
"""Half of all aspects are expected to need a prior worth more leads than that."""
STRENGTHS = np.logspace(-0.5, 6, 118)


@dataclass(frozen=True)
class Shrunken:
    """For each group its rate and interval; `prior_leads` is how many leads the base rate weighs as much as."""

    rate: Floats
    low: Floats
    high: Floats
    prior_leads: float


def shrunken(leads: Floats, won: Floats, base: float) -> Shrunken:
    """The rates of groups of one aspect by empirical Bayes, with 95 % credible intervals.

    The model is beta-binomial: rates of groups scatter around `base` as Beta(s·base, s·(1 − base)) does, and wins are
    binomial. How strongly they are drawn to the base rate (s, counted in leads) is estimated from these groups by their
    marginal likelihood. As few groups leave it uncertain, it isn't set to the likeliest value but averaged over, with
    the weights 100 / (100 + s)² (Christiansen and Morris 1997; a median of 100 leads), on a grid. The interval is that
    of the beta distribution with the mean and variance found.

    >>> found = shrunken(np.array([1000.0, 1000.0, 4.0]), np.array([300.0, 100.0, 4.0]), 0.2)
    >>> [round(float(rate), 2) for rate in found.rate]
    [0.3, 0.1, 0.46]
    """
    strength = STRENGTHS[:, None]
    likelihood = betaln(won + strength * base, leads - won + strength * (1 - base))
    likelihood -= betaln(strength * base, strength * (1 - base))
    # The grid is even in log s, so the density carries a factor of s.
    log_weight = likelihood.sum(axis=1) + np.log(STRENGTHS * USUAL) - 2 * np.log(USUAL + STRENGTHS)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    means = (won + strength * base) / (leads + strength)
    spreads = means * (1 - means) / (leads + strength + 1)
    mean = weight @ means
    variance = np.maximum(weight @ (spreads + (means - mean) ** 2), 1e-15)
    size = np.maximum(mean * (1 - mean) / variance - 1, 1e-6)
    tail = (1 - CONFIDENCE) / 2
    low, high = (beta.ppf(at, mean * size, (1 - mean) * size) for at in (tail, 1 - tail))
    return Shrunken(mean, np.minimum(low, mean), np.maximum(high, mean), float(np.exp(weight @ np.log(STRENGTHS))))
