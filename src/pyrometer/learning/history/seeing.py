"""The leads at their looks, as arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from pyrometer.engines import DuckDBEngine
from pyrometer.learning.arrays import Flags, Floats, Rows
from pyrometer.learning.binning import support
from pyrometer.learning.history.deciding import Decided
from pyrometer.learning.history.loading import Loaded
from pyrometer.learning.history.looking import columns_at, put_looks
from pyrometer.learning.history.signals import Behaviour
from pyrometer.learning.history.trailing import behaviour, properties_of
from pyrometer.learning.reading import Column, Export

CLOSER = 20
"""Signals beside whole kinds that other models see."""


@dataclass(frozen=True)
class Seen:
    """The leads at their looks: one row each in all of these. Days since 1970: `at` of looks, `ended` of decisions."""

    ids: list[str]
    at: Floats
    ended: Floats
    won: Floats
    export: Export
    behaviour: Behaviour

    def take(self, rows: Rows) -> Seen:
        """Some of the leads."""
        return Seen(
            [self.ids[row] for row in rows],
            self.at[rows],
            self.ended[rows],
            self.won[rows],
            self.export.take(rows),
            self.behaviour.take(rows),
        )

    def flat(self) -> Export:
        """Traits and what leads did as columns, for models that know no rules."""
        return replace(self.export, columns=(*self.export.columns, *_counted(self.behaviour)))


def look(engine: DuckDBEngine, loaded: Loaded, found: Decided, tell: Callable[[float], None]) -> Seen:
    """Makes `looks` in the engine, and fetches what was known of each lead. Raises EvidenceError."""
    put_looks(engine, found.ids, found.day)
    kinds = sorted(loaded.definition.events)
    properties = properties_of(engine, loaded.definition, loaded.evidence.events)
    tell(0.15)
    did = behaviour(engine, len(found.ids), kinds, properties, least=support(len(found.ids)))
    columns = columns_at(engine, loaded.definition, logged=loaded.evidence.has_log, flat=loaded.flat)
    blank: Flags = np.zeros(len(found.ids), dtype=np.bool_)
    export = Export(loaded.label, tuple(columns), len(found.ids), "", blank)
    at, ended, won = (each.astype(np.float64) for each in (found.day, found.ended, found.won))
    return Seen(found.ids, at, ended, won, export, did)


def _counted(behaviour: Behaviour) -> list[Column]:
    """How often leads gave a signal, as columns; of whole kinds also how often in 30 days, and the days since."""
    found = []
    whole = [signal for signal in behaviour.trails if signal.name == signal.group]
    closer = [signal for signal in behaviour.trails if signal.name != signal.group]
    closer.sort(key=lambda signal: (-behaviour.trails[signal].leads(), signal.name))
    for signal in (*whole, *closer[:CLOSER]):
        for name, values in (
            ("ever", behaviour.count(signal)),
            ("in 30 days", behaviour.count(signal, 30)),
            ("days since", behaviour.days_since(signal)),
        )[: 3 if signal in whole else 1]:
            known = np.isfinite(values)
            numbers, codes = np.unique(values[known], return_inverse=True)
            rows = np.full(len(values), -1, dtype=np.int32)
            rows[known] = codes
            texts = tuple(f"{number:g}" for number in numbers)
            found.append(Column(f"{signal.name} {name}", "integer", rows, texts, numbers, (), ~known))
    return found


def fingerprint_of(seen: Seen) -> str:
    """A hash of everything that was seen of the leads at their looks, and how they ended."""
    digest = hashlib.sha256("\x1f".join(seen.ids).encode("utf-8", "surrogatepass"))
    digest.update(seen.at.tobytes() + seen.won.tobytes())
    for column in seen.export.columns:
        said = "\x1f".join((column.name, *column.texts))
        digest.update(said.encode("utf-8", "surrogatepass") + column.codes.tobytes())
    for signal, trail in seen.behaviour.trails.items():
        digest.update(repr(signal).encode("utf-8", "surrogatepass"))
        digest.update(trail.lead.tobytes() + trail.age.tobytes() + trail.times.tobytes())
    return digest.hexdigest()
