"""Pages of long lists. A cursor says after which row to go on, so nothing that comes in meanwhile shifts the rest."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Query
from pydantic import BaseModel

from pyrometer.app.api.problems import Problem

Item = TypeVar("Item")

Cursor = Annotated[
    str | None,
    Query(description="`next` of the page before.", max_length=40, pattern=r"^[A-Za-z0-9_-]+$"),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]


class Page(BaseModel, Generic[Item]):
    """Some of a list, and how to go on; `next` is null at the end."""

    items: list[Item]
    next: str | None


def page(
    rows: QuerySet[Any],
    shape: Callable[[list[Any]], list[Item]],
    *,
    cursor: str | None,
    limit: int,
    newest: bool = False,
) -> Page[Item]:
    """A page of rows in the order of their ids, or the newest first. `shape` makes all items at once."""
    after = None if cursor is None else _read(cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after) if newest else rows.filter(pk__gt=after)
    found = list(rows.order_by("-pk" if newest else "pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return Page(items=shape(found), next=_write(found[-1].pk) if more else None)


def _write(pk: int) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        if not (text.isdigit() and len(text) < 19):
            raise ValueError
        return int(text)
    except (ValueError, binascii.Error):
        wrong = "this is no cursor; send `next` of the page before, as it was"
        raise Problem(422, wrong, errors=[("query.cursor", wrong)]) from None
