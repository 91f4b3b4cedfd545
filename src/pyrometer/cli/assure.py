"""`pyrometer assure`: does the definition do what both teams agreed on?"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from pyrometer.cli.options import DefinitionFile

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.assurance import ExampleResult


def assure_command(
    definition: DefinitionFile,
    /,
    *,
    format: Annotated[Literal["text", "json"], Parameter(help="For people or for programs.")] = "text",  # noqa: A002
) -> int:
    """Score the definition's own examples and compare with what they expect; exit code 1 if one comes out otherwise."""
    from pyrometer.assurance import assure
    from pyrometer.cli.terminal import console
    from pyrometer.definition import load

    results = assure(load(definition))
    if format == "json":
        sys.stdout.write(json.dumps([_as_json(result) for result in results], indent=2, ensure_ascii=False) + "\n")
    else:
        _print(results, console())
    return 0 if all(result.passed for result in results) else 1
