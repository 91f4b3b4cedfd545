"""A simulation as text: what changes, for whom and why, in the order in which one would ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pyrometer.cli.consequences import able_to, already_decided, ended_parts, queue_parts
from pyrometer.cli.flips import signed_points
from pyrometer.cli.summary import spell_as_of
from pyrometer.cli.table import short_points
from pyrometer.cli.terminal import console, show, speaks_unicode, visible
from pyrometer.cli.thermometer import COLOURS
from pyrometer.definition.values import spell_points

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.simulation import Cause, Flip, FlipGroup, ScoreChange, Simulation

MOST = 12
"""How many changes of the definition, and causes a direction, are listed."""


def print_simulation(found: Simulation, old: Path, new: Path, out: Path | None) -> None:
    """Print the whole of it; `out` is where all changes were written."""
    screen = console()
    words = _Words(found, old.name, new.name, screen)
    words.head()
    words.examples(new)
    words.matrix()
    if found.same_meaning:
        return
    words.why()
    if found.queue is not None:
        words.title(f"new hot leads a week{able_to(found.queue)}")
        for part in queue_parts(found.queue):
            words.item(part)
    if found.ended is not None:
        words.title("how they really ended")
        for part in ended_parts(found, words.arrow):
            words.item(part)
    words.changes()
    words.leads()
    if out is not None:
        screen.print(Text(f"{_leads(found.flips)} written to {visible(str(out))}"))


class _Words:
    """Says a simulation's parts on a screen."""

    def __init__(self, found: Simulation, old: str, new: str, screen: Console) -> None:
        self.found, self.old, self.new, self.screen = found, visible(old), visible(new), screen
        if self.old == self.new:
            self.old, self.new = "the old definition", "the new definition"
        unicode = speaks_unicode(screen)
        self.arrow, self.down, self.none = ("→", "↓", "·") if unicode else ("->", "|", ".")

    def head(self) -> None:
        """The answer in a sentence, and as of when."""
        found = self.found
        if found.same_meaning:
            answer = "The two definitions mean the same: no lead can change temperature."
        elif not found.flips:
            answer = f"None of {_leads(found.leads)} changes temperature."
        else:
            said = []
            for warmer, word in ((True, "warmer"), (False, "cooler")):
                groups = [group for group in found.groups if group.warmer is warmer]
                if groups:
                    said.append(f"{sum(group.leads for group in groups):,} {word}{already_decided(groups)}")
            verb = "changes" if found.flips == 1 else "change"
            answer = f"{found.flips:,} of {_leads(found.leads)} {verb} temperature: {', '.join(said)}"
        self.screen.print(Text(answer, style="bold"), soft_wrap=True)
        span = spell_span(found.first, found.latest)
        when = f"{spell_as_of(found.as_of, found.basis)}{f'; evidence {span}' if span else ''}"
        self.screen.print(Text(when, style="dim"), soft_wrap=True)
        for count, name in ((found.only_old, self.old), (found.only_new, self.new)):
            if count:
                what = f"{_leads(count)} known by {name} alone, from events that only it declares; not compared"
                self.screen.print(Text.assemble(("note", "cyan"), f": {what}"), soft_wrap=True)
        for score in found.uncompared:
            owner = self.new if score in self._scores(new=True) else self.old
            what = f"the score `{visible(score)}` is only in {owner}, so its points can't be compared"
            self.screen.print(Text.assemble(("note", "cyan"), f": {what}"), soft_wrap=True)

    def _scores(self, *, new: bool) -> set[str]:
        """The scores that only one definition has, as its changes tell."""
        return {
            change.what for change in self.found.changes if change.where == "scores" and (change.before is None) is new
        }

    def examples(self, new: Path) -> None:
        """One line where the new definition breaks what both teams agreed on."""
        failed = self.found.failed_examples
        if not failed:
            return
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        verb = "fails" if len(failed) == 1 else "fail"
        what = f": {len(failed)} of {self.found.examples} examples in {self.new} {verb}: “{visible(failed[0])}”{more}"
        line = Text.assemble(("warning", "yellow"), what)
        line.append(f"; see pyrometer assure {visible(str(new))}", style="dim")
        self.screen.print(line, soft_wrap=True)

    def matrix(self) -> None:
        """Leads by temperature: the old definition's downwards, the new one's across."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
        table.add_column()
        for _ in (*COLOURS, "all"):
            table.add_column(justify="right")
        names = [Text(name, style=colour) for name, colour in COLOURS.items()]
        table.add_row(Text(f"old {self.down} new {self.arrow}", style="dim"), *names, Text("all", style="dim"))
        for before, colour in COLOURS.items():
            row = self.found.matrix[before]
            cells = [
                Text(f"{row[after]:,}" if row[after] else self.none, style="dim" if after == before else "bold")
                for after in COLOURS
            ]
            table.add_row(Text(before, style=colour), *cells, Text(f"{sum(row.values()):,}", style="dim"))
        sums = [self.found.new.counts[after] for after in COLOURS]
        table.add_row(Text("all", style="dim"), *(Text(f"{number:,}", style="dim") for number in [*sums, sum(sums)]))
        self.screen.print()
        show(self.screen, table)
        if any((side.decided or {}).get("hot") for side in (self.found.old, self.found.new)):
            old, new = (side.undecided("hot") for side in (self.found.old, self.found.new))
            what = f"hot and not decided by then: {old:,} by the old definition, {new:,} by the new one"
            self.screen.print(Text(what), soft_wrap=True)

    def changes(self) -> None:
        """Where the definitions differ."""
        self.title("what was changed")
        for change in self.found.changes[:MOST]:
            self.item(Text(f"{visible(change.where)}: {visible(change.what)}"))
            for word, style, said in (("was", "red", change.before), ("now", "green", change.after)):
                line = Text.assemble((word, style), f" {'not there' if said is None else visible(said)}")
                self.item(line, 4)
        self._more(len(self.found.changes) - MOST)

    def why(self) -> None:
        """What made the difference, over all leads that change, by what it means for sales and marketing."""
        for ends in ("hot", "warm"):
            for warmer in (True, False):
                groups = [
                    group
                    for group in self.found.groups
                    if group.warmer is warmer and ends == (group.after if warmer else group.before)
                ]
                leads = sum(group.leads for group in groups)
                if not leads:
                    continue
                if warmer:
                    verb = f"{'becomes' if leads == 1 else 'become'} {ends}"
                else:
                    verb = f"{'is' if leads == 1 else 'are'} no longer {ends}"
                self.title(f"why {_leads(leads)} {verb}{already_decided(groups)}")
                self._causes(groups)

    def _causes(self, groups: Sequence[FlipGroup]) -> None:
        causes: Counter[Cause] = Counter()
        lines: Counter[tuple[str, str]] = Counter()
        units: Counter[tuple[str, str]] = Counter()
        for group in groups:
            causes.update({each.cause: each.leads for each in group.causes})
            lines.update({(line.score, line.rule): line.leads for line in group.lines})
            units.update({(line.score, line.rule): line.units for line in group.lines})
        told = causes.most_common(MOST)
        width = len(f"{told[0][1]:,}") if told else 1
        for cause, leads in told:
            self.item(Text.assemble((f"{leads:>{width},}", "bold"), f"  {visible(cause.what)}"))
            if cause.kind == "points":
                for (score, rule), moved in lines.most_common():
                    if score == cause.score:
                        mean = short_points(abs(units[score, rule]) // moved)
                        sign = "+" if units[score, rule] > 0 else "-"
                        text = Text(f"{moved:>{width},}  {_line(rule)} {sign}{mean}")
                        self.item(text.append(" on average" if moved > 1 else "", style="dim"), 4 + width)
        self._more(len(causes) - MOST)

    def leads(self) -> None:
        """Some leads in full."""
        if not self.found.shown:
            return
        self.title(f"{'who' if len(self.found.shown) == self.found.flips else 'some of them'}")
        for flip in self.found.shown:
            for line in filter(None, self._flip(flip)):
                self.screen.print(line, soft_wrap=True)
        rest = self.found.flips - len(self.found.shown)
        if rest:
            self.screen.print(
                Text(
                    f"… {rest:,} more: --top {self.found.flips} shows them, --out changes.csv writes all", style="dim"
                ),
                soft_wrap=True,
            )

    def _flip(self, flip: Flip) -> Iterator[Text]:
        head = Text.assemble("  ", (visible(flip.lead_id), "bold"), "  ")
        head.append(flip.before, style=COLOURS[flip.before]).append(f" {self.arrow} ")
        head.append(flip.after, style=COLOURS[flip.after])
        if flip.previous is not None and flip.previous != flip.before:
            head.append(f"  (was {flip.previous})", style="dim")
        if flip.decided:
            head.append(f"  (already {flip.outcome})", style="dim")
        yield head
        for cause in flip.causes:
            score = next((each for each in flip.scores if each.score == cause.score), None)
            if cause.kind != "points":
                yield Text(f"      {visible(cause.what)}").append(self._from_to(score), style="dim")
            if score is not None and (cause.kind == "points" or not any(_are_points(flip.causes, score))):
                yield self._sum(score)

    def _from_to(self, score: ScoreChange | None) -> str:
        """How a score was and is, where a bound of it moved."""
        if score is None or score.before is None or score.after is None:
            return ""
        if score.before == score.after:
            return f" (it has {spell_points(score.after)})"
        return ""

    def _sum(self, score: ScoreChange) -> Text:
        """A score's change with the lines that make it up."""
        if score.before is None or score.after is None or not score.lines:
            return Text("")
        text = Text(
            f"      {visible(score.score)} {spell_points(score.before)} {self.arrow} {spell_points(score.after)}: "
        )
        parts = []
        for line in score.lines:
            style = "green" if line.difference > 0 else "red"
            parts.append(Text.assemble((signed_points(line.difference), style), f" {_line(line.rule)}"))
        return text.append(Text(", ").join(parts))

    def title(self, text: str) -> None:
        """A heading."""
        self.screen.print()
        self.screen.print(Text(text, style="bold"))

    def item(self, text: Text | Table, indent: int = 2) -> None:
        """Something under a heading."""
        show(self.screen, Padding(text, (0, 0, 0, indent)))

    def _more(self, number: int) -> None:
        if number > 0:
            self.item(Text(f"… {number:,} more: --format json has all", style="dim"))


def spell_span(first: datetime | None, latest: datetime | None) -> str:
    """From when to when something happened, by UTC days; empty where that isn't known.

    >>> spell_span(datetime(2026, 1, 3), datetime(2026, 5, 30, 17))
    'from 2026-01-03 to 2026-05-30'
    """
    begin = "" if first is None else f"from {first:%Y-%m-%d} "
    return "" if latest is None else f"{begin}to {latest:%Y-%m-%d}"


def _leads(number: int) -> str:
    return f"{number:,} lead{'' if number == 1 else 's'}"


def _are_points(causes: Iterable[Cause], score: ScoreChange) -> Iterator[bool]:
    return (cause.kind == "points" and cause.score == score.score for cause in causes)


def _line(rule: str) -> str:
    """A line of a score as people call it."""
    if rule == "range":
        return "the score's range"
    return f"cap of {visible(rule)}" if rule.startswith("group ") else visible(rule)
