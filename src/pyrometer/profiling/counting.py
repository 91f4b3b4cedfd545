"""Leads and wins by segment."""

from __future__ import annotations

import numpy as np

from pyrometer.learning.arrays import Codes, Floats, Rows


def counts(codes: Codes | Rows, size: int, won: Floats) -> tuple[Floats, Floats]:
    """The leads and the wins of each segment."""
    leads = np.bincount(codes, minlength=size).astype(np.float64)
    return leads, np.bincount(codes, weights=won, minlength=size).astype(np.float64)
