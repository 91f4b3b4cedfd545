"""A programme as its pages draw it: one step below the other, the ways of a branch beside each other, with numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

from pyrometer.app.nurture.views.reviewing import definition
from pyrometer.nurture import Line, Programme, drawn
from pyrometer.nurture.words import NAMELESS

LANES = frozenset({"case", "else", "came", "limit"})
KINDS = {
    "enter": ("↓", _("enters")),
    "exit": ("↗", _("leaves")),
    "send": ("✉", _("sends")),
    "ask": ("?", _("asks")),
    "offer": ("%", _("offers")),
    "wait": ("…", _("waits")),
    "notify": ("!", _("tells")),
    "set": ("=", _("notes")),
    "leave": ("■", _("leaves here")),
    "go": ("↺", _("goes back")),
    "case": ("◇", _("way")),
    "else": ("◇", _("way")),
    "came": ("◇", _("way")),
    "limit": ("◇", _("way")),
    "end": ("■", _("end")),
}
"""The sign of each kind of line, and what it says to who doesn't see it."""


@dataclass
class Item:
    """A line with what stands inside it, and what is known of those who stand there or came by."""

    line: Line
    inner: list[Item] = field(default_factory=list)
    numbers: object = None

    @property
    def sign(self) -> str:
        """For the eye."""
        return KINDS[self.line.kind][0]

    @property
    def kind(self) -> object:
        """For the ear."""
        return KINDS[self.line.kind][1]

    @property
    def groups(self) -> list[Group]:
        """What stands inside, with the ways of one branch together."""
        return grouped(self.inner)


@dataclass
class Group:
    """A step, or the ways of one branch."""

    items: list[Item]

    @property
    def lanes(self) -> bool:
        """Whether they are ways beside each other."""
        return self.items[0].line.kind in LANES

    @property
    def only(self) -> Item:
        """The step."""
        return self.items[0]


@dataclass(frozen=True)
class Picture:
    """Who enters, who leaves, and the steps."""

    enter: Line
    exits: tuple[Line, ...]
    groups: list[Group]


def picture(programme: Programme, language: str, numbers: Mapping[str, object] | None = None) -> Picture:
    """The picture of a programme in the words of the live definition; `numbers` by step."""
    lines = lines_of(programme, language)
    enter = next(line for line in lines if line.kind == "enter")
    exits = tuple(line for line in lines if line.kind == "exit")
    top: list[Item] = []
    open_: list[tuple[int, Item]] = []
    for line in lines[1 + len(exits) :]:
        item = Item(line)
        if numbers and line.kind not in LANES:
            item.numbers = numbers.get(line.step)
        while open_ and open_[-1][0] >= line.depth:
            open_.pop()
        (open_[-1][1].inner if open_ else top).append(item)
        open_.append((line.depth, item))
    return Picture(enter, exits, grouped(top))


def lines_of(programme: Programme, language: str) -> tuple[Line, ...]:
    """The lines of the picture."""
    return drawn(programme, definition() or NAMELESS, language)


def grouped(items: Iterable[Item]) -> list[Group]:
    """Items with the ways of one branch together."""
    found: list[Group] = []
    for item in items:
        last = found[-1].items[-1] if found else None
        beside = last is not None and last.line.kind in LANES and last.line.step == item.line.step
        if beside and item.line.kind in LANES:
            found[-1].items.append(item)
        else:
            found.append(Group([item]))
    return found


@dataclass(frozen=True)
class Row:
    """A line of either picture: `kind` is same, gone or come."""

    kind: str
    line: Line

    @property
    def sign(self) -> str:
        """For the eye."""
        return KINDS[self.line.kind][0]

    @property
    def indent(self) -> range:
        """How deep it stands, to be counted by a template."""
        return range(self.line.depth)


def differing(old: Programme, new: Programme, language: str) -> list[Row]:
    """Both pictures in one, what is gone before what came; empty where they say the same."""
    before, after = lines_of(old, language), lines_of(new, language)
    spoken = [[(line.depth, line.kind, line.words) for line in lines] for lines in (before, after)]
    found: list[Row] = []
    for kind, start, end, begin, finish in SequenceMatcher(None, *spoken, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Row("same", line) for line in after[begin:finish]]
        else:
            found += [Row("gone", line) for line in before[start:end]]
            found += [Row("come", line) for line in after[begin:finish]]
    return found if any(row.kind != "same" for row in found) else []
