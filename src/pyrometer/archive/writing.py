"""Writing rows of an archive: Parquet files by month and bucket, which exist for nobody until a commit names them."""

from __future__ import annotations

import glob
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrometer.archive.kinds import VERSION
from pyrometer.archive.storage import remove, upload
from pyrometer.archive.tables import ArchiveTable, DataFile
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence.quote import ident

if TYPE_CHECKING:
    from deltalake._internal import RemoveAction
    from deltalake.transaction import AddAction


@dataclass
class Draft:
    """Files that are written and not committed yet."""

    table: ArchiveTable
    token: str
    added: list[AddAction]
    begun: bool = False

    def commit(self, gone: Iterable[RemoveAction] = (), *, what: str, exactly: bool = True) -> None:
        """Name them in the table's log; as `ArchiveTable.commit`."""
        self.begun = True
        self.table.commit(self.added, gone, what=what, exactly=exactly)

    def named(self) -> bool:
        """Whether the log names them."""
        self.table.reload()
        return any(self.token in file.path for file in self.table.files())

    def discard(self) -> None:
        """Remove them."""
        if self.table.place.is_local:
            for path in glob.glob(
                f"{glob.escape(self.table.place.table(self.table.kind.name))}/**/{self.token}-*", recursive=True
            ):
                with suppress(OSError):
                    os.unlink(path)
        else:
            remove(self.table.place, self.table.kind.name, [action.path for action in self.added])


@contextmanager
def drafted(engine: DuckDBEngine, table: ArchiveTable, select: str, *, changes: bool = True) -> Iterator[Draft]:
    """The rows of a query as files of a table; those that nobody committed when the block fails are removed.

    The query has the table's columns and those that it is filed by. Without `changes` the files say nothing new.
    Where it can't be told whether a commit took place, its files stay: the log may name them.
    Raises EvidenceError if they can't be written.
    """
    from deltalake.exceptions import CommitFailedError

    token = f"part-{secrets.token_hex(8)}"
    draft = Draft(table, token, [])
    local = table.place.is_local
    root = Path(table.place.table(table.kind.name)) if local else engine.folder / token
    root.mkdir(exist_ok=True, parents=True)
    order = ", ".join(map(ident, [*table.kind.filed_by, "lead_id", table.kind.times[0]]))
    try:
        written = engine.copy_apart(f"{select} ORDER BY {order}", root, table.kind.filed_by, token)
        draft.added = [_action(table, root, row, changes=changes) for row in written]
        if local:
            for action in draft.added:
                _settle(root / action.path)
        else:
            upload(table.place, table.kind.name, root, [action.path for action in draft.added])
        yield draft
    except CommitFailedError:
        # A storage that was asked twice, because its first answer got lost, refuses what it has done already.
        if not draft.named():
            draft.discard()
            raise
    except BaseException:
        if not draft.begun:
            draft.discard()
        elif local:  # what was sent to an object storage may be carried out after this
            with suppress(EvidenceError):
                if not draft.named():
                    draft.discard()
        raise
    finally:
        if not local:
            _clear(root)


def removed(files: Iterable[DataFile], *, changes: bool = True) -> list[RemoveAction]:
    """What a commit says of files that go."""
    from deltalake.transaction import RemoveAction

    now = int(time.time() * 1000)
    return [
        RemoveAction(file.path, changes, now, file.size, {name: str(value) for name, value in file.filed.items()})
        for file in files
    ]


def _action(table: ArchiveTable, root: Path, row: tuple[Any, ...], *, changes: bool) -> AddAction:
    from deltalake.transaction import AddAction

    path, rows, size, _, statistics, filed, *_ = row
    bounds = {name.strip('"'): found for name, found in statistics.items()}
    stats = {
        "numRecords": rows,
        "minValues": _bounds(table, bounds, "min"),
        "maxValues": _bounds(table, bounds, "max"),
        "nullCount": {name: int(bounds[name]["null_count"]) for name in [*table.kind.times, VERSION]},
    }
    modified = int(os.stat(path).st_mtime * 1000)
    return AddAction(os.path.relpath(path, root), size, dict(filed), modified, changes, json.dumps(stats))


def _bounds(table: ArchiveTable, bounds: Mapping[str, Mapping[str, str]], end: str) -> dict[str, Any]:
    found: dict[str, Any] = {name: bounds[name][end].replace(" ", "T") for name in table.kind.times}
    return found | {VERSION: int(bounds[VERSION][end])}


def _settle(path: Path) -> None:
    """What a commit names is on the disk, not on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        with suppress(OSError):
            path.unlink() if path.is_file() else path.rmdir()
    with suppress(OSError):
        root.rmdir()
