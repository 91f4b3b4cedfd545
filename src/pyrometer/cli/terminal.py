"""Consoles for people: colours and widths as the terminal has them, and text from files made harmless."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import IO

from rich.console import Console, RenderableType

PIPED_WIDTH = 120
NARROWEST = 40


def console(stream: IO[str] | None = None) -> Console:
    """A console on a stream (default: standard output).

    Colours only on a terminal and without NO_COLOR; as wide as the terminal or COLUMNS say, else 120 characters, and
    never narrower than 40, where a terminal folds lines better than a table does.
    """
    stream = stream or sys.stdout
    screen = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    known = stream.isatty() or os.environ.get("COLUMNS", "").isdigit()
    screen.width = max(screen.width, NARROWEST) if known else PIPED_WIDTH
    return screen


def show(screen: Console, content: RenderableType) -> None:
    """Print, without the blanks that pad lines where the output isn't a terminal."""
    if screen.is_terminal:
        screen.print(content)
        return
    with screen.capture() as captured:
        screen.print(content)
    screen.file.write("".join(f"{line.rstrip(' ')}\n" for line in captured.get().splitlines()))


def visible(text: str, *, lines: bool = False) -> str:
    """The text with control and direction characters spelled out, so that a file's content can't steer the terminal.

    Line breaks stay where `lines` says so.

    >>> visible("\\x1b[2Jhot")
    '\\\\x1b[2Jhot'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if (character == "\n" and lines)
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        or character in "\u200c\u200d"
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


MARKS = {True: ("✓", "+", "green"), False: ("✗", "-", "red"), None: ("?", "?", "yellow")}


def mark(truth: bool | None, screen: Console) -> tuple[str, str]:
    """The sign for true, false or unknown, and its style."""
    sign, plain, style = MARKS[truth]
    return (sign if speaks_unicode(screen) else plain), style


def speaks_unicode(screen: Console) -> bool:
    """Whether the stream can show the thermometer's and the ticks' characters."""
    return screen.encoding.lower().replace("-", "").startswith("utf")
