"""The card on leads that were held out, beside other models; then the definition, or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pyrometer.definition import Definition
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.learning import rivals
from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.backing import backing, rule_name
from pyrometer.learning.bands import bands_of
from pyrometer.learning.binning import term_of
from pyrometer.learning.calibration import calibration, drift, off, untrue
from pyrometer.learning.dated import CoolingCurve
from pyrometer.learning.history.cooling import cooling_curves
from pyrometer.learning.history.holding import latest
from pyrometer.learning.history.loading import Loaded
from pyrometer.learning.history.scorecard import Scorecard, scorecard_of
from pyrometer.learning.history.searching import choose
from pyrometer.learning.history.seeing import Seen
from pyrometer.learning.history.signals import Behaviour, Signal
from pyrometer.learning.history.stability import stability
from pyrometer.learning.history.wording import evidence_of, rule_title
from pyrometer.learning.history.writing import definition_text, thresholds
from pyrometer.learning.judging import GAP, WRONG
from pyrometer.learning.kinds import day_text
from pyrometer.learning.measure import gain, measured, paired
from pyrometer.learning.ordering import Order
from pyrometer.learning.request import Request
from pyrometer.learning.result import Figures, Learned, Present, Quarantined, RuleFound, Split
from pyrometer.learning.selecting import SEARCHED
from pyrometer.learning.splitting import at_random, limits
from pyrometer.learning.terms import Term
from pyrometer.learning.verdict import verdict_of
from pyrometer.learning.writing import rule_names

Progress = Callable[[float], None]
RIVALS = 30_000
"""Leads that other models learn from at most."""


def judged(
    learned: Learned,
    request: Request,
    loaded: Loaded,
    seen: Seen,
    present: tuple[Floats, Floats] | None,
    settings: dict[str, str],
    tell: Progress,
) -> tuple[Learned, Scorecard | None]:
    """What was learned, and the card behind its definition; `present` are ranks and temperatures by the present rules.

    Raises nothing: where nothing can be learned, `refusal` says why.
    """
    if not seen.export.columns and not seen.behaviour.trails:
        return replace(learned, refusal="nothing to learn here: no trait and no event is left to learn from"), None
    drawn = at_random(seen.won, np.random.default_rng(request.seed))
    late, undecided = latest(seen)
    inside, aside = late or drawn
    train, test = seen.take(inside), seen.take(aside)
    curves = _cooling(train, request.seed, lambda share: tell(0.3 + 0.2 * share))
    cooling = {curve.group: curve.half_life_days for curve in curves}
    card, again = _card(train, cooling, request.seed, request.resamples)
    tell(0.6)
    totals = card.totals(test.export, test.behaviour)
    metrics = {"card": measured(card.chances(totals), test.won, totals)}
    chances = _rivals(train, test, request.seed)
    metrics |= {name: measured(each, test.won) for name, each in chances.items()}
    ahead = {name: gain(totals, each, test.won) for name, each in chances.items()}
    if present is not None:
        metrics["present"] = _present(present, inside, aside, seen.won)
        better, low, high = paired(totals, present[0][aside], test.won)
        used = loaded.definition
        learned = replace(learned, present=Present(used.name, fingerprint(used), (), False, (), better, (low, high)))
    tell(0.7)
    split = Split("random", None, len(inside), len(aside))
    other: Figures | None = None
    drifted: list[str] = []
    said = undecided or limits(Order("date", None, seen.at), seen.won, late)
    warnings = [*learned.warnings, *said]
    if late is not None:
        other = _at_random(seen, drawn, request.seed)
        gap = other.auc - metrics["card"].auc
        split = replace(
            split,
            kind="time",
            by="day of the look",
            first_held_out=day_text(float(test.at.min())),
            random_auc=other.auc,
            random_auc_interval=other.auc_interval,
            gap=gap,
        )
        if gap > GAP:
            warnings.append(
                f"the card ranks later leads worse (area under the curve {metrics['card'].auc:.3f}) than leads drawn "
                f"at random ({other.auc:.3f}): what was learned wears off, or something tells the time"
            )
        drifted = drift(card, train.export, test.export, train.won, test.won)
        warnings += drifted
    tell(0.8)
    stretches = calibration(card, totals, test.won)
    if off(stretches) < 0.001 and metrics["card"].ece > WRONG:
        warnings.append(untrue(card.chances(totals), test.won, metrics["card"].ece))
    learned = replace(
        learned,
        metrics=metrics,
        ahead=ahead,
        split=split,
        calibration=stretches,
        cooling=curves,
        warnings=tuple(dict.fromkeys(warnings)),
        drift=tuple(drifted),
    )
    refusal = _nothing(card, metrics["card"], other, learned.quarantined)
    if refusal is not None:
        return replace(learned, refusal=refusal), None
    held_out = totals, test.won
    return described(learned, loaded.definition, loaded.flat, train, card, again(card), settings, held_out), card


def described(
    learned: Learned,
    declared: Definition,
    flat: Sequence[str],
    train: Seen,
    card: Scorecard,
    shares: Sequence[float],
    settings: Mapping[str, str],
    held_out: tuple[Floats, Floats] = (np.zeros(0), np.zeros(0)),
) -> Learned:
    """The rules with their evidence, and the definition; `held_out` are points and outcomes of other leads."""
    titles = rule_names([*map(rule_name, card.terms), *map(rule_title, card.forms)])
    parts = backing(card, train.export, train.won)
    parts += [
        evidence_of(form, each, train.behaviour, train.won) for form, each in zip(card.forms, card.each, strict=True)
    ]
    shapes: list[tuple[str, tuple[str, ...]]] = [(term.shape, term.columns) for term in card.terms]
    shapes += [("when" if form.asked else "counted", form.signal.kinds) for form in card.forms]
    learned = replace(
        learned,
        rules=tuple(
            RuleFound(title, shape, columns, evidence, share)
            for title, (shape, columns), evidence, share in zip(titles, shapes, parts, shares, strict=True)
        ),
    )
    totals = card.totals(train.export, train.behaviour)
    learned = replace(learned, bands=bands_of(*thresholds(totals, card), totals, *held_out))
    learned = replace(learned, verdict=verdict_of(learned))
    return replace(
        learned,
        definition=definition_text(learned, card, train.export, totals, settings, declared, flat),
    )


def _rivals(train: Seen, test: Seen, seed: int) -> dict[str, Floats]:
    """The chances that other models give the leads held out; where there are many, they learn from some of them."""
    part = train.take(np.sort(np.random.default_rng(seed).permutation(len(train.won))[:RIVALS]))
    flat, asked = part.flat(), test.flat()
    return {
        "boosting": rivals.boosting(flat, part.won, asked, seed),
        "logistic": rivals.logistic(flat, part.won, asked),
        "naive_bayes": rivals.naive_bayes(flat, part.won, asked),
    }


def groups_of(behaviour: Behaviour) -> dict[str, list[Signal]]:
    """The signals of each kind of event, which cool alike; those that count times."""
    found: dict[str, list[Signal]] = {}
    for signal in behaviour.trails:
        if signal.per is None and signal.distinct is None:
            found.setdefault(signal.group, []).append(signal)
    return found


def _cooling(train: Seen, seed: int, tick: Progress) -> tuple[CoolingCurve, ...]:
    at = np.sort(np.random.default_rng(seed).permutation(len(train.won))[:SEARCHED])
    part = train.take(at)
    base = np.full(len(part.won), part.won.mean())
    terms = [term for column in part.export.columns if (term := term_of(column, part.won, base)) is not None]
    return cooling_curves(groups_of(part.behaviour), terms, part.export, part.behaviour, part.won, part.at, tick)


def _card(
    part: Seen, cooling: dict[str, int | None], seed: int, resamples: int = 0
) -> tuple[Scorecard, Callable[[Scorecard], list[float]]]:
    """The card, and what tells how often resamples choose its rules again."""
    rules, pool, outcome = choose(part.export, part.behaviour, part.won, cooling, np.random.default_rng(seed))
    terms = [rule for rule in rules if isinstance(rule, Term)]
    forms = [rule for rule in rules if not isinstance(rule, Term)]
    card = scorecard_of(terms, forms, part.export, part.behaviour, part.won)
    return card, lambda card: stability(card, pool, outcome, np.random.default_rng(seed), resamples)


def _at_random(seen: Seen, drawn: tuple[Rows, Rows], seed: int) -> Figures:
    """A card of leads drawn at random on the others. Its half-lives are found anew: those of the reported card were
    chosen on leads that are held out here."""
    part, rest = (seen.take(rows) for rows in drawn)
    cooling = {curve.group: curve.half_life_days for curve in _cooling(part, seed, lambda share: None)}
    card, _ = _card(part, cooling, seed)
    totals = card.totals(rest.export, rest.behaviour)
    return measured(card.chances(totals), rest.won, totals)


def _present(present: tuple[Floats, Floats], inside: Rows, aside: Rows, won: Floats) -> Figures:
    """The present rules: ranked as `score` lists leads; chances are the win rates of each temperature so far."""
    ranks, warmth = present
    base = float(won[inside].mean())
    rates = {
        each: (won[inside][warmth[inside] == each].sum() + base) / ((warmth[inside] == each).sum() + 1)
        for each in np.unique(warmth)
    }
    chance = np.array([rates[each] for each in warmth[aside]], dtype=np.float64)
    return measured(chance, won[aside], ranks[aside])


def _nothing(card: Scorecard, figures: Figures, other: Figures | None, apart: tuple[Quarantined, ...]) -> str | None:
    """Why nothing is published, or None."""
    more = f" ({len(apart)} traits and events were set aside; --trust or --keep takes them back)" if apart else ""
    if not card.terms and not card.forms:
        return f"nothing to learn here: no trait and no event tells won leads from lost ones{more}"
    for which, found in (("held-out", figures), ("randomly held-out", other)):
        if found is not None and found.auc_interval[0] <= 0.5:
            low, high = found.auc_interval
            return (
                f"nothing to learn here: on {which} leads the card ranks no better than chance (area under the curve "
                f"{found.auc:.3f}, 95 % interval {low:.3f} to {high:.3f}, which includes 0.5){more}"
            )
    return None
