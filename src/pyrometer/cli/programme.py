"""`pyrometer programme`: checks a nurture programme, draws it, and leads a made-up lead through it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from pyrometer.cli.options import Lang, Number, Presentation, check_definition
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.definition import Definition
    from pyrometer.nurture import Content, Draft, Programme, Walk
    from pyrometer.rehearsal import Story

LONGEST = 3660
"""Days that a story is followed at most."""


def programme_command(
    programme: Annotated[str, Parameter(help="The programme, a YAML file; or the key of one that is shipped.")],
    /,
    *,
    definition: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="The definition that its conditions refer to."),
    ] = None,
    contents: Annotated[
        Path | None, Parameter(metavar="FOLDER", help="A folder with its contents: texts with front matter, *.md.")
    ] = None,
    story: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="Also lead a made-up lead through it: a YAML file."),
    ] = None,
    days: Annotated[Number, Parameter(help="How many days of the story (default: 365).")] = None,
    strict: Annotated[bool, Parameter(help="Warnings count as errors.", negative=(), show_default=False)] = False,
    presentation: Presentation = "text",
    lang: Lang = "en",
) -> int:
    """Show every problem of a programme and its steps from top to bottom; with a story, what that lead would get."""
    for given in (definition, story):
        if given is not None:
            check_definition(None, given)
    if story is not None and definition is None:
        raise UsageError("--story needs --definition FILE, by which the made-up lead is read")
    if days is not None and story is None:
        raise UsageError("--days is how long a story is followed: add --story FILE")
    if days is not None and days > LONGEST:
        raise UsageError(f"--days {days}: at most {LONGEST}")

    from pyrometer.definition import load
    from pyrometer.nurture import read, shipped

    file = Path(programme)
    ours = not file.exists() and programme in shipped()
    if not ours:
        _check_file(file, programme)
    agreed = None if definition is None else load(definition)
    draft = read(
        shipped()[programme] if ours else file, agreed, _contents(contents, ours=ours), shipped() if ours else None
    )
    read_story = walked = None
    if story is not None and agreed is not None and draft.programme is not None and not draft.errors:
        from pyrometer.cli.progress import waiting
        from pyrometer.rehearsal import load_story, rehearse

        read_story = load_story(story, agreed)
        with waiting("Rehearsing"):
            walked = rehearse(draft.programme, agreed, read_story, days=days or 365)
    if presentation == "json":
        _write_json(draft, agreed, read_story, walked, lang)
    else:
        _print(draft, agreed, read_story, walked, lang)
    bad = ("error", "warning") if strict else ("error",)
    return 1 if any(problem.level in bad for problem in draft.problems) else 0


def _check_file(file: Path, named: str) -> None:
    from pyrometer.definition.problems import suggestion
    from pyrometer.nurture import shipped

    if not file.exists() and file.suffix not in (".yaml", ".yml"):
        hint = suggestion(named, shipped(), kind="programme")
        raise UsageError(f"{named} is neither a file nor a programme that is shipped; {hint}")
    check_definition(None, file)


def _contents(folder: Path | None, *, ours: bool) -> dict[str, Content] | None:
    from pyrometer.nurture import read_contents, shipped_contents

    if folder is None:
        return shipped_contents() if ours else None
    if not folder.is_dir():
        raise UsageError(f"--contents {folder}: there is no such folder")
    found = read_contents(folder.glob("*.md"))
    if not found:
        raise UsageError(f"--contents {folder}: no file in it ends in .md")
    return found


def _print(
    draft: Draft, definition: Definition | None, story: Story | None, walked: Walk | None, language: str
) -> None:
    from rich.text import Text

    from pyrometer.cli.problems import count, print_problems
    from pyrometer.cli.terminal import console, speaks_unicode, visible
    from pyrometer.nurture import spelled

    print_problems(draft.problems, sys.stdout)
    screen = console()
    if draft.programme is not None:
        picture = spelled(_drawn(draft.programme, definition, language), plain=not speaks_unicode(screen))
        screen.print(Text(visible(picture, lines=True)), soft_wrap=True)
        screen.print()
    if story is not None and walked is not None and draft.programme is not None:
        from pyrometer.cli.rehearsed import print_walk

        print_walk(draft.programme, story, walked, screen, language)
    screen.print(count(draft.problems), style="bold")


def _drawn(programme: Programme, definition: Definition | None, language: str) -> Any:
    from pyrometer.nurture import drawn

    return drawn(programme, language=language) if definition is None else drawn(programme, definition, language)


def _write_json(
    draft: Draft, definition: Definition | None, story: Story | None, walked: Walk | None, language: str
) -> None:
    from pyrometer.cli.problems import as_json, count
    from pyrometer.cli.rehearsed import walk_as_json

    found: dict[str, Any] = {
        "summary": count(draft.problems),
        "problems": [as_json(problem) for problem in draft.problems],
    }
    if draft.programme is not None:
        found["programme"] = draft.programme.programme
        found["version"] = draft.programme.version
        found["lines"] = [
            {"depth": line.depth, "kind": line.kind, "step": line.step or None, "words": line.words}
            for line in _drawn(draft.programme, definition, language)
        ]
    if story is not None and walked is not None:
        found["story"] = {"lead": story.lead, **walk_as_json(walked)}
    sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
