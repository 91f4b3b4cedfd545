"""Every cause that a change of temperature can have between two definitions, each with the SQL that says of whom.

The two definitions' conditions are walked side by side. Where a condition held by one definition and not by the other,
some part of it did so, too; what is found at the bottom is the cause: a bound that moved, points, a condition that only
one definition has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyrometer.definition.conditions import (
    All,
    AnyOf,
    CriterionLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    Not,
    ScoreLeaf,
    Some,
)
from pyrometer.definition.criteria import Criterion
from pyrometer.definition.problems import Path
from pyrometer.definition.words import sentence
from pyrometer.simulation.nodes import (
    FALSE,
    HOLDS,
    NEGATED,
    NOT_FALSE,
    NOT_TRUE,
    TRUE,
    Node,
    Split,
    pairs_of,
)
from pyrometer.simulation.result import Cause
from pyrometer.simulation.scoretests import passes, spelled, stretches
from pyrometer.simulation.sides import Side
from pyrometer.simulation.wording import counting_for, inside, letters_needed, now_and_then, out_of


@dataclass
class Causes:
    """Collects the possible causes; `sql` has, for each, the conditions under which it is one."""

    sql: dict[Cause, list[str]] = field(default_factory=dict)

    def add(self, cause: Cause, sql: str) -> None:
        """A cause, and when it is one."""
        self.sql.setdefault(cause, []).append(sql)

    def pair(self, closed: Node, open_: Node, split: Split, within: str = "") -> None:
        """The causes why a condition stands differently on the two sides; `within` says what it is part of."""
        if closed.truth is None or open_.truth is None:
            self._changed(closed, open_, split.among, within)
            return
        here = f"{closed.truth} IS {split.closed} AND {open_.truth} IS {split.open}"
        split = Split(split.closed, split.open, f"{split.among} AND {here}")
        if closed.about != open_.about:
            self._changed(closed, open_, split.among, within)
            return
        match closed.condition, open_.condition:
            case (All(), All()) | (AnyOf(), AnyOf()):
                every = isinstance(closed.condition, All)
                self.lists(closed.items(), open_.items(), split, within, every=every)
            case Some(), Some():
                asked = closed.condition.some - open_.condition.some
                if asked and (asked > 0) is not HOLDS[split.closed]:
                    said = {closed.side.name: out_of(closed.condition), open_.side.name: out_of(open_.condition)}
                    self.add(Cause("condition", inside(within, now_and_then(said))), split.among)
                self.lists(closed.items(), open_.items(), split, within, every=None)
            case Not(), Not():
                turned = Split(NEGATED[split.closed], NEGATED[split.open], split.among)
                self.pair(closed.items()[0], open_.items()[0], turned, within)
            case (ScoreLeaf() | GradeLeaf() as mine, ScoreLeaf() | GradeLeaf() as theirs):
                self._score((closed.side, mine), (open_.side, theirs), split, within)
            case FlagLeaf(flag=name), FlagLeaf():
                self._flag(name, closed.side, open_.side, split, within)
            case CriterionLeaf(criterion=name, is_="met"), CriterionLeaf():
                self._criterion(name, closed.side, open_.side, split, within)
            case CriterionLeaf(criterion=name), CriterionLeaf():
                self._state(name, closed.side, open_.side, split.among, inside(within, f"criterion {name}"))
            case (FrameworkLeaf() as mine, FrameworkLeaf() as theirs):
                self._framework((closed.side, mine), (open_.side, theirs), split, within)
            case _:
                self._changed(closed, open_, split.among, within)

    def lists(
        self, closed: Sequence[Node], open_: Sequence[Node], split: Split, within: str = "", *, every: bool | None
    ) -> None:
        """The causes among parts that must all hold (`every`), of which one must, or some (None)."""
        pairs = pairs_of(closed, open_)
        for here, there in pairs.both:
            self.pair(closed[here], open_[there], split, within)
        # A part that only one side has matters where it decides: one that fails of all, one that holds of any.
        for nodes, alone, test in (
            (closed, pairs.only_first, split.closed),
            (open_, pairs.only_second, split.open),
        ):
            if every is None or HOLDS[test] is not every:
                for at in alone:
                    self._alone(nodes[at], test, split.among, within, every=every)

    def _alone(self, node: Node, test: str, among: str, within: str, *, every: bool | None) -> None:
        new = node.side.name == "new"
        if every:
            verb = "now also asks" if new else "no longer asks"
        else:
            verb = "now also counts" if new else "no longer counts"
        said = f"{within} {verb}" if within else verb
        sql = among if node.truth is None else f"{among} AND {node.truth} IS {test}"
        self.add(Cause("condition", f"{said}: {node.said}"), sql)

    def _score(
        self,
        closed: tuple[Side, ScoreLeaf | GradeLeaf],
        open_: tuple[Side, ScoreLeaf | GradeLeaf],
        split: Split,
        within: str,
    ) -> None:
        """Whether the bound moved over the points, the points over the bound, or both it took."""
        leaf = closed[1]
        name = leaf.score if isinstance(leaf, ScoreLeaf) else leaf.grade
        here, there = (stretches(leaf, side.definition) for side, leaf in (closed, open_))
        points = Cause("points", f"points of {name}", name)
        if here == there:
            self.add(points, split.among)
            return
        columns = [side.column(side.found.plan.columns["score", name]) for side, _ in (closed, open_)]
        wanted = "" if HOLDS[split.open] else "NOT "
        bound_alone, points_alone = f"{wanted}{passes(there, columns[0])}", f"{wanted}{passes(here, columns[1])}"
        said = {side.name: spelled(leaf, side.definition) for side, leaf in (closed, open_)}
        threshold = Cause("threshold", inside(within, now_and_then(said)), name)
        self.add(threshold, f"{split.among} AND NOT (({points_alone}) AND NOT ({bound_alone}))")
        self.add(points, f"{split.among} AND NOT (({bound_alone}) AND NOT ({points_alone}))")

    def _criterion(self, name: str, closed: Side, open_: Side, split: Split, within: str) -> None:
        """The causes why a criterion is met on one side only."""
        place = inside(within, f"criterion {name}")
        parts = self._answerable(name, closed, open_, split.among, place)
        if parts is not None:
            path: Path = ("criteria", name, "met")
            # A criterion is met or not, never unknown: what isn't met is as good as false.
            tests = [TRUE if HOLDS[test] else NOT_TRUE for test in (split.closed, split.open)]
            nodes = Node(closed, parts[0].met, path), Node(open_, parts[1].met, path)
            self._behind(*nodes, Split(tests[0], tests[1], split.among), place)

    def _state(self, name: str, closed: Side, open_: Side, among: str, place: str) -> None:
        """The causes why a criterion is unmet, or unknown, on one side only: both of its conditions decide that."""
        parts = self._answerable(name, closed, open_, among, place)
        if parts is None:
            return
        mine, theirs = parts
        met: Path = ("criteria", name, "met")
        splits = [(TRUE, NOT_TRUE), (NOT_TRUE, TRUE)]
        if mine.unmet is not None and theirs.unmet is not None:
            unmet: Path = ("criteria", name, "unmet")
            for tests in splits:
                nodes = Node(closed, mine.unmet, unmet), Node(open_, theirs.unmet, unmet)
                self._behind(*nodes, Split(*tests, among), f"{place} unmet")
        elif mine.unmet is None and theirs.unmet is None:
            splits += [(FALSE, NOT_FALSE), (NOT_FALSE, FALSE)]
        else:
            self.add(Cause("condition", f"{place}: when it is unmet"), among)
        for tests in splits:
            self._behind(Node(closed, mine.met, met), Node(open_, theirs.met, met), Split(*tests, among), place)

    def _answerable(
        self, name: str, closed: Side, open_: Side, among: str, place: str
    ) -> tuple[Criterion, Criterion] | None:
        """Both sides' criteria; None where only one definition can answer. How long answers count is a cause, too."""
        mine, theirs = (side.definition.all_criteria[name] for side in (closed, open_))
        if mine is None or theirs is None:
            self.add(Cause("condition", f"{place} can be answered by only one definition"), among)
            return None
        if mine.stale_after != theirs.stale_after:
            spans = {closed.name: counting_for(mine.stale_after), open_.name: counting_for(theirs.stale_after)}
            self.add(Cause("condition", f"{place}: answers count {now_and_then(spans)}"), among)
        return mine, theirs

    def _framework(
        self, closed: tuple[Side, FrameworkLeaf], open_: tuple[Side, FrameworkLeaf], split: Split, within: str
    ) -> None:
        """How many letters it takes, and the criteria behind letters that are met on one side only."""
        name = closed[1].framework
        used = {side.name: side.definition.used_frameworks[name] for side, _ in (closed, open_)}
        if _is_stricter(closed, open_) if not HOLDS[split.closed] else _is_stricter(open_, closed):
            needs = {side.name: letters_needed(used[side.name], leaf) for side, leaf in (closed, open_)}
            cause = Cause("condition", inside(within, f"{name}: {needs['new']}, was {needs['old']}"))
            self.add(cause, split.among)
        criteria = {side: dict.fromkeys(criterion for _, criterion in each.letters) for side, each in used.items()}
        for (side, _), test in ((closed, split.closed), (open_, split.open)):
            other = open_[0] if side is closed[0] else closed[0]
            for criterion in (each for each in criteria[side.name] if each not in criteria[other.name]):
                verb = "now also asks for" if side.name == "new" else "no longer asks for"
                cause = Cause("condition", inside(within, f"{name} {verb} {criterion}"))
                self.add(cause, f"{split.among} AND {_is_met(side, criterion, test)}")
        for criterion in (each for each in criteria[open_[0].name] if each in criteria[closed[0].name]):
            here, there = _is_met(closed[0], criterion, split.closed), _is_met(open_[0], criterion, split.open)
            of_letter = Split(split.closed, split.open, f"{split.among} AND {here} AND {there}")
            self._criterion(criterion, closed[0], open_[0], of_letter, inside(within, name))

    def _flag(self, name: str, closed: Side, open_: Side, split: Split, within: str) -> None:
        place = inside(within, sentence(FlagLeaf(flag=name), closed.definition))
        parts = [Node(side, side.definition.flags[name], ("flags", name)) for side in (closed, open_)]
        self._behind(parts[0], parts[1], split, place)

    def _behind(self, closed: Node, open_: Node, split: Split, place: str) -> None:
        """The causes in the condition that a flag or criterion stands for, or that itself where nothing tells more."""
        if closed.truth is None or open_.truth is None:
            self.add(Cause("condition", f"{place} asks something else"), split.among)
        else:
            self.pair(closed, open_, split, place)

    def _changed(self, closed: Node, open_: Node, among: str, within: str) -> None:
        said = {node.side.name: node.said for node in (closed, open_)}
        if closed.meaning == open_.meaning:
            cause = Cause("evidence", inside(within, f"{said['new']}: the answer is read differently"))
        elif said["new"] == said["old"]:
            cause = Cause("condition", inside(within, f"{said['new']} asks something else"))
        else:
            cause = Cause("condition", inside(within, now_and_then(said)))
        self.add(cause, among)


def _is_stricter(one: tuple[Side, FrameworkLeaf], other: tuple[Side, FrameworkLeaf]) -> bool:
    """Whether one asks for more letters than the other, or requires some that the other doesn't."""
    counts, required = [], []
    for side, leaf in (one, other):
        framework = side.definition.used_frameworks[leaf.framework]
        letters = dict(framework.letters)
        counts.append(framework.some if leaf.met_at_least is None else leaf.met_at_least)
        required.append(set() if leaf.met_at_least else {letters[letter] for letter in framework.required})
    return counts[0] > counts[1] or not required[0] <= required[1]


def _is_met(side: Side, criterion: str, test: str) -> str:
    column = side.column(side.found.plan.columns["criterion", criterion])
    return f"{column} {'=' if HOLDS[test] else '<>'} 'met'"
