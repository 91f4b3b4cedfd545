"""Kinds of fields that requests and answers have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""A number in an address."""

Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""What every database can keep."""

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]+$")]
"""Of an event or a trait."""


class Given(BaseModel):
    """What a request brings: nothing that isn't known, and no value of another type than is asked for."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("write a time as ISO 8601 has it: 2026-06-01T12:00:00Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("write a time as ISO 8601 has it: 2026-06-01T12:00:00Z") from None


def _utc(value: datetime) -> datetime:
    """In UTC; a time without a zone is UTC."""
    try:
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        moment = EARLIEST.replace(year=1)
    if not EARLIEST <= moment < LATEST:
        raise ValueError("a time lies between the years 1970 and 2200")
    return moment


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    AfterValidator(_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="validation"),
]
"""A time in a request."""
