"""Columns of a relation in the shape that exports have."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyrometer.definition.values import Type
from pyrometer.learning.arrays import Floats
from pyrometer.learning.reading import Column, Export


def column(name: str, type_: Type, values: Sequence[Any]) -> Column:
    """A column of values, None where unknown: texts, booleans or numbers.

    >>> found = column("size", "integer", [30, None, 4])
    >>> found.texts, found.codes.tolist()
    (('4', '30'), [1, -1, 0])
    """
    there = sorted({value for value in values if value is not None})
    place = {value: at for at, value in enumerate(there)}
    codes = np.fromiter((-1 if value is None else place[value] for value in values), dtype=np.int32, count=len(values))
    numbers: Floats | None = None
    if type_ != "text":
        numbers = np.array([float(value) for value in there], dtype=np.float64)
    texts = tuple(("true" if value else "false") if type_ == "boolean" else str(value) for value in there)
    return Column(name, type_, codes, texts, numbers, (), codes < 0)


def export_of(label: str, columns: Sequence[Column], rows: int, won: Floats) -> Export:
    """The columns as an export; its fingerprint is of what is known of each lead and how it ended."""
    digest = hashlib.sha256(won.tobytes())
    for each in columns:
        digest.update("\x1f".join((each.name, each.type, *each.texts)).encode("utf-8", "surrogatepass"))
        digest.update(each.codes.tobytes() + b"\x1e")
    return Export(label, tuple(columns), rows, digest.hexdigest(), np.zeros(rows, dtype=np.bool_))
