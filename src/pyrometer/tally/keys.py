"""Which signals a definition needs tallied, under keys that change exactly when their meaning does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from pyrometer.definition import Definition
from pyrometer.plan import Plan
from pyrometer.plan.measures import measures_needed
from pyrometer.plan.model import Signal
from pyrometer.sql import SignalColumn, signal_columns


@dataclass(frozen=True)
class Needs:
    """The signal columns and distinct properties of a plan, by key; `untallied` says why some can't be tallied."""

    signals: dict[str, SignalColumn]
    values: dict[str, tuple[Signal, str]]
    untallied: str | None


def needs_of(definition: Definition, plan: Plan) -> Needs:
    """What a tally must hold for every question that can be asked of a plan."""
    measures = [plan.measures[index] for index in measures_needed(plan, explain=True)]
    measures = [measure for measure in measures if measure.signal.events]
    late = [measure.signal for measure in measures if measure.signal.looks_at_as_of]
    untallied = None
    if late:
        untallied = (
            f"a rule on {', '.join(late[0].events[:3])} compares a property with the as-of date, "
            "which a tally can't know ahead"
        )
    signals = {key_of(definition, signal, fold): (signal, fold) for signal, fold in signal_columns(measures)}
    values = {
        key_of(definition, measure.signal, f"value of {measure.distinct}"): (measure.signal, measure.distinct)
        for measure in measures
        if measure.distinct is not None
    }
    return Needs(signals, values, untallied)


def key_of(definition: Definition, signal: Signal, fold: str) -> str:
    """A short hash of a signal, how it folds, and how the properties it reads stand in files."""
    used = {item.property for item in signal.where}
    if signal.quantity is not None:
        used.add(signal.quantity.property)
    if fold.startswith("value of "):
        used.add(fold.removeprefix("value of "))
    reading = sorted(
        [name, declared.type, declared.column or "", *sorted(declared.unknown)]
        for kind in definition.events.values()
        for name, declared in kind.properties.items()
        if name in used
    )
    text = json.dumps([signal.fingerprint, fold, reading], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
