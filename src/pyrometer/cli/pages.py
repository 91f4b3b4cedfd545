"""`--html`: a result as a page, beside what the command prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyrometer.cli.output import check_output, text_output
from pyrometer.cli.progress import waiting
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.reporting import Result


def check_page(html: Path | None, inputs: list[Path], *outputs: Path | None) -> Path | None:
    """The file of the page, None without one; refuses, before any work, what `write_page` could not do.

    That is a file that can't be written, is an input or another output, or a page without the packages that draw.
    """
    if html is None:
        return None
    if str(html) == "-":
        raise UsageError("--html - : a page goes to a file; name one, such as --html report.html")
    for out in outputs:
        if out is not None and html.resolve() == out.resolve():
            raise UsageError(f"--html {html} is the file of another output; name another")
    target = check_output(html, inputs, option="--html")
    from pyrometer.reporting.needs import need_charts

    need_charts()
    return target


def write_page(result: Result, source: str, target: Path | None) -> None:
    """Write the page, whole or not at all; without a target there is none."""
    if target is None:
        return
    from pyrometer.reporting import report

    with waiting("Drawing the page"):
        page = report(result, source=source)
    with text_output(target) as stream:
        stream.write(page)
