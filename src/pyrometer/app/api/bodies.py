"""Reads the JSON of requests, and refuses what no database can keep."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from pyrometer.app.api.problems import Problem

DEEPEST = 20
"""How deep lists and objects may stand in one another."""


class Bodies(Parser):
    """JSON as RFC 8259 has it: no NaN, no lone halves of characters; and no NUL, which PostgreSQL can't keep."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises Problem."""
        try:
            found = json.loads(request.body, parse_constant=_refuse, parse_float=_number, object_pairs_hook=_object)
        except RecursionError:
            raise _unreadable(request, Problem(400, "the body is nested too deeply")) from None
        except ValueError as error:
            raise _unreadable(request, Problem(400, f"the body can't be read as JSON: {error}")) from None
        try:
            _check(found, DEEPEST)
        except ValueError as error:
            raise _unreadable(request, Problem(422, str(error), errors=[("body", str(error))])) from None
        return found


def _unreadable(request: HttpRequest, problem: Problem) -> Problem:
    # django-ninja answers whatever a parser raises with words of its own; what is wrong is kept for the answer here.
    request.unreadable = problem  # type: ignore[attr-defined]
    return problem


def _refuse(name: str) -> None:
    raise ValueError(f"{name} isn't JSON")


def _number(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:20]} is too large")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _check(value: Any, deep: int) -> None:
    if deep < 0:
        raise ValueError("lists and objects stand too deep in one another")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number doesn't fit into 64 bits")
    elif isinstance(value, list):
        for item in value:
            _check(item, deep - 1)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check(item, deep - 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ValueError("a text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text holds half of a character") from None
