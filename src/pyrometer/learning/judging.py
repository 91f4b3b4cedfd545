"""The card and its rivals on leads held out; then the definition, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.learning import rivals
from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.backing import backing, rule_name
from pyrometer.learning.bands import bands_of
from pyrometer.learning.calibration import calibration, drift, off, untrue
from pyrometer.learning.card import Card, fit_card
from pyrometer.learning.measure import gain, measured
from pyrometer.learning.ordering import Order
from pyrometer.learning.present import InUse, compared
from pyrometer.learning.reading import Export
from pyrometer.learning.recent import recent
from pyrometer.learning.request import Request
from pyrometer.learning.result import Figures, Learned, Quarantined, RuleFound, Split
from pyrometer.learning.splitting import at_random, by_time, limits
from pyrometer.learning.stability import stability
from pyrometer.learning.tides import muted
from pyrometer.learning.verdict import verdict_of
from pyrometer.learning.writing import definition_text, rule_names, thresholds

GAP = 0.03
"""Area under the curve by which later leads may rank worse than leads drawn at random before it is told."""
WRONG = 0.05
"""Calibration error from which chances are said not to hold."""

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Leads:
    """The leads that are used: their rows, outcomes and order, and how the definition in use ranks them."""

    export: Export
    won: Floats
    order: Order
    in_use: InUse | None = None


def judged(learned: Learned, request: Request, leads: Leads, tell: Progress) -> Learned:
    """The result with figures on held-out leads, and with a definition or a refusal."""
    if not leads.export.columns:
        return replace(learned, refusal="nothing to learn here: no column is left to learn from")
    drawn = at_random(leads.won, np.random.default_rng(request.seed))
    late = by_time(leads.order, leads.won)
    inside, aside = late or drawn
    earlier, test = muted(leads.export.take(inside)), leads.export.take(aside)
    truth = leads.won[aside]
    kept, share = recent(earlier, leads.won[inside]) if late is not None else (np.arange(len(inside)), 1.0)
    train, won = earlier.take(kept), leads.won[inside][kept]
    card = fit_card(train, won, np.random.default_rng(request.seed), lambda done: tell(0.15 + 0.2 * done))
    scores = card.scores(test)
    figures = measured(card.chances(scores), truth, scores)
    chances = _rivals(earlier, leads.won[inside], test, request.seed, tell)
    metrics = {"card": figures} | {name: measured(each, truth) for name, each in chances.items()}
    split = Split("random", None, len(kept), len(aside))
    warnings = [*learned.warnings, *limits(leads.order, leads.won, late)]
    other: Figures | None = None
    drifted: list[str] = []
    if late is not None:
        other = _at_random(leads, drawn, request.seed)
        split = _timed(leads.order, split, aside, other, figures)
        warnings += _times(share, len(kept), figures, other)
        warnings += _mute(card, train)
        drifted = drift(card, train, test, won, truth)
        warnings += drifted
    tell(0.65)
    stretches = calibration(card, scores, truth)
    if off(stretches) < 0.001 and figures.ece > WRONG:
        warnings.append(untrue(card.chances(scores), truth, figures.ece))
    ahead = {name: gain(scores, each, truth) for name, each in chances.items()}
    learned = replace(learned, metrics=metrics, ahead=ahead, split=split, calibration=stretches)
    if leads.in_use is not None:
        apart = [item.column for item in learned.quarantined]
        metrics["present"], present = compared(leads.in_use, inside, aside, leads.won, scores, apart)
        learned = replace(learned, present=present)
    learned = replace(learned, warnings=tuple(dict.fromkeys(warnings)), drift=tuple(drifted))
    refusal = _nothing(card, figures, other, learned.quarantined)
    if refusal is not None:
        return replace(learned, refusal=refusal)
    trained = card.scores(train)
    learned = replace(learned, bands=bands_of(*thresholds(card, trained), trained, scores, truth))
    return _written(learned, request, card, train, won, tell)


def _rivals(train: Export, won: Floats, test: Export, seed: int, tell: Progress) -> dict[str, Floats]:
    """The chances that other models give the leads held out."""
    found = {"boosting": rivals.boosting(train, won, test, seed)}
    tell(0.5)
    found["logistic"] = rivals.logistic(train, won, test)
    found["naive_bayes"] = rivals.naive_bayes(train, won, test)
    tell(0.55)
    return found


def _at_random(leads: Leads, drawn: tuple[Rows, Rows], seed: int) -> Figures:
    inside, aside = drawn
    card = fit_card(muted(leads.export.take(inside)), leads.won[inside], np.random.default_rng(seed))
    scores = card.scores(leads.export.take(aside))
    return measured(card.chances(scores), leads.won[aside], scores)


def _times(share: float, leads: int, figures: Figures, other: Figures) -> list[str]:
    """What it says that the card was judged on later leads."""
    found = []
    if share < 1:
        which = "half" if share == 0.5 else "quarter"
        found.append(
            f"times change: only the latest {which} of the earlier leads ({leads:,}) is learned from, because cards "
            "learned from older ones rank the newest of them worse"
        )
    if other.auc - figures.auc > GAP:
        found.append(
            f"the card ranks later leads worse (area under the curve {figures.auc:.3f}) than leads drawn at random "
            f"({other.auc:.3f}): what was learned wears off, or something tells the time"
        )
    return found


def _mute(card: Card, train: Export) -> list[str]:
    asked = sorted({name for term in card.terms for name in term.columns} & train.mute)
    return [
        f"`{name}` is filled in at some times and not at others, so where it is unknown that counts neither for nor "
        "against a lead"
        for name in asked
    ]


def _timed(order: Order, split: Split, aside: Rows, other: Figures, figures: Figures) -> Split:
    assert order.key is not None
    return replace(
        split,
        kind="time",
        by=order.column or "order of rows",
        first_held_out=order.spell(float(np.nanmin(order.key[aside]))),
        random_auc=other.auc,
        random_auc_interval=other.auc_interval,
        gap=other.auc - figures.auc,
        undated=int((~np.isfinite(order.key)).sum()),
    )


def _nothing(card: Card, figures: Figures, other: Figures | None, quarantined: tuple[Quarantined, ...]) -> str | None:
    """Why nothing is published, or None."""
    apart = f" ({len(quarantined)} columns were set aside; --trust or --keep takes them back)" if quarantined else ""
    if not card.terms:
        return f"nothing to learn here: no column tells won leads from lost ones{apart}"
    for which, found in (("held-out", figures), ("randomly held-out", other)):
        if found is not None and found.auc_interval[0] <= 0.5:
            low, high = found.auc_interval
            return (
                f"nothing to learn here: on {which} leads the card ranks no better than chance (area under the curve "
                f"{found.auc:.3f}, 95 % interval {low:.3f} to {high:.3f}, which includes 0.5){apart}"
            )
    return None


def _written(learned: Learned, request: Request, card: Card, train: Export, won: Floats, tell: Progress) -> Learned:
    rng = np.random.default_rng(request.seed)
    again = stability(card, train, won, rng, request.resamples, lambda share: tell(0.65 + 0.35 * share))
    names = rule_names([rule_name(term) for term in card.terms])
    rules = tuple(
        RuleFound(name, term.shape, term.columns, evidence, each.share, each.low, each.high)
        for name, term, evidence, each in zip(names, card.terms, backing(card, train, won), again, strict=True)
    )
    learned = replace(learned, rules=rules)
    learned = replace(learned, verdict=verdict_of(learned))
    present = learned.present
    against = "" if present is None else f"{present.name}, fingerprint {present.fingerprint}"
    text = definition_text(learned, card, train, card.scores(train), request.settings(against))
    return replace(learned, definition=text)
