"""What people do with imports: upload a file, say what its columns mean, try it, start, stop, go on, delete it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.core.files import File
from django.db import transaction

from pyrometer.app.capture.imports.files import BadFileError, Row, Shape, look, rows
from pyrometer.app.capture.imports.guessing import guess
from pyrometer.app.capture.imports.mapping import Mapping, agreed
from pyrometer.app.capture.imports.storing import kept
from pyrometer.app.capture.imports.wanted import wants
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.people.audit import Actor, record

logger = logging.getLogger(__name__)

PREVIEW = 20
KINDS = ("leads", "events")
_COUNTS = ("rows", "done", "position", "created", "updated", "untouched", "duplicates", "rejected", "line")


def upload(*, actor: Actor, name: str, chunks: Iterable[bytes], kind: str, now: datetime) -> Import:
    """Keep a file and guess what its columns mean. Raises BadFileError, and keeps nothing then."""
    if kind not in KINDS:
        raise BadFileError("Say whether the file holds leads or events.")
    made, encoding = kept(chunks)
    with made:
        source = Import(name=name[-200:], kind=kind, by=actor.user, created_at=now)
        source.file.save("list.txt", File(made), save=False)
    try:
        shape = look(path_of(source), encoding=encoding)
        mapping = Mapping(encoding=encoding, separator=shape.separator)
        sample = [row.cells for row in first_rows(source, shape)]
        source.mapping = guess(mapping, shape.columns, sample, kind, wants()).stored()
        with transaction.atomic():
            source.save()
            record(actor=actor, action="import.upload", subject=f"import:{source.pk}", at=now, detail={"name": name})
    except BaseException:
        source.file.delete(save=False)
        raise
    return source


def path_of(source: Import) -> Path:
    """Where the file stands."""
    return Path(source.file.path)


def shape_of(source: Import) -> Shape:
    """How it is written, as it was settled. Raises BadFileError, also where the file is gone."""
    mapping = Mapping.of(source.mapping)
    try:
        return look(path_of(source), encoding=mapping.encoding, separator=mapping.separator)
    except (OSError, ValueError) as error:
        if isinstance(error, BadFileError):
            raise
        raise BadFileError("The file isn't there any more. Upload it again.") from None


def first_rows(source: Import, shape: Shape, count: int = PREVIEW) -> list[Row]:
    """The first rows, to look at."""
    return list(islice(rows(path_of(source), shape), count))


def settle(*, actor: Actor, source: Import, mapping: Mapping, now: datetime) -> Import:
    """Keep what somebody said that the columns mean; read another way, a file has other columns, which are guessed."""
    before = Mapping.of(source.mapping)
    if (mapping.encoding, mapping.separator) != (before.encoding, before.separator):
        shape = look(path_of(source), encoding=mapping.encoding, separator=mapping.separator)
        source.mapping = mapping.stored()
        sample = [row.cells for row in first_rows(source, shape)]
        mapping = guess(replace(mapping, separator=shape.separator), shape.columns, sample, source.kind, wants())
    mapping = agreed(mapping, wants())
    with transaction.atomic():
        changed = _only(source, Import.State.UPLOADED).update(mapping=mapping.stored())
        if changed:
            record(actor=actor, action="import.map", subject=f"import:{source.pk}", at=now)
    source.refresh_from_db()
    return source


def start(*, actor: Actor, source: Import, dry: bool, now: datetime) -> bool:
    """Have the worker read it: to try (`dry`), or for good. False where it was started already, or lacks a column."""
    if Mapping.of(source.mapping).problem(source.kind):
        return False
    with transaction.atomic():
        zero = dict.fromkeys(_COUNTS, 0)
        state = Import.State.RUNNING
        if not _only(source, Import.State.UPLOADED).update(state=state, dry=dry, error="", remarks=[], **zero):
            return False
        Rejected.objects.filter(source=source).delete()
        action = "import.try" if dry else "import.start"
        record(actor=actor, action=action, subject=f"import:{source.pk}", at=now)
    return True


def stop(*, actor: Actor, source: Import, now: datetime) -> bool:
    """Stop it behind the rows that are through; what is in stays in. A trial is simply given up."""
    with transaction.atomic():
        running = _only(source, Import.State.RUNNING)
        after = Import.State.UPLOADED if source.dry else Import.State.PAUSED
        if not running.filter(dry=source.dry).update(state=after):
            return False
        record(actor=actor, action="import.stop", subject=f"import:{source.pk}", at=now)
    return True


def resume(*, actor: Actor, source: Import, now: datetime) -> bool:
    """Go on where it was stopped, or where it failed."""
    with transaction.atomic():
        halted = Import.objects.filter(pk=source.pk, dry=False, state__in=[Import.State.PAUSED, Import.State.FAILED])
        if not halted.update(state=Import.State.RUNNING, error=""):
            return False
        record(actor=actor, action="import.resume", subject=f"import:{source.pk}", at=now)
    return True


def delete(*, actor: Actor, source: Import, now: datetime) -> bool:
    """Remove the import, its file and its rejected rows, unless it runs; the leads that it brought stay."""
    with transaction.atomic():
        found = Import.objects.filter(pk=source.pk).exclude(state=Import.State.RUNNING)
        if not found.delete()[0]:
            return False
        record(actor=actor, action="import.delete", subject=f"import:{source.pk}", at=now, detail={"name": source.name})
        transaction.on_commit(lambda: drop_file(source))
    return True


def drop_file(source: Import) -> None:
    """Remove the file; one that can't be removed now is removed by the daily round."""
    try:
        if source.file:
            source.file.storage.delete(source.file.name)
    except OSError as error:
        logger.warning("the file of import %s stays for now: %s", source.pk, error)


def _only(source: Import, state: str):
    return Import.objects.filter(pk=source.pk, state=state)
