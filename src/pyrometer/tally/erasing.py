"""Leads that are erased go from the tally, too."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError
from pyrometer.evidence.quote import literal, literals
from pyrometer.tally.lock import locked
from pyrometer.tally.manifest import FILE, KINDS, Manifest, empty_manifest, read_manifest, write_manifest
from pyrometer.tally.pieces import order_of


@dataclass
class Erasing:
    """A tally that is out of use until `finish`."""

    engine: DuckDBEngine
    folder: Path
    leads: Collection[str]
    manifest: Manifest | None

    def finish(self) -> int:
        """Take the leads out of every piece, and the tally into use again; the rows that went."""
        if self.manifest is None:
            return 0
        gone = 0
        pieces = sorted(self.manifest.pieces, key=lambda piece: piece.number)
        self.manifest.pieces = []
        self.manifest.number = max(self.manifest.number, empty_manifest(self.folder).number)
        for piece in pieces:
            # All get new numbers, in the order that they had: a void concerns the pieces before it.
            file = self.manifest.next_file(piece.kind)
            rows = f"read_parquet({literal(str(self.folder / piece.file))})"
            theirs = f"lead_id IN ({literals(self.leads)})"
            found = (
                self.engine.run(f"SELECT count(*) FROM {rows} WHERE {theirs}")[0][0] if piece.kind != "messages" else 0
            )
            if found:
                stay = f"SELECT * FROM {rows} WHERE NOT {theirs} ORDER BY {order_of(piece.kind)}"
                left = self.engine.copy(stay, self.folder / file)
                gone += found if piece.kind != "voids" else 0
            else:
                os.rename(self.folder / piece.file, self.folder / file)
                left = piece.rows
            self.manifest.pieces.append(replace(piece, file=file, rows=left))
        write_manifest(self.folder, self.manifest)
        return gone


@contextmanager
def erasing(engine: DuckDBEngine, folder: Path, leads: Collection[str]) -> Iterator[Erasing]:
    """Takes a tally out of use while its leads are erased elsewhere; keeps others from making one meanwhile.

    Whatever ends the block before `finish`, the tally is made anew when it is next used, so nobody sees a count of
    events that are gone. Pieces that nobody names are removed.
    """
    with locked(folder):
        try:
            manifest = read_manifest(folder)
        except EvidenceError:
            manifest = None
        with suppress(FileNotFoundError):
            (folder / FILE).unlink()
        named = set() if manifest is None else {piece.file for piece in manifest.pieces}
        for path in folder.iterdir():
            if path.name not in named and path.name.split("-")[0] in KINDS:
                path.unlink()
        yield Erasing(engine, folder, leads, manifest)
