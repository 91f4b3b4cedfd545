"""The rows of a tally's pieces that count, as SQL."""

from __future__ import annotations

from pathlib import Path

from pyrometer.evidence.quote import literal, literals
from pyrometer.tally.manifest import Manifest, Piece


def piece_rows(folder: Path, manifest: Manifest, piece: Piece) -> str:
    """A relation of the rows of a piece, without those of leads and days that were counted again since."""
    rows = f"read_parquet({literal(str(folder / piece.file))})"
    voids = [each for each in manifest.pieces_of("voids") if each.number > piece.number]
    if not voids or piece.kind == "messages":
        return rows
    void = f"read_parquet([{literals(str(folder / each.file) for each in voids)}])"
    return f"(SELECT * FROM {rows} ANTI JOIN (SELECT DISTINCT lead_id, day FROM {void}) USING (lead_id, day))"


def order_of(kind: str) -> str:
    """The columns by which a piece's rows stand in order."""
    return "id" if kind == "messages" else "lead_id, day"


def drop_idle_voids(manifest: Manifest) -> None:
    """Drop voids that no earlier piece is left for."""
    first = min((piece.number for piece in manifest.pieces if piece.kind in ("signals", "values")), default=0)
    manifest.pieces = [piece for piece in manifest.pieces if piece.kind != "voids" or piece.number > first]
