"""Mistakes in usage, in this project's words."""

from __future__ import annotations

from cyclopts import CycloptsError, MissingArgumentError, UnusedCliTokensError


def reword(error: CycloptsError) -> str:
    """What is wrong with the command line, in one line."""
    if isinstance(error, MissingArgumentError) and error.argument is not None:
        name = error.argument.name
        if error.tokens_so_far or (error.keyword and name.startswith("-")):
            return f"{name} needs a value"
        return f"{name} is missing"
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return f"what is `{error.unused_tokens[0]}`? Nothing more was expected here"
    error.verbose = False
    text = " ".join(str(error).split())
    return text[:1].lower() + text[1:].rstrip(".")
