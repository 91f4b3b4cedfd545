"""The tables of an archive as Delta Lake keeps them: opening, making, listing their files, committing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pyrometer.archive.kinds import BUCKET, KINDS, MONTH, VERSION, Kind, Name
from pyrometer.archive.place import Place, told
from pyrometer.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    from deltalake import DeltaTable
    from deltalake._internal import RemoveAction
    from deltalake.transaction import AddAction

FORMAT = 1
ATTEMPTS = 50
"""How often a commit is tried that others are faster than."""

READABLE = {"timestampNtz"}
"""Features of Delta tables that change nothing in how a file is read."""

_SAID = re.compile(r"Pyrometer archive (\d+); .* modulo (\d+)")
_DELTA_TYPES = {"text": "string", "number": "double", "time": "timestamp_ntz"}


@dataclass(frozen=True)
class DataFile:
    """A Parquet file of a table: its path in the table's folder, size in bytes, rows, and where it is filed.

    `least` and `most` are the bounds of its times and of `archive_version`, where the writer noted them.
    """

    path: str
    size: int
    rows: int
    filed: Mapping[str, Any]
    least: Mapping[str, Any]
    most: Mapping[str, Any]


@dataclass
class ArchiveTable:
    """A table as it is at one version."""

    place: Place
    kind: Kind
    delta: DeltaTable
    buckets: int

    @property
    def version(self) -> int:
        """The number of the latest commit seen."""
        return self.delta.version()

    @property
    def id(self) -> str:
        """What tells this table from one made anew in its place."""
        return str(self.delta.metadata().id)

    @property
    def properties(self) -> list[str]:
        """Its columns beyond those that every such table has."""
        own = {*self.kind.columns, BUCKET, MONTH, VERSION}
        return [field.name for field in self.delta.schema().fields if field.name not in own]

    @property
    def columns(self) -> list[str]:
        """The columns that its files hold."""
        return [*self.kind.columns, *self.properties, VERSION]

    def reload(self) -> None:
        """See what has been committed since."""
        with told(self.place, "read"):
            self.delta.update_incremental()

    def files(self) -> list[DataFile]:
        """Its files, in a fixed order."""
        with told(self.place, "read"):
            actions = self.delta.get_add_actions(flatten=True)
        found = {name: actions.column(name).to_pylist() for name in actions.schema.names}

        def of(start: str, row: int) -> dict[str, Any]:
            return {name.removeprefix(start): values[row] for name, values in found.items() if name.startswith(start)}

        rows = range(len(found["path"]))
        files = [
            DataFile(
                found["path"][row],
                found["size_bytes"][row],
                found["num_records"][row] or 0,
                of("partition.", row),
                of("min.", row),
                of("max.", row),
            )
            for row in rows
        ]
        return sorted(files, key=lambda file: file.path)

    def add_properties(self, names: Sequence[str]) -> None:
        """Give the table further columns of text."""
        from deltalake import Field
        from deltalake.exceptions import CommitFailedError
        from deltalake.schema import PrimitiveType

        known = {name.lower(): name for name in [*self.columns, BUCKET, MONTH]}
        for name in names:
            if known.setdefault(name.lower(), name) != name:
                other = known[name.lower()]
                raise EvidenceError(
                    f"the property `{name}` differs only by case from `{other}`, which the archive has; "
                    f"say --map '{other}={name}'"
                )
        for _ in range(ATTEMPTS):
            fresh = [name for name in names if name not in self.columns]
            if not fresh:
                return
            try:
                with told(self.place, "write"):
                    self.delta.alter.add_columns([Field(name, PrimitiveType("string")) for name in fresh])
            except CommitFailedError:
                pass  # somebody else was faster, and may have added some of them
            self.reload()

    def commit(
        self, added: Sequence[AddAction], removed: Iterable[RemoveAction] = (), *, what: str, exactly: bool = True
    ) -> None:
        """One commit of files to add and files to remove; `what` is noted in the table's history.

        `exactly`: as the version next to the one that was seen, or not at all, which is deltalake's CommitFailedError.
        """
        from deltalake import CommitProperties

        properties = CommitProperties(custom_metadata={"pyrometer": what}, max_commit_retries=0 if exactly else None)
        with told(self.place, "write"):
            self.delta.create_write_transaction(
                [*added, *removed],
                "append",
                self.delta.schema(),
                partition_by=self.kind.filed_by,
                commit_properties=properties,
            )
        self.reload()


def open_table(place: Place, name: Name) -> ArchiveTable | None:
    """A table of an archive; None where there is none yet. Raises EvidenceError if it can't be read."""
    from deltalake import DeltaTable
    from deltalake.exceptions import TableNotFoundError

    address = place.table(name)
    with told(place, "read"):
        try:
            if not DeltaTable.is_deltatable(address, place.options):
                return None
            table = DeltaTable(address, storage_options=place.options)
        except TableNotFoundError:
            return None
        said = _SAID.match(table.metadata().description or "")
    if said is None:
        raise EvidenceError(f"{address}: a Delta table, but not one of an archive of Pyrometer")
    if int(said[1]) > FORMAT:
        raise EvidenceError(f"{address}: made by a newer version of Pyrometer")
    # With deletion vectors or mapped columns a file says something else than what stands in it.
    strange = sorted({*(table.protocol().reader_features or ())} - READABLE)
    if strange:
        raise EvidenceError(
            f"{address}: another program changed it so that others can't read it ({', '.join(strange)});"
            " rewrite the table without that"
        )
    return ArchiveTable(place, KINDS[name], table, int(said[2]))


def open_or_make(place: Place, name: Name, buckets: int) -> ArchiveTable:
    """A table of an archive, made if it isn't there yet."""
    from deltalake import DeltaTable, Field, Schema
    from deltalake.exceptions import CommitFailedError
    from deltalake.schema import PrimitiveType

    found = open_table(place, name)
    if found is not None:
        return found
    kind = KINDS[name]
    fields = [Field(column, PrimitiveType(_DELTA_TYPES[type_])) for column, type_ in kind.columns.items()]
    fields.append(Field(VERSION, PrimitiveType("long")))
    fields += [Field(MONTH, PrimitiveType("string"))] if kind.month_of else []
    fields.append(Field(BUCKET, PrimitiveType("integer")))
    # Statistics of other columns would write names of leads into the log, where erasing doesn't reach.
    measured = ",".join([*kind.times, VERSION])
    try:
        with told(place, "write"):
            DeltaTable.create(
                place.table(name),
                Schema(fields),
                mode="ignore",
                partition_by=kind.filed_by,
                name=name,
                description=f"Pyrometer archive {FORMAT}; {BUCKET}: 4 hex digits of md5(lead_id) modulo {buckets}",
                configuration={"delta.dataSkippingStatsColumns": measured},
                storage_options=place.options,
            )
    except (CommitFailedError, EvidenceError):
        # Somebody may have made it at the same moment.
        if (found := open_table(place, name)) is None:
            raise
        return found
    found = open_table(place, name)
    assert found is not None
    return found


def open_all(place: Place) -> dict[Name, ArchiveTable]:
    """The tables that an archive has. Raises UsageError where there is no archive."""
    found = {name: table for name in KINDS if (table := open_table(place, name)) is not None}
    if not found:
        raise UsageError(f"{place} holds no archive; begin one with `pyrometer archive append`")
    return found


def require_delta() -> None:
    """Raises UsageError where the package behind archives isn't installed."""
    try:
        import_module("deltalake")
    except ImportError:
        raise UsageError(
            'an archive needs the package deltalake; install it with: pip install "pyrometer[archive]"'
        ) from None


def since(files: Iterable[DataFile], version: int) -> list[DataFile]:
    """The files that may hold rows of later commits."""
    return [file for file in files if (most := file.most.get(VERSION)) is None or most > version]


def reaches(file: DataFile, column: str, time: datetime) -> bool:
    """Whether some row of a file may have a time up to the given one (UTC, without a zone)."""
    least = file.least.get(column)
    return least is None or least <= time
