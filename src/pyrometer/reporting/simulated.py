"""The page of a simulation: who would change temperature by a changed definition, why, and what that would mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pyrometer.reporting.consequences import ended_section, queue_section
from pyrometer.reporting.figures import Column, Table
from pyrometer.reporting.flips import causes_figures, flow_figure, shown_table
from pyrometer.reporting.html import Content, Html, element
from pyrometer.reporting.numbers import count, percent, several
from pyrometer.reporting.page import Page, Section, Tile, fold, paragraph

if TYPE_CHECKING:
    from pyrometer.simulation import Simulation

MOST = 8
"""How many changes are shown before the rest is folded away."""
BASES = {"evidence": ", the latest evidence", "today": ", today: no evidence has a time"}


def simulated_page(found: Simulation, source: str) -> Page:
    """The page; `source` names the two definitions."""
    return Page(
        kind="Simulated: the same evidence by two definitions",
        title=f"What {source} would change",
        lead=tuple(_lead(found)),
        tiles=tuple(_tiles(found)),
        limits=tuple(_limits(found)),
        sections=tuple(_sections(found)),
        warning=bool(found.failed_examples),
    )


def _lead(found: Simulation) -> Iterator[Content]:
    if found.failed_examples:
        failed = len(found.failed_examples)
        yield (
            f"{count(failed)} of {several(found.examples, 'example')} that both teams agreed on "
            f"{'does' if failed == 1 else 'do'} not come out as agreed by the new definition. It can’t be published."
        )
    when = f"as of {spell_moment(found.as_of)}{BASES.get(found.basis, '')}"
    if found.same_meaning:
        yield f"The two definitions mean the same: no lead can change temperature ({when})."
        return
    if not found.flips:
        yield f"None of {several(found.leads, 'lead')} changes temperature ({when})."
        return
    warmer = sum(group.leads for group in found.groups if group.warmer)
    decided = found.flips_decided
    apart = (
        f" {count(decided)} of them {'was' if decided == 1 else 'were'} already decided by then, and nothing new for "
        "sales."
        if decided
        else ""
    )
    yield element(
        "span",
        element("strong", f"{count(found.flips)} of {several(found.leads, 'lead')}"),
        f" {'changes' if found.flips == 1 else 'change'} temperature ({percent(found.flips / found.leads)}): "
        f"{count(warmer)} {'becomes' if warmer == 1 else 'become'} warmer, {count(found.flips - warmer)} cooler, "
        f"{when}.{apart}",
    )
    old, new = found.old.undecided("hot"), found.new.undecided("hot")
    if any((side.decided or {}).get("hot") for side in (found.old, found.new)):
        gone = found.new.counts["hot"] - new
        yield (
            f"Sales would have {several(new, 'hot lead')} to follow up in the place of {count(old)}: who was won or "
            f"lost by then isn’t counted ({count(gone)} of {count(new + gone)} that the new definition calls hot)."
        )
    elif old != new:
        yield f"Sales would have {several(new, 'hot lead')} in the place of {count(old)}."
    else:
        yield f"As many leads are hot as before ({count(old)}), but not all of them are the same."


def _tiles(found: Simulation) -> Iterator[Tile]:
    yield Tile(count(found.leads), "leads by both definitions")
    yield Tile(count(found.flips), "change temperature")
    for temperature in ("hot", "warm"):
        old, new = found.old.counts.get(temperature, 0), found.new.counts.get(temperature, 0)
        yield Tile(f"{count(old)} → {count(new)}", temperature)
    if found.early:
        old, new = found.old.undecided("hot"), found.new.undecided("hot")
        yield Tile(f"{count(old)} → {count(new)}", "hot and not decided yet")


def _limits(found: Simulation) -> Iterator[str]:
    yield from (f"example that fails: {name}" for name in found.failed_examples)
    for number, which in ((found.only_old, "old"), (found.only_new, "new")):
        if number:
            verb = "is" if number == 1 else "are"
            yield (
                f"{several(number, 'lead')} {verb} known by the {which} definition alone, from events that only it "
                "declares, and not compared"
            )
    for score in found.uncompared:
        yield f"the score `{score}` is in one definition only, so its points can’t be compared"
    if found.early and found.ended is not None:
        yield (
            f"{count(found.early)} of {count(found.ended.won + found.ended.lost)} outcomes "
            f"{'was' if found.early == 1 else 'were'} decided before the "
            "moment that leads are scored for, so the evidence may already tell them; an earlier `--as-of` is fairer"
        )
    if found.queue is not None:
        yield from found.queue.limits
    yield from (str(note) for note in found.notes if note.level != "note")


def _sections(found: Simulation) -> Iterator[Section]:
    yield Section("Changes", "What was changed in the definition", tuple(_changes(found)))
    if found.same_meaning:
        return
    yield Section("Flow", "Who changes temperature", (flow_figure(found), _counts(found)))
    causes = tuple(causes_figures(found))
    if causes:
        yield Section("Causes", "What made the difference", causes)
    if found.queue is not None and found.queue.weeks:
        yield queue_section(found.queue)
    if found.ended is not None:
        yield ended_section(found)
    if found.shown:
        yield Section("Leads", "Some of the leads that change", (shown_table(found).html(),))


def _changes(found: Simulation) -> Iterator[Html]:
    # Three columns fit on a phone, four don't.
    columns = (Column("what"), Column("was"), Column("is now"))
    rows = tuple(
        (f"{each.where}: {each.what}", each.before or "not there", each.after or "not there") for each in found.changes
    )
    if not rows:
        yield paragraph("Nothing that has a meaning.")
        return
    yield Table("Where the definitions differ", columns, rows[:MOST]).html()
    if len(rows) > MOST:
        yield fold(f"{count(len(rows) - MOST)} more", Table("More differences", columns, rows[MOST:]).html())


def _counts(found: Simulation) -> Table:
    order = ("hot", "warm", "cool")
    rows = [
        (
            f"{before} before",
            *(count(found.matrix[before][after]) for after in order),
            count(sum(found.matrix[before].values())),
        )
        for before in order
    ]
    sums = [sum(found.matrix[before][after] for before in order) for after in order]
    return Table(
        "Leads by old temperature (rows) and new one (columns)",
        (Column(""), *(Column(f"{name} now", number=True) for name in order), Column("all", number=True)),
        (*rows, ("all", *map(count, sums), count(sum(sums)))),
    )


def spell_moment(moment: datetime) -> str:
    """A moment in words, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
