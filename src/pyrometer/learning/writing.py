"""The definition as YAML that people can read, with the evidence of every rule beside it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.bands import band_told
from pyrometer.learning.card import Card
from pyrometer.learning.reading import Column, Export
from pyrometer.learning.result import Evidence, Learned, RuleFound
from pyrometer.learning.terms import Leaf, Term
from pyrometer.learning.verdict import COMES_AND_GOES

HOT, WARM = 0.10, 0.35
"""The share of leads that come out hot, and hot or warm; as near as whole points allow."""
LONGEST = 100
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z", re.ASCII)
_RESERVED = frozenset("true false yes no on off null y n".split())
_MODELS = {
    "card": "this card",
    "boosting": "gradient boosting",
    "logistic": "logistic",
    "naive_bayes": "naive Bayes",
    "present": "present rules",
}


def definition_text(learned: Learned, card: Card, export: Export, scores: Floats, settings: Mapping[str, str]) -> str:
    """The YAML text; `scores` are those of the leads learned from, `settings` what was asked for."""
    return "\n".join([*head(learned, export, settings), *_body(learned, card, export, scores), ""])


def head(learned: Learned, export: Export, settings: Mapping[str, str]) -> Iterator[str]:
    rows, split = learned.rows, learned.split
    assert split is not None
    assert learned.base_rate is not None
    yield "# Learned by Pyrometer from leads whose outcome is known. Read it, argue about it, change it, sign it."
    yield "#"
    yield comment(f"data: {export.label}, sha256 {learned.fingerprint}")
    for name, value in settings.items():
        yield comment(f"{name}: {value}")
    yield comment(
        f"rows: {rows.read:,} read, {rows.duplicates:,} duplicates, {rows.open:,} open, {rows.immature:,} too young, "
        f"{rows.used:,} used; {percent(learned.base_rate)} of these were won"
    )
    how = f"the latest by {split.by}, from {split.first_held_out}" if split.kind == "time" else "drawn at random"
    yield comment(f"learned from {split.trained:,} leads, judged on {split.held_out:,} held out ({how}):")
    for name, figures in learned.metrics.items():
        low, high = figures.auc_interval
        yield comment(
            f"  {_MODELS[name]:<17} area under the curve {figures.auc:.3f} ({low:.3f} to {high:.3f}), "
            f"lift of the best 10 % {figures.lift_10:.1f}, calibration error {figures.ece:.3f}"
        )
    if learned.verdict is not None:
        yield comment(f"verdict: {learned.verdict}")
    for item in learned.quarantined:
        yield comment(f"set aside: {item.column}{f' ({item.value})' if item.value else ''}: {item.reason}")
    for warning in learned.warnings:
        yield comment(f"warning: {warning}")
    yield ""


def _body(learned: Learned, card: Card, export: Export, scores: Floats) -> Iterator[str]:
    yield "format: 1"
    yield f"name: {text(f'Learned from {export.label}'[:LONGEST])}"
    yield ""
    yield "profile:"
    trusted = {trait.column for trait in learned.traits if trait.trusted}
    asked = dict.fromkeys(name for term in card.terms for name in term.columns)
    for name in asked:
        vouched = "said to be known before the outcome" if name in trusted else "untrusted: as exported, not as it was"
        yield f"  {key(name)}: {trait_text(export.column(name))}  # {vouched}"
    yield ""
    yield "scores:"
    yield "  fit:"
    yield f"    range: [{card.least}, {card.most}]"
    yield "    rules:"
    for rule, term, points in zip(learned.rules, card.terms, card.points, strict=True):
        yield from trait_rule(rule, term, points, export)
    hot, warm = thresholds(card, scores)
    best = "A" if warm is not None else "B"
    grades = {"A": hot} | ({"B": warm} if warm is not None else {}) | {"C" if best == "A" else "B": card.least}
    yield f"    grades: {{{', '.join(f'{name}: {bound}' for name, bound in grades.items())}}}"
    yield ""
    yield "temperature:"
    yield from band_lines(learned, "fit")


def band_lines(learned: Learned, score: str) -> Iterator[str]:
    """The bounds of hot and warm, and who comes out so."""
    for band in learned.bands:
        bound = f"{{when: {{score: {score}, at_least: {band.at_least}}}}}"
        yield f"  {band.temperature}: {bound}  # {band_told(band)}"


def thresholds(card: Card, scores: Floats) -> tuple[int, int | None]:
    """The points from which a lead is hot, and warm; the latter None where the scores leave no room."""
    reached = np.unique(scores)
    shares = np.array([(scores >= bound).mean() for bound in reached])
    reached, shares = reached[1:], shares[1:]
    if not len(reached):
        return card.most, None
    hot = int(np.abs(shares - HOT).argmin())
    warm = int(np.abs(shares[:hot] - WARM).argmin()) if hot else None
    return int(reached[hot]), None if warm is None else int(reached[warm])


def trait_text(column: Column) -> str:
    found = f"type: {column.type}"
    if column.unknown:
        found += f", unknown: [{', '.join(text(spelling) for spelling in column.unknown)}]"
    return f"{{{found}}}"


def trait_rule(rule: RuleFound, term: Term, points: Sequence[int], export: Export) -> Iterator[str]:
    again = "comes and goes: " if rule.stability < COMES_AND_GOES else ""
    again += f"chosen again in {100 * rule.stability:.0f} % of resamples"
    if rule.points_low is not None and rule.points_high is not None:
        worth = dict.fromkeys((f"{rule.points_low:.0f}", f"{rule.points_high:.0f}"))
        again += f", then worth {' to '.join(worth)} points"
    yield f"      # {again}"
    yield f"      - name: {text(rule.name)}"
    backed = list(rule.evidence)
    if term.shape == "when":
        leaves = ", ".join(_leaf(leaf) for leaf in term.leaves)
        odd = backed[1].beside(backed[0])
        beside = f"; {odd}" if odd else ""
        yield f"        points: {points[1]}  # {evidence_text(backed[1])}; else {evidence_text(backed[0])}{beside}"
        yield f"        when: {{all: [{leaves}]}}" if len(term.leaves) > 1 else f"        when: {leaves}"
        return
    yield f"        trait: {text(term.columns[0])}"
    if term.shape == "bands":
        yield "        bands:"
        bounds = [None, *term.edges, None]
        for at in range(len(term.edges) + 1):
            low, high = bounds[at], bounds[at + 1]
            stretch = ", ".join([f"from: {low}"] * (low is not None) + [f"below: {high}"] * (high is not None))
            yield f"          - {{{stretch}, points: {points[at]}}}  # {evidence_text(backed[at])}"
    else:
        yield "        points_for:"
        for at, level in enumerate(term.levels):
            spelled = level if export.column(term.columns[0]).type == "boolean" else text(level)
            yield f"          {spelled}: {points[at]}  # {evidence_text(backed[at])}"
        if export.column(term.columns[0]).type != "boolean":
            yield f"        otherwise: {points[-2]}  # {evidence_text(backed[-2])}"
    yield f"        unknown: {points[-1]}  # {evidence_text(backed[-1])}"


def _leaf(leaf: Leaf) -> str:
    operand = text(leaf.operand) if leaf.operator in ("is", "is_not") else leaf.operand
    return f"{{trait: {text(leaf.column)}, {leaf.operator}: {operand}}}"


def evidence_text(found: Evidence) -> str:
    if not found.leads:
        return "no leads; the mean of the others"
    low, high = found.interval
    return f"{found.leads:,} leads, {percent(found.rate)} won ({percent(low)} to {percent(high)})"


def percent(share: float) -> str:
    """A share for people.

    >>> percent(0.0631)
    '6.3 %'
    """
    return f"{100 * share:.1f} %"


def key(name: str) -> str:
    """A name as a key of YAML, in quotes where it needs them."""
    return name if _PLAIN.match(name) and name.lower() not in _RESERVED else text(name)


def text(value: str) -> str:
    """A text in double quotes, as YAML reads it back; what doesn't print is spelled out."""
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(letter if _prints(letter) else f"\\U{ord(letter):08x}" for letter in quoted)


def _prints(letter: str) -> bool:
    return letter == " " or unicodedata.category(letter)[0] not in "CZ"


def comment(line: str) -> str:
    return "# " + "".join(letter if _prints(letter) else "·" for letter in line)


def nameable(name: str) -> bool:
    """Whether a definition can name such a column."""
    return 0 < len(name) <= LONGEST and name == name.strip() and all(letter >= " " for letter in name)


def rule_names(names: Sequence[str]) -> list[str]:
    """Names that are short enough and differ."""
    found: list[str] = []
    for name in names:
        short = name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"
        number = 2
        while short in found:
            ending = f" ({number})"
            short = name[: LONGEST - len(ending)].rstrip() + ending
            number += 1
        found.append(short)
    return found
