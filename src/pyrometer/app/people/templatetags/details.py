"""How the details of an audit entry read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()

LONG = 300
"""Letters of a value that a table has room for."""


@register.filter
def lines(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values, those that are empty left out."""
    return [
        (name.replace("_", " "), _words(value)) for name, value in detail.items() if value not in (None, "", [], {})
    ]


def _words(value: Any) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = ", ".join(value)
    elif isinstance(value, Mapping):
        text = ", ".join(f"{name} {shown}" for name, shown in lines(value))
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONG else text[:LONG] + "…"
