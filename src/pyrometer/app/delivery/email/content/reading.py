"""Reads a content from its text. What is wrong with it is told with its line; nothing is guessed.

---
name: what-plans-cost
purpose: email
pitch: low
subject: {en: What our plans cost, de: Was unsere Tarife kosten}
---
The text in the first language.

--- de ---
Der Text auf Deutsch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pyrometer.app.delivery.email.content.contents import (
    FORMATS,
    KINDS,
    LANGUAGES,
    PITCHES,
    Content,
    Piece,
    likely,
)
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.source import Source, read_text

LONGEST = 100_000
"""Letters of a content, all languages and the front matter together."""

FIELDS = ("name", "kind", "format", "purpose", "pitch", "topic", "language", "subject", "preheader")
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "format": FORMATS,
    "pitch": PITCHES,
    "language": LANGUAGES,
}
_FENCE = re.compile(r"---[ \t]*")
_LANGUAGE = re.compile(r"---[ \t]+(?P<code>[A-Za-z-]{2,8})[ \t]+---[ \t]*")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


class ContentError(ValueError):
    """A text that is no content; `problems` says all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def read(text: str, file: str | None = "content") -> Content:
    """The content that a text holds. Raises ContentError."""
    content, problems = _read(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"), file)
    if content is None or any(problem.level == "error" for problem in problems):
        raise ContentError(problems)
    return content


def _read(text: str, file: str | None) -> tuple[Content | None, list[Problem]]:
    if len(text) > LONGEST:
        what = f"the content has {len(text):,} letters, more than {LONGEST:,}"
        return None, [Problem("error", (), what, "mails of more than 100 KB are cut off", "shorten it", file, 1, 1)]
    lines = text.split("\n")
    ends = next((at for at, line in enumerate(lines[1:], 1) if _FENCE.fullmatch(line)), None)
    if not _FENCE.fullmatch(lines[0]) or ends is None:
        fix = "begin with a line `---`, then name, purpose and subject, then a line `---`"
        return None, [Problem("error", (), "there is no front matter", "it says what the text is for", fix, file, 1, 1)]
    source = read_text("\n" + "\n".join(lines[1:ends]), file)
    problems = [_of_ours(problem) for problem in source.problems]
    tree = source.tree if source.tree is not None else {}
    if not isinstance(tree, dict):
        problems.append(Problem("error", (), "the front matter is no list of names and values", file=file, line=1))
    if problems:
        return None, problems
    assert isinstance(tree, dict)
    matter = _Matter(source, tree, lines, file)
    first = matter.choice("language", "en")
    bodies = _bodies(lines, ends + 1, first, matter)
    content = Content(
        name=matter.name(),
        kind=matter.choice("kind", "mail"),
        format=matter.choice("format", "markdown"),
        purpose=matter.slug("purpose"),
        pitch=matter.choice("pitch", "low"),
        topic=matter.slug("topic", needed=False),
        language=first,
        subjects=matter.by_language("subject", first),
        preheaders=matter.by_language("preheader", first),
        bodies=bodies,
        file=file,
        places={str(path[0]): place for path, place in source.marks.items() if len(path) == 1},
    )
    matter.unknown()
    _complete(content, matter)
    return content, sorted(matter.problems, key=lambda each: (each.line or 0, each.column or 0))


def _of_ours(problem: Problem) -> Problem:
    """A mistake in the YAML; hints that are about definitions are left out."""
    yaml = problem.what.startswith("not valid YAML")
    why, fix = (problem.why, problem.fix) if yaml else ("", "")
    return Problem(problem.level, problem.path, problem.what, why, fix, problem.file, problem.line, problem.column)


class _Matter:
    """The front matter, and what is wrong with it."""

    def __init__(self, source: Source, tree: dict[str, Any], lines: Sequence[str], file: str | None) -> None:
        self.source, self.tree, self.lines, self.file = source, tree, lines, file
        self.problems: list[Problem] = []

    def wrong(self, path: Path, what: str, why: str = "", fix: str = "") -> None:
        problem = self.source.locate(Problem("error", path, what, why, fix))
        self.problems.append(Problem(**{**vars(problem), "line": problem.line or 1}))

    def text(self, field: str) -> str:
        value = self.tree.get(field)
        if isinstance(value, dict | list):
            self.wrong((field,), f"`{field}` is one word, not several")
            return ""
        return (value or "").strip()

    def name(self) -> str:
        return self.slug("name")

    def slug(self, field: str, *, needed: bool = True) -> str:
        value = self.text(field)
        if not value and field not in self.tree and needed:
            self.wrong((), f"`{field}` is missing", fix=f"write `{field}: …`")
        elif value and (not _SLUG.fullmatch(value) or len(value) > 50):
            fix = "write small letters and digits with hyphens, 50 at most: `what-plans-cost`"
            self.wrong((field,), f"`{value[:60]}` can't be a {field}", fix=fix)
        elif not value and needed and field in self.tree:
            self.wrong((field,), f"`{field}` is empty")
        return value

    def choice(self, field: str, default: str) -> Any:
        value = self.text(field) or default
        known = _CHOICES[field]
        if value not in known:
            self.wrong((field,), f"there is no {field} `{value[:40]}`", fix=likely(value, known, field))
            return default
        return value

    def by_language(self, field: str, first: str) -> dict[str, Piece]:
        value = self.tree.get(field)
        if value is None:
            return {}
        if isinstance(value, str):
            return {first: self._piece((field,), value)}
        if not isinstance(value, dict):
            self.wrong((field,), f"`{field}` is a text, or one text a language", fix=f"write `{field}: {{en: …}}`")
            return {}
        found = {}
        for code, text in value.items():
            if code not in LANGUAGES:
                fix = likely(code, LANGUAGES, "language")
                self.wrong((field, code), f"there is no language `{code[:40]}`", fix=fix)
            elif text is None:
                self.wrong((field, code), f"there is no {field} in `{code}`", fix=f"write `{field}: {{{code}: …}}`")
            elif not isinstance(text, str):
                self.wrong((field, code), f"the {field} in `{code}` is no text")
            else:
                found[code] = self._piece((field, code), text)
        return found

    def _piece(self, path: Path, text: str) -> Piece:
        """A text with its place; YAML says only where its name stands."""
        line, column = self.source.marks.get(path, (1, 1))
        first = text.split("\n", 1)[0][:30]
        for at in (line, line + 1):
            after = column + len(str(path[-1])) if at == line else 0
            if first and at <= len(self.lines) and (found := self.lines[at - 1].find(first, after)) >= 0:
                return Piece(text, at, found + 1)
        return Piece(text, line, column)

    def unknown(self) -> None:
        for field in self.tree:
            if field not in FIELDS:
                fix = likely(field, FIELDS, "field")
                self.wrong((field,), f"unknown field `{field[:60]}`", fix=fix)


def _bodies(lines: Sequence[str], start: int, first: str, matter: _Matter) -> dict[str, Piece]:
    """The texts below the front matter; a line `--- de ---` begins that of another language."""
    found: dict[str, Piece] = {}
    for code, begins, ends in _stretches(lines, start, first):
        if code not in LANGUAGES:
            fix = likely(code, LANGUAGES, "language")
            what = f"there is no language `{code}`"
            matter.problems.append(Problem("error", (), what, "", fix, matter.file, begins, 1))
            continue
        own = lines[begins:ends]
        if code == first and begins == start and not "".join(own).strip():
            continue
        if code in found:
            what = f"the text in `{code}` stands here twice"
            matter.problems.append(Problem("error", (), what, "", "remove one", matter.file, begins, 1))
            continue
        found[code] = Piece("\n".join(own), begins + 1)
    return found


def _stretches(lines: Sequence[str], start: int, first: str) -> Iterator[tuple[str, int, int]]:
    code, begins = first, start
    for at in range(start, len(lines)):
        if marked := _LANGUAGE.fullmatch(lines[at]):
            yield code, begins, at
            code, begins = marked["code"].lower(), at + 1
    yield code, begins, len(lines)


def _complete(content: Content, matter: _Matter) -> None:
    """A language that has only one of subject and text can't be sent."""
    if content.language not in content.bodies:
        fix = "write it below the front matter, or name another `language`"
        matter.wrong(("language",), f"there is no text in `{content.language}`, the first language", fix=fix)
    if content.kind == "slot":
        for field in ("subject", "preheader"):
            if field in matter.tree:
                matter.wrong((field,), f"a slot has no {field}", "it is put into something that has one", "remove it")
        return
    said = {problem.path for problem in matter.problems}
    for code in content.bodies:
        if code not in content.subjects and not said & {("subject",), ("subject", code)}:
            matter.wrong(("subject",), f"there is no subject in `{code}`", fix=f"write `subject: {{{code}: …}}`")
    for field, pieces in (("subject", content.subjects), ("preheader", content.preheaders)):
        for code in pieces:
            if code not in content.bodies and content.language in content.bodies:
                fix = f"write the text below a line `--- {code} ---`, or remove the {field}"
                matter.wrong((field, code), f"there is a {field} in `{code}` and no text", fix=fix)
