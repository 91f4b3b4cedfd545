"""Rules about events as YAML, with names for people and the evidence behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pyrometer.definition.values import UNITS_PER_POINT
from pyrometer.intervals import wilson
from pyrometer.learning.arrays import Floats
from pyrometer.learning.dated import CoolingCurve
from pyrometer.learning.history.forms import Form
from pyrometer.learning.history.signals import Behaviour, Signal
from pyrometer.learning.result import Evidence, RuleFound
from pyrometer.learning.writing import evidence_text, key, text

ANY = "any"
"""What a definition calls every event that it declares."""


def rule_title(form: Form) -> str:
    """A rule's name: the signal, and how it counts."""
    signal = form.signal
    if form.asked:
        times = "" if form.at_least == 1 else f", {form.at_least} times or more"
        when = " ever" if form.window is None else f" in {form.window} days"
        return f"{signal.name}{times}{when}"
    window = "" if form.window is None else f", of the last {form.window} days"
    if signal.distinct is not None:
        return signal.name
    if signal.per is not None:
        return f"{signal.name}, every {signal.per[1]}{window}"
    how = {"every": "each time", "daily": "each day", "latest": "the latest"}[form.count]
    return f"{signal.name}, {how}{window}"


def evidence_of(form: Form, points: int, behaviour: Behaviour, won: Floats) -> tuple[Evidence, ...]:
    """The leads in each part of a rule: without points, with some, and with half of the most or more."""
    units = np.abs(form.units(behaviour, points))
    most = form.cap * abs(points) * UNITS_PER_POINT
    if form.asked:
        parts = [("otherwise", units == 0, 0), (rule_title(form), units > 0, points)]
    else:
        sign = 1 if points > 0 else -1
        half = form.cap * abs(points) / 2
        some, much = (units > 0) & (units < most / 2), units >= most / 2
        parts = [("none", units == 0, 0)]
        for name, here in ((f"fewer than {half:g} points", some), (f"{half:g} points and up", much)):
            mean = float(units[here].mean()) / UNITS_PER_POINT if here.any() else 0.0
            parts.append((name if sign > 0 else f"-{name}", here, sign * round(mean)))
    found = []
    for name, here, worth in parts:
        leads, wins = int(here.sum()), int(won[here].sum())
        rate = wins / leads if leads else 0.0
        found.append(Evidence(name, worth, leads, wins, rate, wilson(rate, leads)))
    return tuple(found)


def rule_lines(
    rule: RuleFound, form: Form, points: int, curve: CoolingCurve | None, kinds: Sequence[str]
) -> Iterator[str]:
    """The lines of a rule in a definition."""
    signal = form.signal
    again = f"chosen again in {100 * rule.stability:.0f} % of resamples"
    yield f"      - name: {text(rule.name)}  # {again}"
    if form.asked:
        yield f"        points: {points}  # {evidence_text(rule.evidence[1])}; else {evidence_text(rule.evidence[0])}"
        asked = [*_which(signal, kinds)]
        asked += [f"within: {form.window}d"] if form.window is not None else []
        asked += [f"at_least: {form.at_least}"] if form.at_least != 1 else []
        yield f"        when: {{{', '.join(asked)}}}"
        return
    yield f"        points: {points}"
    for part in rule.evidence:
        yield f"        # {part.part}: {evidence_text(part)}"
    for line in _which(signal, kinds):
        yield f"        {line}"
    if signal.per is not None:
        name, every, up_to = signal.per
        yield f"        per: {{property: {text(name)}, every: {every}, up_to: {up_to}}}"
    if signal.distinct is not None:
        yield f"        distinct: {text(signal.distinct)}"
    elif form.count != "every":
        yield f"        count: {form.count}"
    if form.half_life is not None:
        why = f"  # {curve.why}" if curve is not None else ""
        yield f"        cooling: {{half_life: {form.half_life}d}}{why}"
    elif curve is not None:
        yield f"        cooling: none  # {curve.why}"
    if form.window is not None:
        yield f"        within: {form.window}d"
    yield f"        cap: {form.cap * abs(points)}"


def _which(signal: Signal, kinds: Sequence[str]) -> Iterator[str]:
    names = [key(name) for name in signal.kinds]
    if len(names) > 1:
        yield "event: any" if set(signal.kinds) == set(kinds) else f"event: [{', '.join(names)}]"
    else:
        yield f"event: {names[0]}"
    if signal.where is not None:
        name, value = signal.where
        yield f"where: {{{key(name)}: {value if value in ('true', 'false') else text(value)}}}"
