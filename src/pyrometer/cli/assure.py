"""`pyrometer assure`: does the definition do what both teams agreed on?"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pyrometer.cli.options import DefinitionFile, Presentation

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.assurance import ExampleResult


def assure_command(definition: DefinitionFile, /, *, presentation: Presentation = "text") -> int:
    """Score a definition's own examples and compare with what they expect."""
    from pyrometer.assurance import assure
    from pyrometer.cli.terminal import console
    from pyrometer.definition import load

    results = assure(load(definition))
    if presentation == "json":
        sys.stdout.write(json.dumps([_as_json(result) for result in results], indent=2, ensure_ascii=False) + "\n")
    else:
        _print(results, console())
    return 0 if all(result.passed for result in results) else 1


def _print(results: Sequence[ExampleResult], screen: Console) -> None:
    from rich.text import Text

    from pyrometer.cli.terminal import mark, visible

    for result in results:
        screen.print(Text.assemble(mark(result.passed, screen), " ", visible(result.name)), soft_wrap=True)
        for finding in result.findings:
            if finding.passed:
                continue
            screen.print(
                Text.assemble(
                    f"    {visible(finding.what)}: expected ",
                    (visible(finding.expected), "bold"),
                    ", found ",
                    (visible(finding.actual), "bold red"),
                ),
                soft_wrap=True,
            )
            for reason in finding.reasons:
                screen.print(Text(f"        {visible(reason)}", style="dim"), soft_wrap=True)
    passed = sum(result.passed for result in results)
    if results:
        screen.print()
        screen.print(
            Text(
                f"{passed} of {len(results)} examples come out as agreed",
                style="bold" if passed == len(results) else "bold red",
            )
        )
    else:
        screen.print("There are no examples. Write down a few leads that both teams agree on, under `examples`.")


def _as_json(result: ExampleResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "passed": result.passed,
        "findings": [
            {
                "what": finding.what,
                "expected": finding.expected,
                "actual": finding.actual,
                "passed": finding.passed,
                "reasons": list(finding.reasons),
            }
            for finding in result.findings
        ],
        "reading": result.reading.as_dict(explain=True),
    }
