"""Logistic regression on bins, with a ridge: Newton's method on the indicators of each term."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from pyrometer.learning.arrays import Codes, Floats

RIDGE = 2.0
STEPS = 25
TOLERANCE = 1e-6


def indicators(bins: Sequence[Codes], sizes: Sequence[int]) -> Floats:
    """One column per bin of each term, 1 where a lead is in it."""
    rows = len(bins[0]) if bins else 0
    design = np.zeros((rows, sum(sizes)))
    start = 0
    every = np.arange(rows)
    for codes, size in zip(bins, sizes, strict=True):
        design[every, start + codes] = 1.0
        start += size
    return design


def fit(
    design: Floats, won: Floats, begin: Floats | None = None, ridge: float = RIDGE, steps: int = STEPS
) -> Floats:
    """Coefficients, the intercept first; `begin` are those to start from."""
    rows, width = design.shape
    beta = np.zeros(width + 1)
    base = np.clip(won.mean(), 1e-6, 1 - 1e-6)
    beta[0] = np.log(base / (1 - base))
    if begin is not None:
        beta[: len(begin)] = begin
    penalty = np.full(width + 1, ridge)
    penalty[0] = 1e-8
    for _ in range(steps):
        chance = probability(beta[0] + design @ beta[1:])
        weight = np.maximum(chance * (1 - chance), 1e-9)
        error = won - chance
        gradient = np.concatenate(([error.sum()], design.T @ error)) - penalty * beta
        weighted = design * weight[:, None]
        hessian = np.empty((width + 1, width + 1))
        hessian[0, 0] = weight.sum()
        hessian[0, 1:] = hessian[1:, 0] = weighted.sum(axis=0)
        hessian[1:, 1:] = design.T @ weighted
        hessian[np.diag_indices(width + 1)] += penalty
        step = cho_solve(cho_factor(hessian), gradient)
        beta += np.clip(step, -4, 4)
        if np.abs(step).max() < TOLERANCE:
            break
    return beta


def probability(logit: Floats) -> Floats:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -35, 35))))
