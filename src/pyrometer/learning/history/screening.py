"""Which traits and events may be learned from: the leak screen of flat exports, and what only events can give away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import literals
from pyrometer.learning.arrays import Floats
from pyrometer.learning.choosing import set_aside
from pyrometer.learning.dated import EventSeen
from pyrometer.learning.history.signals import ANY_EVENT, Behaviour, together
from pyrometer.learning.naming import speaks_of_outcome
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Column, Export
from pyrometer.learning.request import Request
from pyrometer.learning.result import Quarantined
from pyrometer.learning.screen import LEADS, leaks

A_DATE = "a date: how far off it should be is for people to say (within_next, older_than); nothing is learned from it"
AFTER = 0.9
"""A kind of event that this share of leads did first when they were decided, or later, belongs to the ending."""


def screened_traits(
    request: Request, export: Export, order: Order, won: Floats, dated: Collection[str]
) -> tuple[list[str], list[Quarantined]]:
    """The traits to learn from, and those in quarantine.

    Of `dated` traits the values are those known before the decision: that they are known more often, or rank well, is
    no sign of a leak. A value that only won leads have still is.
    """
    dates = {column.name for column in export.columns if column.type == "date"}
    trusting = replace(request, trust=tuple({*request.trust, *dated}))
    names, found = set_aside(trusting, export, order, np.arange(export.rows), won)
    closely = [name for name in names if name in dated and name not in request.trust]
    part = export.only(closely)
    part = replace(
        part, columns=tuple(replace(column, blank=np.zeros(part.rows, dtype=np.bool_)) for column in part.columns)
    )
    leaking = list(leaks(part, won))
    apart = {item.column for item in leaking}
    found = [
        replace(item, reason=A_DATE) if item.column in dates and " date" in item.reason else item for item in found
    ]
    return [name for name in names if name not in apart], [*found, *leaking]


def after_decision(engine: DuckDBEngine, kinds: Collection[str]) -> dict[str, tuple[int, float]]:
    """By kind of event: how many decided leads ever had it, and the share that first had it when decided, or later."""
    rows = engine.run(
        "SELECT event, count(*), avg(CAST(first >= decided AS DOUBLE)) FROM ("
        " SELECT e.event, e.lead_id, min(CAST(e.occurred_at AS DATE)) AS first,"
        " any_value(CAST(o.decided_at AS DATE)) AS decided FROM events e JOIN outcomes o USING (lead_id)"
        f" WHERE o.decided_at IS NOT NULL AND e.event IN ({literals(sorted(kinds)) or 'NULL'})"
        " GROUP BY e.event, e.lead_id) GROUP BY event ORDER BY event"
    )
    return {kind: (int(leads), float(share)) for kind, leads, share in rows}


def screened_events(
    request: Request, behaviour: Behaviour, won: Floats, after: dict[str, tuple[int, float]]
) -> tuple[Behaviour, list[Quarantined], list[EventSeen]]:
    """The behaviour to learn from, the events in quarantine, and what was seen of each kind.

    --ignore and --trust name kinds of events, too.
    """
    found: list[Quarantined] = []
    for kind, (leads, share) in after.items():
        if kind in request.trust or kind in request.ignore:
            continue
        if speaks_of_outcome(kind):
            found.append(
                Quarantined(kind, None, "its name speaks of the outcome: it probably happens when a lead ends")
            )
        elif leads >= LEADS and share >= AFTER:
            found.append(
                Quarantined(
                    kind,
                    None,
                    f"{100 * share:.0f} % of the leads with this event had it first on the day of their decision or "
                    "later: it belongs to the ending",
                )
            )
    apart = {item.column for item in found}
    signals = [
        each for each in behaviour.trails if not apart & set(each.kinds) and not set(request.ignore) & set(each.kinds)
    ]
    ever = {
        signal.name: behaviour.count(signal) > 0
        for signal in signals
        if signal.per is None
        and signal.distinct is None
        and signal.name not in request.trust
        and not set(signal.kinds) & set(request.trust)
    }
    columns = tuple(_whether(name, there) for name, there in ever.items())
    export = Export("", columns, behaviour.leads, "", np.zeros(behaviour.leads, dtype=np.bool_))
    for item in leaks(export, won):
        if item.value == "true":
            found.append(Quarantined(item.column, None, item.reason.replace("with this value", "with this event")))
    apart = {item.column for item in found}
    kept = {
        signal: behaviour.trails[signal]
        for signal in signals
        if signal.name not in apart and not apart & set(signal.kinds)
    }
    plain = [signal for signal in kept if signal.name in after and signal.kinds == (signal.name,)]
    if len(plain) > 1:
        signal, trail = together(ANY_EVENT, behaviour, plain)
        kept[signal] = trail
    seen = []
    for kind, (_, share) in after.items():
        did = np.zeros(len(won), dtype=np.bool_)
        for signal in behaviour.trails:
            if signal.name == kind:
                did = behaviour.count(signal) > 0
        use = (
            "quarantined" if kind in apart else "ignored" if kind in request.ignore else "used" if did.any() else "idle"
        )
        seen.append(EventSeen(kind, int(did.sum()), float(won[did].mean()) if did.any() else 0.0, share, use))
    return Behaviour(behaviour.leads, kept), found, seen


def _whether(name: str, there: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Column:
    return Column(
        f"{name}",
        "boolean",
        there.astype(np.int32),
        ("false", "true"),
        np.array([0.0, 1.0]),
        (),
        np.zeros(len(there), dtype=np.bool_),
    )
