"""What can be wrong with a definition, said to the person who can fix it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")

Path = tuple[str | int, ...]

# Comparing is slow, and a list this long is no list of names that people confuse.
MOST_COMPARED = 300


@dataclass(frozen=True)
class Problem:
    """One finding: where (file, line, path), what, why, and the likely fix.

    `line` and `column` count from 1 and are None where the definition did not come from a text.
    """

    level: Level
    path: Path
    what: str
    why: str = ""
    fix: str = ""
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def where(self) -> str:
        """`file:line` as editors understand it, as far as known."""
        parts = [self.file or "definition"]
        if self.line is not None:
            parts.append(str(self.line))
        return ":".join(parts)

    def __str__(self) -> str:
        text = (
            f"{self.where}: {self.level}: {spell(self.path)}: {self.what}"
            if self.path
            else (f"{self.where}: {self.level}: {self.what}")
        )
        if self.why:
            text += f" ({self.why})"
        if self.fix:
            text += f"; {self.fix}"
        # What a file holds must not steer a terminal.
        return text.translate(_CONTROLS)


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}


def spell(path: Path) -> str:
    """A path as people read it.

    >>> spell(("scores", "fit", "rules", 0, "points"))
    'scores.fit.rules[0].points'
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None if nothing is like it.

    >>> nearest("industri", ["employees", "industry"])
    'industry'
    """
    known = list(known)
    if len(known) > MOST_COMPARED:
        return None
    folded = {candidate.casefold().replace("-", "_").replace(" ", "_"): candidate for candidate in known}
    key = name.casefold().replace("-", "_").replace(" ", "_")
    if key in folded:
        return folded[key]
    found = get_close_matches(key, folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggestion(name: str, known: Iterable[str], *, kind: str) -> str:
    """The sentence that proposes the nearest name, or lists what there is."""
    known = list(known)
    near = nearest(name, known)
    if near is not None:
        return f"did you mean `{near}`?"
    if not known:
        return f"no {kind} is declared"
    shown = ", ".join(f"`{candidate}`" for candidate in known[:8])
    return f"declared: {shown}{', …' if len(known) > 8 else ''}"
