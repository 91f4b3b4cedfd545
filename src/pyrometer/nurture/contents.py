"""What is known of contents before they are rendered: what for, how much they sell, and in which languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pyrometer.definition.problems import Problem, suggestion
from pyrometer.definition.source import read_text
from pyrometer.errors import ProgrammeError

PITCHES = ("low", "medium", "sales")
"""How much commitment a content asks for: none, some, or to buy."""
KINDS = ("mail", "slot", "survey")
_FENCE = re.compile(r"---[ \t]*")
_LANGUAGE = re.compile(r"---[ \t]+([A-Za-z-]{2,8})[ \t]+---[ \t]*")


@dataclass(frozen=True, slots=True)
class Content:
    """A text that programmes name: its purpose, its pitch, and the languages it is written in, the first one first."""

    name: str
    kind: str = "mail"
    purpose: str | None = None
    pitch: str = "low"
    languages: tuple[str, ...] = ("en",)
    file: str | None = None


def read_content(text: str, file: str | None = None) -> Content:
    """The content that a text holds: front matter between `---`, then the text, other languages after `--- de ---`.

    What the text itself says is for whoever renders it. Raises ProgrammeError.

    >>> hello = "---\\nname: hello\\npurpose: email\\npitch: low\\n---\\nHello!\\n\\n--- de ---\\nHallo!\\n"
    >>> read_content(hello).languages
    ('en', 'de')
    """
    lines = text.removeprefix("\ufeff").splitlines()
    ends = next((at for at, line in enumerate(lines[1:], 1) if _FENCE.fullmatch(line)), None)
    if not lines or not _FENCE.fullmatch(lines[0]) or ends is None:
        fix = "begin with a line `---`, then name, purpose and pitch, then a line `---`"
        problem = Problem("error", (), "there is no front matter", "it says what for", fix, file, 1, 1)
        raise ProgrammeError([problem], "content")
    source = read_text("\n" + "\n".join(lines[1:ends]) + "\n", file)
    matter = source.tree if isinstance(source.tree, dict) else {}
    problems = [*source.problems, *(source.locate(problem) for problem in _problems(matter))]
    if problems:
        raise ProgrammeError(problems, "contents")
    written = [match[1] for line in lines[ends + 1 :] if (match := _LANGUAGE.fullmatch(line))]
    return Content(
        name=str(matter["name"]),
        kind=str(matter.get("kind", "mail")),
        purpose=matter.get("purpose"),
        pitch=str(matter.get("pitch", "low")),
        languages=tuple(dict.fromkeys((str(matter.get("language", "en")), *written))),
        file=file,
    )


def _problems(given: dict[str, Any]) -> Iterable[Problem]:
    if not isinstance(given.get("name"), str):
        yield Problem("error", (), "`name` is missing", "programmes call the content by it", "add `name: …`")
    for key, known in (("pitch", PITCHES), ("kind", KINDS)):
        value = given.get(key, known[0])
        if value not in known:
            yield Problem("error", (key,), f"unknown {key} `{value}`", fix=suggestion(str(value), known, kind=key))


def read_contents(files: Iterable[FilePath]) -> dict[str, Content]:
    """The contents of some files by name. Raises ProgrammeError with what is wrong with any of them."""
    found: dict[str, Content] = {}
    problems: list[Problem] = []
    for file in sorted(files):
        try:
            content = read_content(file.read_text(encoding="utf-8"), str(file))
        except ProgrammeError as error:
            problems += error.problems
            continue
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem("error", (), f"can't be read: {error}", file=str(file)))
            continue
        if content.name in found:
            why = f"{found[content.name].file} has it, too"
            problems.append(Problem("error", (), f"two contents are called `{content.name}`", why, file=str(file)))
        found[content.name] = content
    if problems:
        raise ProgrammeError(problems, "contents")
    return found
