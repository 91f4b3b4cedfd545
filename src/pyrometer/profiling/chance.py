"""How probable a difference is by chance, and how many findings of a search chance may have given."""

from __future__ import annotations

import numpy as np
from scipy.stats import false_discovery_control, hypergeom

from pyrometer.learning.arrays import Floats

FALSE_DISCOVERIES = 0.05
"""The share of findings that may be there by chance."""


def differs(leads: Floats, won: Floats, all_leads: float, all_won: float) -> Floats:
    """The probability by chance of a difference from all other leads at least as large: Fisher's exact test.

    Two-sided by doubling the smaller tail. If outcomes had nothing to do with the group, its wins would be
    hypergeometric, whatever its size.
    """
    below = hypergeom.cdf(won, all_leads, all_won, leads)
    above = hypergeom.sf(won - 1, all_leads, all_won, leads)
    return np.asarray(np.clip(2 * np.minimum(below, above), 0.0, 1.0))


def exceeds(leads: float, won: float, all_leads: float, all_won: float) -> float:
    """The same for one side: the probability by chance of a group closing at least so much more often."""
    return float(np.clip(hypergeom.sf(won - 1, all_leads, all_won, leads), 0.0, 1.0))


def controlled(chances: Floats) -> Floats:
    """Each chance with the search taken into account: the least false discovery rate at which it is a finding.

    By the method of Benjamini and Hochberg (1995), over all the chances together.
    """
    return np.asarray(false_discovery_control(chances, method="bh")) if len(chances) else chances
