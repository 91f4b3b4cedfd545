"""Logistic regression on bins, with a ridge: Newton's method on the indicators of each term."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg.lapack import dposv

from pyrometer.learning.arrays import Codes, Floats

RIDGE = 2.0
STEPS = 25
FREE = 1e-8
"""The ridge of the intercept, which is free but for rounding."""
HALVINGS = 12
TOLERANCE = 1e-6
"""Log-likelihood that a further step must gain."""


def indicators(bins: Sequence[Codes], sizes: Sequence[int], rows: int) -> Floats:
    """One column per bin of each term, 1 where a lead is in it."""
    design = np.zeros((rows, sum(sizes)))
    start = 0
    every = np.arange(rows)
    for codes, size in zip(bins, sizes, strict=True):
        design[every, start + codes] = 1.0
        start += size
    return design


def fit(
    design: Floats,
    won: Floats,
    begin: Floats | None = None,
    ridge: float = RIDGE,
    steps: int = STEPS,
    offset: Floats | None = None,
) -> Floats:
    """Coefficients, the intercept first; `begin` are those to start from, `offset` is added to every row's log-odds."""
    known = 0.0 if offset is None else offset
    width = design.shape[1]
    beta = np.zeros(width + 1)
    base = np.clip(won.mean(), 1e-6, 1 - 1e-6)
    beta[0] = np.log(base / (1 - base))
    if begin is not None:
        beta[: len(begin)] = begin
    penalty = np.full(width + 1, ridge)
    penalty[0] = FREE
    reached = _objective(design, won, beta, penalty, known)
    for _ in range(steps):
        chance = probability(known + beta[0] + design @ beta[1:])
        weight = np.maximum(chance * (1 - chance), 1e-9)
        error = won - chance
        gradient = np.concatenate(([error.sum()], design.T @ error)) - penalty * beta
        hessian = information(design, weight, ridge)
        _, step, failed = dposv(hessian, gradient)
        if failed:
            break
        # A whole step may overshoot where rates lie far from the base; half of it then does better.
        for _ in range(HALVINGS):
            found = _objective(design, won, beta + step, penalty, known)
            if found >= reached:
                break
            step = step / 2
        else:
            break
        beta, gained, reached = beta + step, found - reached, found
        if gained < TOLERANCE:
            break
    return beta


def information(design: Floats, weight: Floats, ridge: float) -> Floats:
    """The second derivative of the penalised log-likelihood, with the intercept first."""
    width = design.shape[1]
    weighted = design * weight[:, None]
    found = np.empty((width + 1, width + 1))
    found[0, 0] = weight.sum()
    found[0, 1:] = found[1:, 0] = weighted.sum(axis=0)
    found[1:, 1:] = design.T @ weighted
    found[np.diag_indices(width + 1)] += ridge
    found[0, 0] -= ridge - FREE
    return found


def _objective(design: Floats, won: Floats, beta: Floats, penalty: Floats, known: Floats | float) -> float:
    """The penalised log-likelihood."""
    logit = known + beta[0] + design @ beta[1:]
    return float(won @ logit - np.logaddexp(0.0, logit).sum() - (penalty * beta * beta).sum() / 2)


def probability(logit: Floats) -> Floats:
    """The logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -35, 35))))
