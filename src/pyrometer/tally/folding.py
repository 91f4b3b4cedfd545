"""One run of bringing a tally up to date: only new files and new signals are read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence import Evidence, load_evidence
from pyrometer.evidence import Source as Events
from pyrometer.evidence.quote import ident, literal
from pyrometer.plan import Plan
from pyrometer.plan.measures import plainly_compared
from pyrometer.sql import DIALECTS, tally_select, tally_values
from pyrometer.tally.keys import Needs, needs_of
from pyrometer.tally.manifest import Manifest, Naming, Piece, Source, stat_source, write_manifest
from pyrometer.tally.pieces import drop_idle_voids, order_of, piece_rows

MOST_PIECES = 24
"""More pieces than this of one kind are merged into one."""


@dataclass(frozen=True)
class Report:
    """What was done: files read, rows of the tally written and held, and whether it began from nothing."""

    read: int
    files: int
    rows: int
    anew: bool
    why: str | None = None


@dataclass
class Folding:
    """One run of building or refreshing."""

    definition: Definition
    plan: Plan
    engine: DuckDBEngine
    folder: Path
    naming: Naming
    keeps_lost: bool = False

    def run(self, manifest: Manifest, paths: Sequence[str]) -> Report:
        """Bring the manifest up to date with the files and the definition, and write it."""
        needs = needs_of(self.definition, self.plan)
        known = {source.path: source for source in manifest.sources}
        why = self._outdated(manifest, known)
        if why is not None:
            self._refuse_lost(known, why)
            paths, known = list(dict.fromkeys([*(path for path in known if os.path.exists(path)), *paths])), {}
            manifest = Manifest(number=manifest.number)
        now = {path: stat_source(path) for path in paths}
        fresh = [source for path, source in now.items() if path not in known]
        anew = not known
        try:
            if not anew and fresh and not self._fold_new(manifest, needs, fresh):
                number = manifest.number
                manifest, fresh = Manifest(number=number), [*known.values(), *fresh]
                anew, why = True, "a repeated message came in with other contents or an earlier time"
            elif not anew:
                manifest.sources += fresh
            if anew:
                manifest.sources = fresh
            read = self._fold_missing(manifest, needs, messages=anew)
            self._merge(manifest)
        except duckdb.Error as error:
            raise EvidenceError(f"can't write the tally in {self.folder}: {str(error).splitlines()[0]}") from None
        manifest.engine, manifest.naming = duckdb.__version__, self.naming.text
        write_manifest(self.folder, manifest)
        rows = sum(piece.rows for piece in manifest.pieces_of("signals"))
        return Report(len(manifest.sources) if read else len(fresh), len(manifest.sources), rows, anew, why)

    def _refuse_lost(self, known: Mapping[str, Source], why: str) -> None:
        """Raises UsageError where files would have to be read that are gone, and their counts be lost with them."""
        lost = [path for path in known if not os.path.exists(path)]
        if lost and (self.keeps_lost or len(lost) == len(known)):
            raise UsageError(
                f"the tally has to be counted anew ({why}), but {lost[0]} is gone"
                f"{f' and {len(lost) - 1} more' if len(lost) > 1 else ''}; bring it back, or build the tally from what"
                " there is"
            )

    def _outdated(self, manifest: Manifest, known: Mapping[str, Source]) -> str | None:
        if manifest.sources and manifest.naming != self.naming.text:
            return "the columns of its files go by other names now"
        if manifest.sources and manifest.engine != duckdb.__version__:
            return f"it was made with DuckDB {manifest.engine}"
        for path, source in known.items():
            if os.path.exists(path) and stat_source(path) != source:
                return f"{path} changed"
            if not os.path.exists(path) and not self.keeps_lost:
                return f"{path} is gone"
        if any(not (self.folder / piece.file).exists() for piece in manifest.pieces):
            return "a piece of it is gone"
        return None

    def _fold_new(self, manifest: Manifest, needs: Needs, fresh: Sequence[Source]) -> bool:
        """Add new files for what is already tallied; False if a repeat in them would change what is."""
        log = self._load([source.path for source in fresh])
        self._learn(manifest, log)
        if log.has_message_id and not self._drop_repeats(manifest):
            return False
        signals = {key: need for key, need in needs.signals.items() if manifest.covers(key, "signals")}
        values = {key: need for key, need in needs.values.items() if manifest.covers(key, "values")}
        self._write(manifest, signals, values, [source.path for source in fresh], messages=log.has_message_id)
        return True

    def _fold_missing(self, manifest: Manifest, needs: Needs, *, messages: bool) -> bool:
        """Tally, over all files, the signals that aren't tallied for each of them; whether there were any."""
        signals = {key: need for key, need in needs.signals.items() if not manifest.covers(key, "signals")}
        values = {key: need for key, need in needs.values.items() if not manifest.covers(key, "values")}
        if not signals and not values and not (messages and manifest.sources):
            return False
        kept = []
        for piece in manifest.pieces:
            left = {key: name for key, name in piece.columns.items() if key not in signals and key not in values}
            if left or not piece.columns:
                kept.append(replace(piece, columns=left))
        manifest.pieces = kept
        log = self._load(self._everything(manifest))
        self._learn(manifest, log)
        paths = [source.path for source in manifest.sources]
        self._write(manifest, signals, values, paths, messages=messages and log.has_message_id)
        return True

    def _everything(self, manifest: Manifest) -> Events | None:
        """All that the tally covers, to be read again."""
        self._refuse_lost({source.path: source for source in manifest.sources}, "the definition asks something new")
        return [source.path for source in manifest.sources]

    def _load(self, events: Events | None) -> Evidence:
        """Make the relation `events` of some files."""
        plain = plainly_compared(self.plan)
        return self.engine.interruptibly(
            lambda: load_evidence(
                self.engine.connection,
                self.definition,
                events=events,
                lead_id=self.naming.lead_id,
                columns=self.naming.columns,
                as_is=plain,
                tell=False,
            )
        )

    def _learn(self, manifest: Manifest, log: Evidence) -> None:
        """Take over what an event log says of times."""
        manifest.has_received_at = manifest.has_received_at or log.has_received_at
        times = [time for time in (manifest.latest, log.latest) if time is not None]
        manifest.latest = max(times, default=None)

    def _drop_repeats(self, manifest: Manifest) -> bool:
        """Leave out of `events` what an earlier file said already; False if the new row should have won."""
        pieces = [str(self.folder / piece.file) for piece in manifest.pieces_of("messages")]
        if not pieces:
            return True
        files = ", ".join(map(literal, pieces))
        self.engine.run("CREATE OR REPLACE TEMP TABLE new_messages AS " + self._messages_sql())
        self.engine.run(
            "CREATE OR REPLACE TEMP TABLE repeats AS"
            " SELECT new.id, new.content = old.content AND new.known >= old.known AS harmless"
            f" FROM new_messages AS new JOIN read_parquet([{files}]) AS old ON old.id = new.id"
        )
        if self.engine.run("SELECT 1 FROM repeats WHERE NOT harmless LIMIT 1"):
            return False
        self.engine.run(
            "CREATE OR REPLACE TEMP TABLE new_events AS SELECT * FROM events"
            " WHERE message_id IS NULL OR hash(lead_id, message_id) NOT IN (SELECT id FROM repeats)"
        )
        self.engine.run("CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM new_events")
        return True

    def _messages_sql(self) -> str:
        """The hashes of leads with message ids, and of what the messages say, with the time that each became known."""
        names = ["lead_id", "event", "occurred_at", *(name for name, _ in self.plan.properties)]
        content = ", ".join(map(ident, names))
        return (
            f"SELECT hash(lead_id, message_id) AS id, hash(message_id, {content}) AS content,"
            " greatest(occurred_at, coalesce(received_at, occurred_at)) AS known"
            " FROM events WHERE message_id IS NOT NULL"
        )

    def _write(
        self,
        manifest: Manifest,
        signals: Mapping[str, Any],
        values: Mapping[str, Any],
        sources: list[str],
        *,
        messages: bool,
    ) -> None:
        dialect = DIALECTS["duckdb"]
        received = manifest.has_received_at
        if signals:
            columns = {key: f"c{number}" for number, key in enumerate(signals, start=1)}
            select = tally_select(
                self.plan, list(signals.values()), list(columns.values()), dialect, has_received_at=received
            )
            self._copy(manifest, select.sql(dialect="duckdb"), "signals", columns, sources)
        for key, (signal, name) in values.items():
            select = tally_values(signal, name, dialect, has_received_at=received)
            self._copy(manifest, select.sql(dialect="duckdb"), "values", {key: "value"}, sources)
        if messages:
            self._copy(manifest, self._messages_sql(), "messages", {}, sources)

    def _copy(self, manifest: Manifest, sql: str, kind: str, columns: dict[str, str], sources: list[str]) -> None:
        """Write a piece; a lead's rows stand together, which makes the sums over them more than twice as fast."""
        file = manifest.next_file(kind)
        rows = self.engine.copy(f"SELECT * FROM ({sql}) ORDER BY {order_of(kind)}", self.folder / file)
        manifest.pieces.append(Piece(file, kind, columns, sources, rows))

    def _merge(self, manifest: Manifest) -> None:
        """Put many small pieces with the same columns together."""
        for kind in ("signals", "values", "messages"):
            pieces = manifest.pieces_of(kind)
            if len(pieces) <= MOST_PIECES:
                continue
            groups: dict[tuple[str, ...], list[Piece]] = {}
            for piece in pieces:
                groups.setdefault(tuple(sorted(piece.columns)), []).append(piece)
            for keys, members in groups.items():
                if len(members) > 1:
                    self._merge_group(manifest, kind, keys, members)
        drop_idle_voids(manifest)

    def _merge_group(self, manifest: Manifest, kind: str, keys: Sequence[str], members: list[Piece]) -> None:
        columns = members[0].columns
        selects = []
        for piece in members:
            named = [f"{ident(piece.columns[key])} AS {ident(columns[key])}" for key in keys]
            fixed = {
                "signals": ["lead_id", "day", "known_day"],
                "values": ["lead_id", "day", "known_day"],
                "messages": ["id", "content", "known"],
            }[kind]
            rows = piece_rows(self.folder, manifest, piece)
            selects.append(f"SELECT {', '.join([*fixed, *named])} FROM {rows}")
        for piece in members:
            manifest.pieces.remove(piece)
        sources = list(dict.fromkeys(path for piece in members for path in piece.sources))
        self._copy(manifest, " UNION ALL ".join(selects), kind, dict(columns), sources)
