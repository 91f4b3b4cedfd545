"""A tally that follows an archive: only rows of later commits are read, and what retractions touch is counted again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import EvidenceError
from pyrometer.evidence import Source as Events
from pyrometer.plan import Plan
from pyrometer.tally.folding import Folding
from pyrometer.tally.keys import Needs, needs_of
from pyrometer.tally.lock import WAIT, locked
from pyrometer.tally.manifest import (
    FILE,
    Followed,
    Manifest,
    Naming,
    Source,
    empty_manifest,
    read_manifest,
    write_manifest,
)

TOUCHED = "touched"
"""The relation (lead_id, day) of days on which something was taken back."""


@dataclass(frozen=True)
class Log:
    """A log of events that is only appended to, and what was taken back of it.

    `whole` gives all events that stand, `fresh` those of commits after a version, and `again` those of the leads in
    `touched`; `touch` makes that relation, of retractions after a version that concern events up to another, and says
    whether it has rows.
    """

    archive: str
    events: int
    retractions: int
    whole: Callable[[DuckDBEngine], Events | None]
    fresh: Callable[[DuckDBEngine, int], Events | None]
    touch: Callable[[DuckDBEngine, int, int], bool]
    again: Callable[[DuckDBEngine, int], Events | None]

    @property
    def followed(self) -> Followed:
        """How far one has got who knows all of it."""
        return Followed(self.archive, self.events, self.retractions)


def follow(
    definition: Definition,
    plan: Plan,
    folder: Path,
    log: Log,
    *,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Manifest | None:
    """The manifest of a tally, brought up to date with an archive and with the definition. Raises EvidenceError.

    None where somebody who saw a later version has brought it further than that.
    """
    with (
        DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress) as engine,
        locked(folder, wait=WAIT),
    ):
        try:
            manifest = read_manifest(folder) or empty_manifest(folder)
        except EvidenceError:
            with suppress(OSError):
                (folder / FILE).unlink()  # all that it knew can be counted again
            manifest = empty_manifest(folder)
        seen = manifest.followed
        if seen is not None and seen.archive == log.archive and seen.is_beyond(log.followed):
            return None
        before = set(folder.glob("*.parquet"))
        try:
            return _Following(definition, plan, engine, folder, Naming(), log=log).follow(manifest)
        except EvidenceError:
            # On a full disk what no manifest names is only in the way.
            for path in set(folder.glob("*.parquet")) - before:
                with suppress(OSError):
                    path.unlink()
            raise


@dataclass
class _Following(Folding):
    log: Log | None = None

    def follow(self, manifest: Manifest) -> Manifest:
        assert self.log is not None
        needs = needs_of(self.definition, self.plan)
        if self._is_foreign(manifest):
            manifest = Manifest(number=manifest.number)
        seen, before = manifest.followed, (list(manifest.pieces), manifest.followed)
        name = f"{self.log.events}.{self.log.retractions}"
        try:
            if seen is None:
                manifest.sources = [Source(name, 0, 0)]
            elif self._fold_later(manifest, needs, seen, name):
                manifest.sources.append(Source(name, 0, 0))
            self._fold_missing(manifest, needs, messages=False)
            self._merge(manifest)
        except duckdb.Error as error:
            raise EvidenceError(f"can't write the tally in {self.folder}: {str(error).splitlines()[0]}") from None
        manifest.followed = self.log.followed
        manifest.engine, manifest.naming = duckdb.__version__, self.naming.text
        if (manifest.pieces, manifest.followed) != before:
            manifest.join_sources()
            write_manifest(self.folder, manifest)
        return manifest

    def _is_foreign(self, manifest: Manifest) -> bool:
        seen, log = manifest.followed, self.log
        return (
            seen is None
            or log is None
            or seen.archive != log.archive
            or manifest.engine != duckdb.__version__
            or any(not (self.folder / piece.file).exists() for piece in manifest.pieces)
        )

    def _fold_later(self, manifest: Manifest, needs: Needs, seen: Followed, name: str) -> bool:
        """Fold in what came after a version; whether anything did."""
        assert self.log is not None
        signals = {key: need for key, need in needs.signals.items() if manifest.covers(key, "signals")}
        values = {key: need for key, need in needs.values.items() if manifest.covers(key, "values")}
        changed = False
        if self.log.retractions > seen.retractions and self.log.touch(self.engine, seen.retractions, seen.events):
            self._copy(manifest, f"SELECT lead_id, day FROM {TOUCHED}", "voids", {}, [name])
            self._fold(manifest, signals, values, self.log.again(self.engine, seen.events), name, touched=True)
            changed = True
        if self.log.events > seen.events:
            fresh = self.log.fresh(self.engine, seen.events)
            if fresh is not None:
                self._fold(manifest, signals, values, fresh, name)
                changed = True
        return changed

    def _fold(
        self,
        manifest: Manifest,
        signals: Mapping[str, object],
        values: Mapping[str, object],
        events: Events | None,
        name: str,
        *,
        touched: bool = False,
    ) -> None:
        self._learn(manifest, self._load(events))
        if touched:
            day = "CAST(epoch_us(occurred_at) // 86400000000 AS BIGINT)"
            self.engine.run(
                "CREATE OR REPLACE TEMP TABLE of_touched AS"
                f" SELECT * FROM events WHERE (lead_id, {day}) IN (SELECT (lead_id, day) FROM {TOUCHED})"
            )
            self.engine.run("CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM of_touched")
        self._write(manifest, signals, values, [name], messages=False)

    def _everything(self, manifest: Manifest) -> Events | None:
        assert self.log is not None
        return self.log.whole(self.engine)
