"""`pyrometer fingerprint`: the identity of a definition."""

from __future__ import annotations

import sys

from pyrometer.cli.options import DefinitionFile


def fingerprint_command(definition: DefinitionFile, /) -> int:
    """Print the identity of a definition, which changes when its meaning does."""
    from pyrometer.definition import load
    from pyrometer.definition.fingerprint import fingerprint

    sys.stdout.write(fingerprint(load(definition)) + "\n")
    return 0
