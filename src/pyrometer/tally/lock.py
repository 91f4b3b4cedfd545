"""One writer of a folder at a time; the others wait, but not for ever."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyrometer.errors import EvidenceError

LOCK = "lock"

WAIT = 600.0
"""Seconds that a writer waits for the one before it."""

_LOOK = 0.05
"""Seconds between two looks at a lock."""


@contextmanager
def locked(folder: Path, what: str = "a tally in", wait: float = WAIT) -> Iterator[None]:
    """Holds the lock of a folder, which is made if it isn't there, and goes again if nothing came to be in it.

    `what` is held, for errors. Raises EvidenceError where nothing can be written, or somebody else holds it for `wait`
    seconds.
    """
    until = time.monotonic() + wait
    while True:
        made = not folder.exists()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = (folder / LOCK).open("w")
        except OSError as error:
            if isinstance(error, FileNotFoundError) and time.monotonic() < until:
                continue  # whoever had it was just removing the folder
            raise EvidenceError(f"can't write {what} {folder}: {error.strerror}") from None
        with handle:
            while not _taken(handle.fileno()):
                if time.monotonic() > until:
                    message = f"another process has been writing {what} {folder} for {wait:.0f} seconds; try again"
                    raise EvidenceError(message)
                time.sleep(_LOOK)
            if not _is_there(handle.fileno(), folder / LOCK):
                continue  # whoever had it removed it with the folder: it would keep nobody out
            try:
                yield
            finally:
                if made and [path.name for path in folder.iterdir()] == [LOCK]:
                    (folder / LOCK).unlink()
                    folder.rmdir()
            return


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False
