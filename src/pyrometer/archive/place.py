"""Where an archive is: a folder, or the URL of a place in an object storage."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pyrometer.errors import EvidenceError, PyrometerError, UsageError
from pyrometer.tally.lock import WAIT, locked

SCHEMES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl")
"""The object storages that are understood."""

_LIMITS = {"timeout": "30s", "connect_timeout": "5s", "max_retries": "3", "retry_timeout": "30s"}
"""How long an object storage may take for a request, of at most a few MB; without these a dead server takes minutes."""


@dataclass(frozen=True)
class Place:
    """A local folder (absolute) or a URL. Credentials of a URL come from the environment and are never shown."""

    address: str

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return "://" not in self.address

    def __str__(self) -> str:
        return self.address

    def table(self, name: str) -> str:
        """The address of one of its tables."""
        return os.path.join(self.address, name) if self.is_local else f"{self.address}/{name}"

    @property
    def options(self) -> dict[str, str]:
        """What the Delta library is told of the storage."""
        return {} if self.is_local else dict(_LIMITS)


def place_of(address: str | Path) -> Place:
    """A place by its path or URL. Raises UsageError for URLs that aren't understood.

    >>> place_of("s3://leads/archive/").address
    's3://leads/archive'
    """
    text = str(address)
    if "://" not in text:
        return Place(os.path.abspath(os.path.expanduser(text)))
    try:
        parts = urlsplit(text)
    except ValueError:
        raise UsageError("that URL is no place for an archive") from None
    if parts.scheme == "file":
        return Place(os.path.abspath(parts.path))
    # A key with a slash in it makes the `@` stand behind what looks like the host.
    if "@" in text:
        raise UsageError("leave the key out of the URL: credentials come from the environment, as in AWS_ACCESS_KEY_ID")
    if parts.scheme not in SCHEMES or not parts.netloc or parts.query or parts.fragment:
        known = ", ".join(f"{scheme}://" for scheme in SCHEMES)
        # A URL that isn't understood may carry a key anywhere, so that it isn't shown.
        raise UsageError(
            f"that URL is no place for an archive; give a folder, or a URL that begins with one of {known}"
        )
    return Place(text.rstrip("/"))


@contextmanager
def sole_writer(place: Place, wait: float = WAIT) -> Iterator[None]:
    """One writer of a folder at a time; the others wait, EvidenceError after `wait` seconds.

    An object storage has no locks: there each commit is refused if another came first, and is tried again.
    """
    if not place.is_local:
        yield
        return
    with locked(Path(place.address), "the archive", wait):
        yield


@contextmanager
def told(place: Place, doing: str) -> Iterator[None]:
    """Whatever the Delta library says goes wrong is an EvidenceError for people; but for a refused commit."""
    from deltalake.exceptions import CommitFailedError

    try:
        yield
    except (CommitFailedError, PyrometerError):
        raise
    except Exception as error:
        raise EvidenceError(f"can't {doing} the archive {place}: {reason(error)}") from None


def reason(error: BaseException) -> str:
    """The first and the innermost of an error's causes, without colours, and without what URLs carry along.

    >>> reason(OSError("Generic S3 error\\n \\x1b[31m↳\\x1b[0m GET http://h/b?sig=1 failed\\n ↳ HTTP error"))
    'Generic S3 error: GET http://h/b failed: HTTP error'
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    text = re.sub(r"(\w+://[^\s?]+)\?\S+", r"\1", re.sub(r"//[^/@\s]+@", "//", text))
    causes = list(dict.fromkeys(" ".join(part.split()) for part in text.split("↳")))
    return ": ".join(dict.fromkeys([*causes[:2], causes[-1]]))[:400]
