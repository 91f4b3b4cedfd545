"""Would another sample of leads have given the same rules?"""

from __future__ import annotations

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.history.scorecard import Scorecard
from pyrometer.learning.history.searching import Pool, Rule, path
from pyrometer.learning.stability import LEADS
from pyrometer.learning.terms import Term


def stability(card: Scorecard, pool: Pool, won: Floats, rng: np.random.Generator, resamples: int) -> list[float]:
    """For each rule the share of half-samples that chose one about the same, traits first.

    Drawn without replacement (Meinshausen and Bühlmann's stability selection), at most 8,000 leads each. The same is a
    rule about the same trait, or the same signal.
    """
    subjects = [*map(_subject, card.terms), *map(_subject, card.forms)]
    times = np.zeros(len(subjects))
    size = min(len(won) // 2, LEADS)
    for _ in range(resamples):
        at = np.sort(rng.choice(len(won), size, replace=False))
        if 0 < won[at].sum() < size:
            cards = path(pool.take(at), won[at], len(subjects))
            chosen = {_subject(pool.rule(number)) for number in cards[-1][0]} if cards else set()
            times += [subject in chosen for subject in subjects]
    return [float(share) for share in times / resamples]


def _subject(rule: Rule) -> str:
    return f"trait {rule.columns}" if isinstance(rule, Term) else f"signal {rule.signal.name}"
