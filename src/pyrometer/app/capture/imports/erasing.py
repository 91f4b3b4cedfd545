"""What imports hold about a lead goes when the lead is erased: rejected rows, and rows of files that wait.

A row of a file is overwritten with blanks where it stands, so that every other row keeps its place and an import goes
on where it was. A file knows no transactions: should the erasure fail after all, the row is gone from the list anyway.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from pyrometer.app.capture.imports.actions import path_of, shape_of
from pyrometer.app.capture.imports.files import BadFileError, Row, Shape, rows
from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.imports.values import plain
from pyrometer.app.capture.likely import Likely
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.evidence.forgetting import Whom
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.models import Handle

Handles = Sequence[tuple[str, str]]

_BETWEEN = re.compile(r"[\s\",;|<>]+")


def forget(leads: Sequence[int], handles: Handles, now: datetime) -> None:
    """Blank rows of files that name one of some handles. The caller has the transaction of the erasure open."""
    if not handles:
        return
    for source in Import.objects.exclude(file="").order_by("pk"):
        try:
            blanked = _blank(path_of(source), shape_of(source), handles, _region(source))
        except BadFileError:
            # It is gone, or was never a list: nothing can be read from it any more.
            continue
        if blanked:
            # A worker that has read these rows already loses them, and reads what is left.
            Import.objects.filter(pk=source.pk).update(claimed_until=None, remarks=[])


def tell(leads: Sequence[int]) -> list[dict[str, Any]]:
    """The rejected rows that name some leads, for an export."""
    handles = list(Handle.objects.filter(lead__in=leads).values_list("kind", "value"))
    return [
        {"import": reject.source.name, "row": reject.number, "reason": reject.reason, "cells": reject.row}
        for reject in _among(Rejected.objects.order_by("pk"), handles)
    ]


def naming(rejects: QuerySet[Rejected], whom: Whom) -> list[int]:
    """The keys of the rejected rows among some that name an erased lead."""
    return [reject.pk for reject in _among(rejects, whom.handles)]


def _among(rejects: QuerySet[Rejected], handles: Handles) -> Iterator[Rejected]:
    if not handles:
        return
    likely = Likely(handles)
    for reject in rejects.select_related("source").iterator(500):
        texts = [plain(cell) for cell in reject.row.values() if cell is not None]
        if likely.among(" ".join(texts)) and names(texts, handles, _region(reject.source)):
            yield reject


def names(texts: Iterable[str], handles: Handles, region: str | None) -> bool:
    """Whether one of some texts is a handle, in whatever spelling.

    >>> names(["Ada", "Ada@Acme.example"], [("email", "ada@acme.example")], None)
    True
    """
    kinds, wanted = {kind for kind, _ in handles}, set(handles)
    for text in filter(None, texts):
        for kind in kinds:
            try:
                if (kind, normalise(kind, text, region)) in wanted:
                    return True
            except BadHandleError:
                continue
    return False


def _region(source: Import) -> str | None:
    return Mapping.of(source.mapping).region or settings.REGION


def _blank(file: Path, shape: Shape, handles: Handles, region: str | None) -> int:
    """Overwrite the rows of a file that name somebody; how many."""
    likely, found, begin = Likely(handles), [], shape.start
    with file.open("rb") as binary:
        for row in rows(file, shape):
            binary.seek(begin)
            text = binary.read(row.end - begin).decode(shape.encoding, "replace")
            if likely.among(text) and names(_texts(row, text), handles, region):
                found.append((begin, row.end))
            begin = row.end
    if found:
        with file.open("r+b") as binary:
            for start, end in found:
                binary.seek(start)
                blanks = re.sub(rb"[^\r\n]", b" ", binary.read(end - start))
                binary.seek(start)
                binary.write(blanks)
            binary.flush()
            os.fsync(binary.fileno())
    return len(found)


def _texts(row: Row, text: str) -> list[str]:
    """The cells of a row; of one that can't be read, whatever stands in it."""
    cells = [plain(cell) for cell in row.cells.values() if cell is not None]
    return [*cells, *_BETWEEN.split(text)] if row.problem else cells
