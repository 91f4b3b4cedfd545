"""What mails say that are written only as they are handed over: rooms further on register here how."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyrometer.app.delivery.gates import Failed
from pyrometer.app.delivery.models import Outgoing

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class UnsendableReason:
    """No mail can be made of a row, now or later: why, in words."""

    because: str


Composed = Mapping[str, Any] | UnsendableReason
Compose = Callable[[Sequence[Outgoing], datetime], Mapping[int, Composed]]
"""What some rows say (subject, text, html …), by their key; it is merged into the payload and not kept.

It may fill in what the payload leaves open of `marketing`; it changes neither `to` nor `lead`.
"""

_AS_POSTED = ("to", "lead")

_composers: dict[str, Compose] = {}


def register(name: str, compose: Compose) -> None:
    """Have what mails say made by a function, whose name their payload has as `compose`. Called in `ready`."""
    _composers[name] = compose


def composed(rows: Sequence[Outgoing], now: datetime) -> dict[int, dict[str, Any] | UnsendableReason | Failed]:
    """The whole payload of each row: made now where it is to be, else as it stands."""
    found: dict[int, dict[str, Any] | UnsendableReason | Failed] = {}
    late: dict[str, list[Outgoing]] = {}
    for row in rows:
        if row.channel == "email" and "compose" in row.payload:
            late.setdefault(str(row.payload["compose"]), []).append(row)
        else:
            found[row.pk] = row.payload
    for name, some in late.items():
        found |= _made(name, some, now)
    return found


def _made(name: str, rows: Sequence[Outgoing], now: datetime) -> dict[int, dict[str, Any] | UnsendableReason | Failed]:
    compose = _composers.get(name)
    if compose is None:
        return dict.fromkeys((row.pk for row in rows), Failed(f"nothing that writes mails is called {name!r}"))
    try:
        made = compose(rows, now)
    except Exception as error:
        logger.exception("%s couldn't write mails", name)
        return dict.fromkeys((row.pk for row in rows), Failed(f"{type(error).__name__}: {error}"))
    silent = Failed(f"{name} said nothing of it")
    return {row.pk: _merged(row, made.get(row.pk, silent)) for row in rows}


def _merged(row: Outgoing, made: Composed | Failed) -> dict[str, Any] | UnsendableReason | Failed:
    """The whole payload; to whom it goes and what for was looked into already, so that stays as it was posted."""
    if isinstance(made, UnsendableReason | Failed):
        return made
    whole = {**row.payload, **made, **{name: row.payload[name] for name in _AS_POSTED if name in row.payload}}
    marketing = row.payload.get("marketing")
    if isinstance(marketing, Mapping):
        whole["marketing"] = {**(made.get("marketing") or {}), **marketing}
    else:
        whole.pop("marketing", None)
    return whole
