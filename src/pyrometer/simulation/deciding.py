"""The causes for which leads are warmer by one definition than by the other."""

from __future__ import annotations

from pyrometer.evidence.quote import literal
from pyrometer.simulation.causes import Causes
from pyrometer.simulation.nodes import NOT_TRUE, TRUE, Node, Split, top_nodes
from pyrometer.simulation.result import Cause
from pyrometer.simulation.sides import Side


def causes_sql(causes: Causes) -> str:
    """DuckDB's SQL for a lead's causes: a sorted list of their numbers."""
    found = [
        f"CASE WHEN {' OR '.join(f'({sql})' for sql in tests)} THEN {number} END"
        for number, tests in enumerate(causes.sql.values())
    ]
    return f"list_sort(list_distinct([{', '.join(found)}]::INTEGER[]))"


def causes_between(old: Side, new: Side) -> Causes:
    """Every cause that a change between two definitions can have."""
    causes = Causes()
    for name, below in (("hot", ("warm", "cool")), ("warm", ("cool",))):
        for closed, open_ in ((old, new), (new, old)):
            if getattr(open_.definition.temperature, name) is not None:
                lower = ", ".join(map(literal, below))
                among = (
                    f"{open_.column('temperature')} = {literal(name)} AND {closed.column('temperature')} IN ({lower})"
                )
                _between(causes, name, closed, open_, among)
    return causes


def _between(causes: Causes, name: str, closed: Side, open_: Side, among: str) -> None:
    """The causes of leads (`among`, SQL) that have a temperature by `open_`, and a cooler one by `closed`."""
    mine, theirs = (getattr(side.definition.temperature, name) for side in (closed, open_))
    if mine is None:
        causes.add(Cause("temperature", f"the {closed.name} definition has no {name}"), among)
        return
    here, there = (top_nodes(side, name) for side in (closed, open_))
    opened = " AND ".join(f"{node.truth} IS TRUE" for node in there)
    causes.lists(here, there, Split(NOT_TRUE, TRUE, f"{among} AND ({opened})"), every=True)
    kept = f"{among} AND NOT ({opened})"
    if theirs.stay is None:
        return
    stays = Node(open_, theirs.stay, ("temperature", name, "stay"))
    if mine.stay is None:
        verb = "has no `stay` any more" if closed.name == "new" else "now has a `stay`"
        causes.add(Cause("stay", f"{name} {verb}: {stays.said}"), kept)
    else:
        stay = Node(closed, mine.stay, ("temperature", name, "stay"))
        causes.pair(stay, stays, Split(NOT_TRUE, TRUE, kept), f"to stay {name}")
