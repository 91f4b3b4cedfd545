"""The base of every part of a definition: frozen, with no unknown keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict


class Part(BaseModel):
    """A part of a definition; unknown keys are errors and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


def empty_as_mapping(value: object) -> object:
    """`demo_requested:` with nothing behind it means the same as `demo_requested: {}`."""
    return {} if value is None else value


def _texts(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


Texts = Annotated[dict[str, str], BeforeValidator(_texts)]
"""A text by language (`{en: …, de: …}`); a plain text is English."""
