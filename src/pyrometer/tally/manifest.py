"""What a tally's folder holds: which files of events it covers, and which signals, in which pieces."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pyrometer.errors import EvidenceError, UsageError

FILE = "tally.json"
VERSION = 3
KINDS = ("signals", "values", "messages", "voids")


@dataclass(frozen=True)
class Source:
    """A file of events as it was when it was tallied; size in bytes, `modified` in nanoseconds since 1970."""

    path: str
    size: int
    modified: int


@dataclass(frozen=True)
class Piece:
    """A Parquet file of the tally and the sources it covers.

    kind `signals` has lead_id, day, known_day and `columns` (by signal key); `values` has lead_id, value, day and
    known_day of the one key in `columns`; `messages` has the hashes of message ids, for dropping later repeats;
    `voids` has the lead_id and day of rows that no longer count in the pieces before it.
    """

    file: str
    kind: str
    columns: dict[str, str]
    sources: list[str]
    rows: int

    @property
    def number(self) -> int:
        """Its place in the order in which pieces were made."""
        return int(Path(self.file).stem.rpartition("-")[2])


@dataclass(frozen=True)
class Followed:
    """How far a tally has followed an archive: its identity, and the versions of its events and of its retractions."""

    archive: str
    events: int
    retractions: int

    def is_beyond(self, other: Followed) -> bool:
        """Whether this is further in anything."""
        return self.events > other.events or self.retractions > other.retractions


@dataclass
class Manifest:
    """The table of contents; `latest` is the latest time (UTC) at which anything in the files happened or was known."""

    engine: str = ""
    sources: list[Source] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    has_received_at: bool = False
    latest: datetime | None = None
    number: int = 0
    naming: str = ""
    followed: Followed | None = None

    def covers(self, key: str, kind: str) -> bool:
        """Whether a signal is tallied for every source."""
        covered = {
            path for piece in self.pieces if piece.kind == kind and key in piece.columns for path in piece.sources
        }
        return bool(self.sources) and covered >= {source.path for source in self.sources}

    def pieces_of(self, kind: str) -> list[Piece]:
        """The pieces of a kind, oldest first."""
        return [piece for piece in self.pieces if piece.kind == kind]

    def join_sources(self) -> None:
        """Keep one of the sources that the same pieces count: enough to tell what is covered, however many there were.

        For a tally whose sources are no files that might change, one by one.
        """
        counted: dict[frozenset[str], Source] = {}
        for source in self.sources:
            holders = frozenset(
                piece.file for piece in self.pieces if piece.kind != "voids" and source.path in piece.sources
            )
            counted[holders] = source
        self.sources = list(counted.values())
        kept = {source.path for source in self.sources}
        self.pieces = [
            replace(piece, sources=[path for path in piece.sources if path in kept]) for piece in self.pieces
        ]

    def next_file(self, kind: str) -> str:
        """A file name that no piece has had."""
        self.number += 1
        return f"{kind}-{self.number:05d}.parquet"


def stat_source(path: str) -> Source:
    """A file as it is now."""
    found = os.stat(path)
    return Source(os.path.abspath(path), found.st_size, found.st_mtime_ns)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, None where there is none yet. Raises EvidenceError if it can't be read."""
    path = folder / FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}") from None
    try:
        raw = json.loads(text)
        if raw.pop("version") != VERSION:
            raise EvidenceError(f"{path}: made by another version of Pyrometer; build the tally anew")
        return Manifest(
            engine=raw["engine"],
            sources=[Source(**source) for source in raw["sources"]],
            pieces=[Piece(**piece) for piece in raw["pieces"]],
            has_received_at=raw["has_received_at"],
            latest=None if raw["latest"] is None else datetime.fromisoformat(raw["latest"]),
            number=raw["number"],
            naming=raw["naming"],
            followed=_followed(raw.get("followed")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise EvidenceError(f"{path} is damaged; delete the folder and build the tally anew") from None


def refuse_foreign(folder: Path) -> None:
    """Raises UsageError where a file of the manifest's name is no manifest, and would be overwritten."""
    path = folder / FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    except (OSError, ValueError):
        return  # there is none, or one that was cut off
    if not (isinstance(raw, dict) and raw.keys() >= {"version", "pieces", "sources"}):
        raise UsageError(f"{path} was not made by Pyrometer; name another folder for the tally, or move the file away")


def _followed(raw: dict[str, Any] | None) -> Followed | None:
    if raw is None:
        return None
    return Followed(**raw)


@dataclass(frozen=True)
class Naming:
    """What odd files call things: the column of the lead's id, and other headers by trait, property or field."""

    lead_id: str = "lead_id"
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The same for the same names."""
        return json.dumps([self.lead_id, sorted(self.columns.items())], ensure_ascii=False)


def empty_manifest(folder: Path) -> Manifest:
    """A manifest to begin anew with: its pieces never take the name of a file that a former one still names."""
    numbers = [path.stem.rpartition("-")[2] for path in folder.glob("*-*.parquet")]
    return Manifest(number=max((int(number) for number in numbers if number.isdecimal()), default=0))


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write beside and rename, so that a reader sees the old contents or the new ones; then remove stray files."""
    text = json.dumps({"version": VERSION, **asdict(manifest)}, indent=1, default=datetime.isoformat)
    beside = folder / f"{FILE}.{os.getpid()}.new"
    try:
        with beside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, folder / FILE)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise EvidenceError(f"can't write the tally in {folder}: {error.strerror}") from None
    kept = {piece.file for piece in manifest.pieces}
    for path in folder.glob("*.parquet"):
        if path.name not in kept and path.name.split("-")[0] in KINDS:
            with suppress(OSError):
                path.unlink()


def info(folder: str | Path) -> Manifest:
    """What a tally holds. Raises UsageError where there is no tally."""
    manifest = read_manifest(Path(folder))
    if manifest is None:
        raise UsageError(f"{folder} holds no tally; make one with `pyrometer tally build`")
    return manifest
