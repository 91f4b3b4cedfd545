"""The definition learned from history as YAML that people can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from pyrometer.definition.document import Definition
from pyrometer.learning.arrays import Floats
from pyrometer.learning.dated import days_text
from pyrometer.learning.history.forms import Form
from pyrometer.learning.history.scorecard import Scorecard
from pyrometer.learning.history.wording import rule_lines
from pyrometer.learning.reading import Export
from pyrometer.learning.result import Learned
from pyrometer.learning.writing import HOT, LONGEST, WARM, band_lines, comment, head, key, text, trait_rule

SCORE = "card"
"""The score that the rules make: fit and interest together, as they were learned."""


def definition_text(
    learned: Learned,
    card: Scorecard,
    export: Export,
    totals: Floats,
    settings: Mapping[str, str],
    definition: Definition,
    present_only: Sequence[str],
) -> str:
    """The YAML text; `totals` are the points of the leads learned from.

    `definition` declares the traits and events, `present_only` are traits whose values are today's.
    """
    lines = [*head(learned, export, settings)]
    lines[-1:] = [*_history(learned, card), ""]
    return "\n".join([*lines, *_body(learned, card, export, totals, definition, present_only), ""])


def _history(learned: Learned, card: Scorecard) -> Iterator[str]:
    looks = learned.looks
    assert looks is not None
    yield comment(
        f"looks: each lead once, as it was known on a day before its decision ({looks.first} to {looks.last}); won ones"
        f" {looks.won_days[1]:.0f} days after they were first known, lost ones {looks.lost_days[1]:.0f} (medians)"
    )
    used = {form.signal.group for form in card.forms}
    for curve in learned.cooling:
        if curve.group in used:
            half_life = "none" if curve.half_life_days is None else f"half-life {days_text(curve.half_life_days)}"
            yield comment(f"cooling of {curve.group}: {half_life}; {curve.why}")
            tried = ", ".join(
                f"{'none' if each.half_life_days is None else each.half_life_days}: {each.auc:.3f}"
                for each in curve.tried
            )
            yield comment(f"  area under the curve of {curve.leads:,} later leads, by days: {tried}")


def _body(
    learned: Learned,
    card: Scorecard,
    export: Export,
    totals: Floats,
    definition: Definition,
    present_only: Sequence[str],
) -> Iterator[str]:
    yield "format: 1"
    yield f"name: {text(f'Learned from {export.label}'[:LONGEST])}"
    yield ""
    asked = list(dict.fromkeys(name for term in card.terms for name in term.columns))
    if asked:
        yield "profile:"
        for name in asked:
            today = "  # as it is today, not as it was: not to be trusted" if name in present_only else ""
            yield f"  {key(name)}: {_trait(definition, name)}{today}"
        yield ""
    kinds = list(dict.fromkeys(kind for form in card.forms for kind in form.signal.kinds))
    if kinds:
        yield "events:"
        for kind in kinds:
            yield f"  {key(kind)}: {_event(definition, kind, card.forms)}"
        yield ""
    yield "scores:"
    yield f"  {SCORE}:"
    yield f"    range: [{card.least}, {card.most}]"
    yield "    rules:"
    traits = learned.rules[: len(card.terms)]
    for rule, term, points in zip(traits, card.terms, card.points, strict=True):
        yield from trait_rule(rule, term, points, export)
    curves = {curve.group: curve for curve in learned.cooling}
    for rule, form, worth in zip(learned.rules[len(card.terms) :], card.forms, card.each, strict=True):
        yield from rule_lines(rule, form, worth, curves.get(form.signal.group), kinds)
    hot, warm = thresholds(totals, card)
    grades = {"A": hot} | ({} if warm is None else {"B": warm})
    grades["C" if warm is not None else "B"] = card.least
    yield f"    grades: {{{', '.join(f'{name}: {bound}' for name, bound in grades.items())}}}"
    yield ""
    yield "temperature:"
    yield from band_lines(learned, SCORE)


def _trait(definition: Definition, name: str) -> str:
    trait = definition.profile[name]
    found = f"type: {trait.type}"
    if trait.unknown:
        found += f", unknown: [{', '.join(_scalar(spelling) for spelling in trait.unknown)}]"
    if trait.column is not None:
        found += f", column: {text(trait.column)}"
    return f"{{{found}}}"


def _event(definition: Definition, kind: str, forms: Sequence[Form]) -> str:
    used = {
        name
        for form in forms
        if kind in form.signal.kinds
        for name in (
            *(form.signal.where or ())[:1],
            *(form.signal.per or ())[:1],
            *([form.signal.distinct] if form.signal.distinct else []),
        )
        if isinstance(name, str)
    }
    parts = []
    for name, declared in definition.events[kind].properties.items():
        if name in used:
            said = f"type: {declared.type}"
            if declared.column is not None:
                said += f", column: {text(declared.column)}"
            if declared.unknown:
                said += f", unknown: [{', '.join(_scalar(spelling) for spelling in declared.unknown)}]"
            parts.append(f"{key(name)}: {declared.type if said == f'type: {declared.type}' else f'{{{said}}}'}")
    return f"{{properties: {{{', '.join(parts)}}}}}" if parts else "{}"


def _scalar(value: object) -> str:
    return text(value) if isinstance(value, str) else str(value).lower()


def thresholds(totals: Floats, card: Scorecard) -> tuple[int, int | None]:
    """Whole points from which a lead is hot, and warm; the latter None where the scores leave no room."""
    low, high = int(np.floor(totals.min())) + 1, int(np.ceil(totals.max()))
    bounds = np.arange(low, max(high, low) + 1)
    ordered = np.sort(totals)
    shares = 1 - np.searchsorted(ordered, bounds, side="left") / len(totals)
    here = shares > 0
    bounds, shares = bounds[here], shares[here]
    if not len(bounds):
        return card.most, None
    hot = int(np.abs(shares - HOT).argmin())
    warm = int(np.abs(shares[:hot] - WARM).argmin()) if hot else None
    return int(bounds[hot]), None if warm is None else int(bounds[warm])
