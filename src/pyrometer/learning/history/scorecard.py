"""A card that counts events, too; its points are those that `score` gives, to the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyrometer.definition.values import UNITS_PER_POINT
from pyrometer.learning.arrays import Floats
from pyrometer.learning.card import COARSE, SCALES, Card, settled
from pyrometer.learning.fitting import fit, indicators
from pyrometer.learning.history.forms import Form
from pyrometer.learning.history.signals import Behaviour
from pyrometer.learning.measure import auc
from pyrometer.learning.reading import Export
from pyrometer.learning.terms import Term


@dataclass(frozen=True)
class Scorecard(Card):
    """Rules about traits (`terms`), and about events: `forms`, with the points of each for one time."""

    forms: tuple[Form, ...] = ()
    each: tuple[int, ...] = ()

    @property
    def least(self) -> int:
        """The fewest points that a lead can have."""
        return super().least + sum(
            min(0, form.cap * points) for form, points in zip(self.forms, self.each, strict=True)
        )

    @property
    def most(self) -> int:
        """The most points that a lead can have."""
        return super().most + sum(max(0, form.cap * points) for form, points in zip(self.forms, self.each, strict=True))

    def units(self, export: Export, behaviour: Behaviour) -> Floats:
        """The units of each lead, whole numbers."""
        total = self.scores(export) * UNITS_PER_POINT
        for form, points in zip(self.forms, self.each, strict=True):
            total += form.units(behaviour, points)
        return total

    def totals(self, export: Export, behaviour: Behaviour) -> Floats:
        """The points of each lead."""
        return self.units(export, behaviour) / UNITS_PER_POINT


def scorecard_of(
    terms: Sequence[Term], forms: Sequence[Form], export: Export, behaviour: Behaviour, won: Floats
) -> Scorecard:
    """The card of given rules: fitted together, then rounded to whole points."""
    base = float(np.clip(won.mean(), 1e-6, 1 - 1e-6))
    if not terms and not forms:
        return Scorecard((), (), float(np.log(base / (1 - base))), 0.0)
    bins = [term.bins(export) for term in terms]
    shares = [form.share(behaviour) for form in forms]
    design = np.hstack([indicators(bins, [term.size for term in terms], len(won)), *(each[:, None] for each in shares)])
    beta = fit(design, won)[1:]
    start = 0
    effects: list[Floats] = []
    for term, codes in zip(terms, bins, strict=True):
        counts = np.bincount(codes, minlength=term.size).astype(np.float64)
        effects.append(settled(term, beta[start : start + term.size].copy(), counts))
        start += term.size
    slopes = beta[start:]
    whole = sum(float(effect.max() - effect.min()) for effect in effects) + float(np.abs(slopes).sum())
    exact = np.zeros(len(won))
    for effect, codes in zip(effects, bins, strict=True):
        exact += effect[codes]
    for slope, share in zip(slopes, shares, strict=True):
        exact += slope * share
    reached = auc(exact, won)
    card = Scorecard((), (), 0.0, 0.0)
    totals = np.zeros(len(won))
    for scale in SCALES:
        card = _rounded(terms, effects, forms, slopes, scale / max(whole, 1e-9))
        totals = card.totals(export, behaviour)
        if auc(totals, won) >= reached - COARSE:
            break
    curve = fit(totals[:, None], won, ridge=1e-6)
    return Scorecard(card.terms, card.points, float(curve[0]), float(curve[1]), card.forms, card.each)


def _rounded(
    terms: Sequence[Term], effects: Sequence[Floats], forms: Sequence[Form], slopes: Floats, scale: float
) -> Scorecard:
    kept: list[Term] = []
    points: list[tuple[int, ...]] = []
    for term, effect in zip(terms, effects, strict=True):
        rounded = np.rint((effect - effect.min()) * scale).astype(int)
        # Whoever doesn't meet a condition gets nothing, so its points may be negative; other rules give 0 at worst.
        rounded -= rounded[0] if term.shape == "when" else 0
        if rounded.any():
            kept.append(term)
            points.append(tuple(int(value) for value in rounded))
    counted = [(form, round(float(slope) * scale / form.cap)) for form, slope in zip(forms, slopes, strict=True)]
    counted = [(form, each) for form, each in counted if each]
    return Scorecard(
        tuple(kept),
        tuple(points),
        0.0,
        0.0,
        tuple(form for form, _ in counted),
        tuple(each for _, each in counted),
    )
