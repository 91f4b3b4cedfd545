"""Renders the specs as the reference documentation: `python -m tests.spec.reference --write`, or `--check`."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.spec.case import AS_OF, Spec, Topic, table
from tests.spec.topics import TOPICS

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
KINDS = {"scores": "score", "grades": "grade", "criteria": "criterion", "flags": "flag", "frameworks": ""}

INDEX = """# Reference

What a definition can say, and what comes out: every page is a collection of small examples. The examples are tests at
the same time. They run on every engine, so what is written here is what happens.

{pages}

## How to read the examples

An example is a piece of a definition, and a table with a lead in each row: on the left what is known of the lead, on
the right, after an arrow, what comes out. Parts of the definition that an example doesn't show are those at the top of
its page.

- *blank* is an empty cell of a file: not known.
- Quotes show where a text begins and ends, if that isn't plain: `" Northwind"` begins with a space.
- 5 × `page_viewed` 3 days ago (topic `pricing`) stands for five events of that day, with that property.
- If nothing else is said, everything is read as of noon (UTC) of the 30th of June 2026.
"""


def pages() -> dict[str, str]:
    """The text of each page by file name."""
    listed = "\n".join(f"- [{topic.title}]({topic.slug}.md): {_summary(topic)}" for topic in TOPICS)
    return {"README.md": INDEX.format(pages=listed)} | {f"{topic.slug}.md": page(topic) for topic in TOPICS}


def page(topic: Topic) -> str:
    """A topic as Markdown."""
    parts = [
        f"# {topic.title}",
        topic.prose,
        "The examples below belong to definitions that begin like this. [How to read them](README.md).",
        fenced(f"format: 1\nname: Reference\n{topic.setting}"),
    ]
    for section in topic.sections:
        parts += [f"## {section.title}", section.prose]
        for spec in section.specs:
            parts += example(spec)
    return "\n\n".join(parts) + "\n"


def example(spec: Spec) -> Iterator[str]:
    """A spec as blocks of Markdown."""
    yield f"### {spec.title}"
    yield spec.prose
    yield fenced(spec.definition)
    if spec.events:
        yield "Events:"
        yield grid(spec.events, evidence_cell)
    if spec.traits:
        yield "The log of traits:"
        yield grid(spec.traits, evidence_cell)
    if spec.as_of != AS_OF:
        yield f"Read as of {spec.as_of}:"
    yield grid(spec.leads, lead_cell)
    if spec.missing:
        yield "What is missing:"
        yield grid(spec.missing, result_cell)
    if spec.lines:
        yield "The explanation:"
        yield grid(spec.lines, result_cell)


def fenced(text: str) -> str:
    """A block of YAML."""
    return f"```yaml\n{text.strip()}\n```"


def grid(text: str, cell: Callable[[str, str], str]) -> str:
    """A table's text as a Markdown table; `cell` renders (head, cell)."""
    heads, body = table(text)
    lines = [[head_cell(head) for head in heads], ["---"] * len(heads)]
    lines += [[cell(head, value) for head, value in zip(heads, row, strict=True)] for row in body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def head_cell(head: str) -> str:
    """`=> scores.fit` as `→ score fit`; other heads as they are."""
    if not head.startswith("=>"):
        return head if head in ("lead", "events", "previous") else escaped(head)
    kind, _, rest = head[2:].strip().partition(".")
    return f"→ {escaped(' '.join(filter(None, (KINDS.get(kind, kind), *rest.split('.')))))}"


def lead_cell(head: str, cell: str) -> str:
    """A cell of the table of leads."""
    if head.startswith("=>"):
        return "*unknown*" if cell == "null" else f"**{escaped(cell)}**"
    if head == "events":
        return "; ".join(told(part.split()) for part in cell.split(";")) if cell else "*none*"
    return evidence_cell(head, cell)


def told(words: list[str]) -> str:
    """`2 x 3d page_viewed topic=pricing` for people."""
    times = f"{words[0]} × " if words[1] == "x" else ""
    age, event, *properties = words[2:] if times else words
    days = int(age.removesuffix("d"))
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    named = ", ".join(f"{escaped(name)} `{value}`" for name, value in (word.split("=", 1) for word in properties))
    return f"{times}`{event}` {ago}" + (f" ({named})" if named else "")


def evidence_cell(head: str, cell: str) -> str:
    """A cell as it stands in a file; literal ones keep their quotes."""
    if not cell:
        return "*blank*"
    return f"`{cell}`" if cell.startswith(('"', "{")) else escaped(cell)


def result_cell(head: str, cell: str) -> str:
    """A cell of what comes out."""
    return {"null": "", "-": "*nothing*"}.get(cell, escaped(cell))


def escaped(text: str) -> str:
    """Text in which Markdown finds nothing to mark up."""
    return re.sub(r"([\\`*_<>|\[\]~])", r"\\\1", text)


def _summary(topic: Topic) -> str:
    return f"{topic.prose} ({len(list(topic))} examples)"


def stale(folder: Path, wanted: dict[str, str]) -> Iterable[str]:
    """The names of the pages that differ from what they should be, are missing, or should not be there."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in found | wanted if found.get(name) != wanted.get(name))


def main(arguments: list[str] | None = None) -> int:
    """Writes the reference, or says which pages are stale (exit code 1)."""
    parser = argparse.ArgumentParser(description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="write docs/reference")
    action.add_argument("--check", action="store_true", help="fail if docs/reference is stale")
    options = parser.parse_args(arguments)
    wanted = pages()
    names = list(stale(FOLDER, wanted))
    if options.check:
        for name in names:
            sys.stdout.write(f"stale: docs/reference/{name} (run `python -m tests.spec.reference --write`)\n")
        return 1 if names else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
        sys.stdout.write(f"wrote docs/reference/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
