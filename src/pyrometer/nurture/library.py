"""The programmes and contents that come with the package, to be used as they are or copied and changed."""

from __future__ import annotations

from pathlib import Path

from pyrometer.nurture.contents import Content, read_contents

_HERE = Path(__file__).parent / "shelf"


def shipped() -> dict[str, Path]:
    """The files of the programmes that come with the package, by key.

    >>> sorted(shipped())
    ['educate', 'post-trial', 're-engage', 'sunset', 'until-the-day', 'warm-up']
    """
    return {file.stem: file for file in sorted((_HERE / "programmes").glob("*.yaml"))}


def shipped_contents() -> dict[str, Content]:
    """The contents that these programmes name; where each stands says its `file`."""
    return read_contents((_HERE / "contents").glob("*.md"))
