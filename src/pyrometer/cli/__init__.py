"""The `pyrometer` command: argument parsing, exit codes, and nothing that takes long to import."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App

from pyrometer.cli.catalogue import COMMANDS, example_text


def main(tokens: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0: fine; 1: problems in the definition, or failed examples; 2: wrong usage, unreadable input or unwritable output;
    3: nothing to learn; 130: stopped by Ctrl-C. Never raises and never shows a traceback, but with PYROMETER_DEBUG=1.
    """
    from pyrometer.cli.failures import guarded

    return guarded(lambda: _run(list(sys.argv[1:] if tokens is None else tokens)))


def application() -> App:
    """The commands as Cyclopts knows them; each lives in the module of its name, imported when it is called."""
    app = App(
        name="pyrometer",
        help=(
            "A thermometer for leads: one agreed definition of a good lead, applied to every lead, with the reasons."
        ),
        version=_version,
        help_format="plaintext",
        help_epilogue=example_text(COMMANDS["score"].examples[:1]) + "\n\nMore of each: pyrometer COMMAND --help",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for order, (name, command) in enumerate(COMMANDS.items()):
        # A group of commands brings its own examples; Cyclopts lets nobody else set them.
        own = {} if command.target.endswith("_app") else {"help_epilogue": example_text(command.examples)}
        app.command(f"pyrometer.cli.{command.target}", name=name, sort_key=order, help=command.help, **own)
    app.register_install_completion_command(
        add_to_startup=False, group="Setup", help="Install completion of commands and options for your shell."
    )
    return app


def _run(tokens: list[str]) -> int:
    from pyrometer.cli.options import prepare

    result = application()(prepare(tokens))
    return result if isinstance(result, int) else 0


def _version() -> str:
    from pyrometer import __version__

    return f"pyrometer {__version__}"
