"""Counts over all leads, in the engine: the matrix of temperatures, and for those that change, why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyrometer.definition.temperature import TEMPERATURES
from pyrometer.evidence.quote import ident, literals
from pyrometer.evidence.times import timestamp
from pyrometer.outcomes import OUTCOMES
from pyrometer.simulation.causes import Causes
from pyrometer.simulation.deciding import causes_between, causes_sql
from pyrometer.simulation.ended import STATE, Endings, decided_sql
from pyrometer.simulation.pairing import Line, lines_of, shared_scores
from pyrometer.simulation.result import Cause, CauseCount, FlipGroup, LineCount
from pyrometer.simulation.sides import AFTER, BEFORE, Side, Sides

WARMEST_FIRST = tuple(reversed(TEMPERATURES))
FLIPS = "flips"
Group = tuple[str, str]


@dataclass(frozen=True)
class Counting:
    """Counts what the runs of two definitions hold; makes the relation `flips`, both readings of a lead in a row."""

    sides: Sides

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Every cause there can be; `flips` names them by their place here."""
        return tuple(self._causes.sql)

    @cached_property
    def lines(self) -> dict[str, list[Line]]:
        """The lines of the scores that both definitions have."""
        old, new = self.sides.old, self.sides.new
        return {score: lines_of(old, new, score) for score in shared_scores(old, new)}

    def matrix(self) -> tuple[dict[str, dict[str, int]], int, int]:
        """Leads by old and new temperature, and how many are known to the old and to the new definition alone."""
        rows = self.sides.engine.run(
            f"SELECT o.temperature, n.temperature, count(*) FROM {BEFORE} o FULL JOIN {AFTER} n USING (lead_id)"
            " GROUP BY ALL"
        )
        found = {before: dict.fromkeys(WARMEST_FIRST, 0) for before in WARMEST_FIRST}
        alone = {"old": 0, "new": 0}
        for before, after, leads in rows:
            if before is None or after is None:
                alone["new" if before is None else "old"] += leads
            else:
                found[before][after] = leads
        return found, alone["old"], alone["new"]

    def collect(self) -> None:
        """Make `flips`: the leads that change temperature, all columns of both readings, `causes` and `decided`."""
        both = [
            f"{alias}.{ident(name)} AS {side.column(name)}"
            for side, alias in ((self.sides.old, "o"), (self.sides.new, "n"))
            for name in side.found.reader.layout.columns
        ]
        state, decided, ended = "NULL", "false", ""
        if self.sides.outcomes is not None:
            decided = decided_sql(timestamp(self.sides.old.found.as_of))
            state, ended = STATE, f" LEFT JOIN {OUTCOMES} e ON e.lead_id = o.lead_id"
        select = (
            f"SELECT o.lead_id AS lead_id, p.temperature AS previous, {state} AS outcome, {decided} AS decided,"
            f" {', '.join(both)}"
            f" FROM {BEFORE} o JOIN {AFTER} n USING (lead_id) LEFT JOIN previous p ON p.lead_id = o.lead_id{ended}"
            " WHERE o.temperature <> n.temperature"
        )
        self.sides.engine.run(f"CREATE TABLE {FLIPS} AS SELECT *, {causes_sql(self._causes)} AS causes FROM ({select})")

    def groups(self, ended: Endings | None) -> tuple[FlipGroup, ...]:
        """The changes by where from and where to, with what made the difference and how they ended."""
        engine, old, new = self.sides.engine, self._temperature(self.sides.old), self._temperature(self.sides.new)
        counts = {
            (before, after): leads
            for before, after, leads in engine.run(f"SELECT {old}, {new}, count(*) FROM {FLIPS} GROUP BY ALL")
        }
        causes: dict[Group, list[CauseCount]] = {group: [] for group in counts}
        for before, after, number, leads in engine.run(
            f"SELECT {old}, {new}, cause, count(*) AS leads FROM {FLIPS}, unnest(causes) AS each(cause) GROUP BY ALL"
            " ORDER BY leads DESC, cause"
        ):
            causes[before, after].append(CauseCount(self.causes[number], leads))
        lines: dict[Group, list[LineCount]] = {group: [] for group in counts}
        for score, found in self.lines.items():
            for group, line in self._pushed(score, found):
                lines[group].append(line)
        return tuple(
            FlipGroup(
                *group,
                counts[group],
                tuple(causes[group]),
                tuple(sorted(lines[group], key=lambda line: (-line.leads, -abs(line.units)))),
                None if ended is None else ended.pairs.get(group),
                0 if ended is None else ended.decided.get(group, 0),
            )
            for group in sorted(counts, key=_order)
        )

    def _pushed(self, score: str, lines: Sequence[Line]) -> Iterator[tuple[Group, LineCount]]:
        """For each group the lines of a score that pushed leads its way whose points made the difference."""
        numbers = [
            number for number, cause in enumerate(self.causes) if cause.kind == "points" and cause.score == score
        ]
        if not numbers:
            return
        old, new = self._temperature(self.sides.old), self._temperature(self.sides.new)
        way = self._direction(score)
        figures = [
            f"count(*) FILTER ({way} * ({difference}) > 0), coalesce(CAST(sum({difference})"
            f" FILTER ({way} * ({difference}) > 0) AS BIGINT), 0)"
            for difference in (self.difference(line) for line in lines)
        ]
        rows = self.sides.engine.run(
            f"SELECT {old}, {new}, {', '.join(figures)} FROM {FLIPS} WHERE list_has_any(causes, {numbers}) GROUP BY ALL"
        )
        for before, after, *values in rows:
            for line, leads, units in zip(lines, values[::2], values[1::2], strict=True):
                if leads:
                    yield (before, after), LineCount(score, line.label, leads, units)

    def _direction(self, score: str) -> str:
        """1 where a lead's score rose, -1 where it fell."""
        columns = [side.column(side.found.plan.columns["score", score]) for side in (self.sides.new, self.sides.old)]
        return f"sign({columns[0]} - {columns[1]})"

    def difference(self, line: Line) -> str:
        """SQL for what a line adds more by the new definition."""
        new = "0" if line.new is None else self.sides.new.column(line.new)
        old = "0" if line.old is None else self.sides.old.column(line.old)
        return f"{new} - {old}"

    def _temperature(self, side: Side) -> str:
        return side.column("temperature")

    @cached_property
    def _causes(self) -> Causes:
        return causes_between(self.sides.old, self.sides.new)


def counts_of(matrix: Mapping[str, Mapping[str, int]]) -> tuple[dict[str, int], dict[str, int]]:
    """Leads by temperature, by the old and by the new definition."""
    old = {before: sum(row.values()) for before, row in matrix.items()}
    return old, {after: sum(row[after] for row in matrix.values()) for after in matrix}


def order_sql(old: str, new: str) -> str:
    """What to sort flips by: those to and from hot first, then the warmer ones, then the larger jumps."""
    ranks = f"[{literals(TEMPERATURES)}]"
    before, after = f"list_position({ranks}, {old})", f"list_position({ranks}, {new})"
    return f"greatest({before}, {after}) DESC, {after} > {before} DESC, abs({after} - {before}) DESC"


def _order(group: Group) -> tuple[int, bool, int]:
    before, after = (TEMPERATURES.index(name) for name in group)
    return -max(before, after), after < before, -abs(after - before)
