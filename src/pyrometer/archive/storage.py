"""Carrying whole files between this machine and an object storage, by the Delta library's own client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pyrometer.archive.kinds import Name
from pyrometer.archive.place import Place, told

if TYPE_CHECKING:
    from deltalake._internal import DeltaFileSystemHandler

AT_ONCE = 8
"""Files that are carried at the same time."""

_BLOCK = 4 << 20


def upload(place: Place, table: Name, root: Path, paths: Sequence[str]) -> None:
    """Files under a local folder to the same paths of a table. Raises EvidenceError."""

    def carry(storage: DeltaFileSystemHandler, path: str) -> None:
        with (root / path).open("rb") as source:
            target = storage.open_output_stream(path)
            while block := source.read(_BLOCK):
                target.write(block)
            target.close()  # type: ignore[attr-defined]  # its stubs forget what commits the file

    _each(place, table, paths, carry, "write")


def download(place: Place, table: Name, paths: Sequence[str], root: Path) -> list[str]:
    """Files of a table under a local folder; where they are now. Raises EvidenceError."""

    def carry(storage: DeltaFileSystemHandler, path: str) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        source = storage.open_input_file(path)
        with (root / path).open("wb") as target:
            while block := source.read(_BLOCK):
                target.write(block)

    missing = [path for path in paths if not (root / path).exists()]
    _each(place, table, missing, carry, "read")
    return [str(root / path) for path in paths]


def remove(place: Place, table: Name, paths: Sequence[str]) -> None:
    """Remove files of a table that no commit names; those that can't be removed stay for the next clean-up."""

    def drop(storage: DeltaFileSystemHandler, path: str) -> None:
        with suppress(OSError):
            storage.delete_file(path)

    with suppress(Exception):
        _each(place, table, paths, drop, "write")


def _each(
    place: Place, table: Name, paths: Sequence[str], carry: Callable[[DeltaFileSystemHandler, str], None], doing: str
) -> None:
    from deltalake._internal import DeltaFileSystemHandler

    if not paths:
        return
    with told(place, doing), ThreadPoolExecutor(min(AT_ONCE, len(paths))) as pool:
        storage = DeltaFileSystemHandler(place.table(table), place.options)
        for carried in [pool.submit(carry, storage, path) for path in paths]:
            carried.result()
