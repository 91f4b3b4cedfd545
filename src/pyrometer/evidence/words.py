"""Texts that are probably meant as one of the words of the definition, or aren't among those that it allows."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from pyrometer.evidence.checks import first_rows, shown
from pyrometer.evidence.notes import DataNote, clip, some
from pyrometer.evidence.quote import ident, literals
from pyrometer.evidence.reading import Input

_MOST = 1000
"""Beyond so many different texts, a column isn't one of categories, and only near misses are worth a look."""


def odd_words(
    con: duckdb.DuckDBPyConnection,
    read: Input,
    relation: str,
    column: str,
    condition: str,
    name: str,
    known: set[str],
    allowed: Collection[str] | None,
) -> list[DataNote]:
    """A note per text that differs from a known one only by case or space, and one on those that aren't allowed.

    `column` is SQL; the rows of `relation` are those of `read`, where `condition` holds.
    """
    if not known:
        return []
    strange = f"{condition} AND {column} NOT IN ({literals(sorted(known))})"
    folded = {fold(word): word for word in sorted(known)}
    like = f"regexp_replace(lower({column}), '[\\s\u00a0_-]+', '', 'g') IN ({literals(sorted(folded))})"
    if allowed is None:
        strange += f" AND {like}"  # the others, which may be millions, say nothing
    found = con.execute(
        f"SELECT {column}, {like} AS near, count(*), {first_rows(column)}"
        f" FROM {ident(relation)} WHERE {strange} GROUP BY ALL ORDER BY near DESC, 3 DESC, 1 LIMIT {_MOST}"
    ).fetchall()
    notes, outside = [], []
    for text, near, count, rows in found:
        meant = folded.get(fold(text)) if near else None
        if meant is None:
            outside.append((text, count, rows))
            continue
        file = rows[0]["file"]
        notes.append(
            DataNote(
                "warning",
                read.files[file],
                f"{count:,} row{'s' * (count > 1)} with `{clip(text)}` for `{meant}` in `{name}`",
                why="differs only by case or space, and is compared exactly",
                fix=f"write `{meant}`",
                count=count,
                samples=shown(rows, file),
            )
        )
    if allowed is not None and outside:
        total = sum(count for _, count, _ in outside)
        texts = some([text for text, _, _ in outside])
        first = outside[0][2]
        file = first[0]["file"]
        notes.append(
            DataNote(
                "warning",
                read.files[file],
                f"{total:,} row{'s' * (total > 1)} whose `{name}` isn't among its values: {texts}",
                fix="add it to `values`, or to `unknown`",
                count=total,
                samples=shown(first, file),
            )
        )
    return notes


def fold(text: str) -> str:
    """A text without case, spaces, underscores and hyphens.

    >>> fold(" GTX-Pro ") == fold("gtx pro")
    True
    """
    return "".join(letter for letter in text.lower() if not letter.isspace() and letter not in "_-")
