"""One run of learning, from the file to the definition or the refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from pyrometer.learning import rivals
from pyrometer.learning.arrays import Floats
from pyrometer.learning.arrays import Rows as Numbers
from pyrometer.learning.backing import backing, rule_name
from pyrometer.learning.calibration import calibration, drift, off
from pyrometer.learning.card import Card, fit_card
from pyrometer.learning.choosing import set_aside
from pyrometer.learning.maturity import maturity
from pyrometer.learning.measure import measured
from pyrometer.learning.ordering import Order, order_of
from pyrometer.learning.reading import Export, read_export
from pyrometer.learning.request import Request, checked, outcomes
from pyrometer.learning.result import Figures, Learned, Quarantined, Rows, RuleFound, Split, Trait
from pyrometer.learning.splitting import at_random, by_time
from pyrometer.learning.stability import stability
from pyrometer.learning.writing import definition_text, percent, rule_names

FEWEST = 40
"""Won leads, and lost ones, below which nothing is learned."""
GAP = 0.03
"""Area under the curve by which later leads may rank worse than leads drawn at random before it is told."""

Progress = Callable[[float], None]


@dataclass(frozen=True)
class _Leads:
    """The leads that are used: their rows, outcomes and order."""

    export: Export
    won: Floats
    order: Order


def run(path: str | Path, request: Request, progress: Progress | None = None) -> Learned:
    """Learns from a file. Raises EvidenceError or UsageError."""
    # The matrices are small: more threads wait for each other, and sums would depend on how many there are.
    with threadpool_limits(1):
        return _run(path, request, progress or (lambda share: None))


def _run(path: str | Path, request: Request, tell: Progress) -> Learned:
    export, texts = read_export(path, request.outcome_column)
    request = checked(request, export)
    won, lost = outcomes(request, texts)
    tell(0.05)
    warnings = [str(note) for note in export.notes if note.level != "note"]
    kept = np.flatnonzero(~export.repeats)
    if not export.tells_leads_apart:
        warnings.append(
            f"{int(export.repeats.sum()):,} rows repeat another one, but these columns can't tell leads apart: they "
            "are kept; with a column that names leads (--lead-id) true repeats would be found"
        )
        kept = np.arange(export.rows)
    duplicates = export.rows - len(kept)
    export, won, lost = export.take(kept), won[kept], lost[kept]
    order = order_of(export, request.date_column, request.ordered, request.lead_id)
    grown = maturity(export, order, won, ~won & ~lost)
    decided = (won | lost) & ~grown.young
    rows = Rows(
        len(kept) + duplicates,
        duplicates,
        int((~won & ~lost).sum()),
        int(((won | lost) & grown.young).sum()),
        int(decided.sum()),
    )
    if grown.days is not None:
        warnings.append(
            f"leads younger than {grown.days:.0f} days (nine of ten wins took no longer, by `{grown.column}`) are not "
            f"called lost: {rows.immature:,} set aside, won ones too, so that the young don't look good"
        )
    used = np.flatnonzero(decided)
    outcome = won[used].astype(np.float64)
    learned = Learned(
        None,
        None,
        rows,
        float(outcome.mean()) if len(used) else None,
        (),
        (),
        None,
        {},
        (),
        (),
        tuple(warnings),
        export.fingerprint,
        request.seed,
    )
    wins = int(outcome.sum())
    if min(wins, len(used) - wins) < FEWEST:
        return replace(
            learned,
            traits=_traits(export, request, order, [], []),
            refusal=f"too little to learn from: {wins:,} won and {len(used) - wins:,} lost, and {FEWEST} of each are "
            "needed; begin with a definition that both teams agree on by talking, and come back",
        )
    names, quarantined = set_aside(request, export, order, used, outcome)
    learned = replace(
        learned,
        quarantined=tuple(quarantined),
        traits=_traits(export, request, order, names, quarantined),
        warnings=(*warnings, *_snapshot(order, names)),
    )
    tell(0.15)
    part = export.take(used).only(names)
    key = None if order.key is None else order.key[used]
    return _judged(learned, request, _Leads(part, outcome, replace(order, key=key)), tell)


def _judged(learned: Learned, request: Request, leads: _Leads, tell: Progress) -> Learned:
    """The card and its rivals on held-out leads; then the definition, or why there is none."""
    if not leads.export.columns:
        return replace(learned, refusal="nothing to learn here: no column is left to learn from")
    drawn = at_random(leads.won, np.random.default_rng(request.seed))
    late = by_time(leads.order, leads.won)
    inside, aside = late or drawn
    train, test = leads.export.take(inside), leads.export.take(aside)
    won, truth = leads.won[inside], leads.won[aside]
    card = fit_card(train, won, np.random.default_rng(request.seed), lambda share: tell(0.15 + 0.2 * share))
    scores = card.scores(test)
    metrics = {"card": measured(card.chances(scores), truth, scores)}
    metrics["boosting"] = measured(rivals.boosting(train, won, test, request.seed), truth)
    tell(0.5)
    metrics["logistic"] = measured(rivals.logistic(train, won, test), truth)
    metrics["naive_bayes"] = measured(rivals.naive_bayes(train, won, test), truth)
    tell(0.55)
    split = Split("random", None, len(inside), len(aside))
    other: Figures | None = None
    warnings = list(learned.warnings)
    if late is not None:
        other = _at_random(leads, drawn, request.seed)
        split = _timed(leads.order, split, aside, other, metrics["card"])
        if split.gap is not None and split.gap > GAP:
            warnings.append(
                f"the card ranks later leads worse (area under the curve {metrics['card'].auc:.3f}) than leads drawn "
                f"at random ({other.auc:.3f}): what was learned wears off, or something tells the time"
            )
        warnings += drift(card, train, test, won, truth)
    tell(0.65)
    stretches = calibration(card, scores, truth)
    if off(stretches) < 0.001 and metrics["card"].ece > 0.05:
        warnings.append(
            f"the card's chances don't hold on the leads held out (off by {percent(metrics['card'].ece)} on average)"
        )
    learned = replace(
        learned, metrics=metrics, split=split, calibration=stretches, warnings=tuple(dict.fromkeys(warnings))
    )
    refusal = _nothing(card, metrics["card"], other, learned.quarantined)
    if refusal is not None:
        return replace(learned, refusal=refusal)
    return _written(learned, request, card, train, won, tell)


def _at_random(leads: _Leads, drawn: tuple[Numbers, Numbers], seed: int) -> Figures:
    inside, aside = drawn
    rng = np.random.default_rng(seed)
    card = fit_card(leads.export.take(inside), leads.won[inside], rng)
    scores = card.scores(leads.export.take(aside))
    return measured(card.chances(scores), leads.won[aside], scores)


def _timed(order: Order, split: Split, aside: Numbers, other: Figures, figures: Figures) -> Split:
    assert order.key is not None
    return replace(
        split,
        kind="time",
        by=order.column or "order of rows",
        first_held_out=order.spell(float(np.nanmin(order.key[aside]))),
        random_auc=other.auc,
        random_auc_interval=other.auc_interval,
        gap=other.auc - figures.auc,
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
    again = stability(card, train, won, np.random.default_rng(request.seed), lambda share: tell(0.65 + 0.35 * share))
    names = rule_names([rule_name(term) for term in card.terms])
    rules = tuple(
        RuleFound(name, term.shape, term.columns, evidence, each.share, each.low, each.high)
        for name, term, evidence, each in zip(names, card.terms, backing(card, train, won), again, strict=True)
    )
    learned = replace(learned, rules=rules)
    text = definition_text(learned, card, train, card.scores(train), request.settings())
    return replace(learned, definition=text)


def _snapshot(order: Order, names: list[str]) -> list[str]:
    """What a flat export can't know."""
    if not names:
        return []
    found = ["every column is as it stands in the export, not as it stood when the lead came in: none is a snapshot"]
    if order.by == "none":
        found.append("no date, serial number or order of rows: whether what was learned holds later can't be seen")
    return found


def _traits(
    export: Export, request: Request, order: Order, names: list[str], quarantined: list[Quarantined]
) -> tuple[Trait, ...]:
    apart = {item.column for item in quarantined}
    uses: dict[str, str] = dict.fromkeys(names, "used") | dict.fromkeys(apart, "quarantined")
    if order.column is not None:
        uses[order.column] = "time"
    uses |= dict.fromkeys(request.ignore, "ignored") | {request.outcome_column: "outcome"}
    if request.lead_id is not None:
        uses[request.lead_id] = "lead_id"
    return tuple(
        Trait(
            column.name,
            column.type,
            column.unknown,
            column.date_format,
            float((column.codes < 0).mean()) if export.rows else 0.0,
            uses.get(column.name, "idle"),
        )
        for column in export.columns
    )
