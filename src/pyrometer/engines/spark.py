"""Spark 4: a session that you have, or one of our own on a master; DataFrames, tables and Parquet files."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from pyrometer.engines.address import Address
from pyrometer.engines.engine import Files
from pyrometer.engines.sparkmaster import open_session
from pyrometer.engines.sparkwatch import PySparkException, Watch, condition, told
from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.sql import DIALECTS, Dialect

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.codegen.hugeMethodLimit": "8000",
}
"""What the SQL of plans relies on; a session has its own settings back after every call.

The last one for speed: Java leaves methods of more than 8,000 bytes of bytecode to its interpreter (HugeMethodLimit in
HotSpot), and a sum for each of many rules makes such a method, unless Spark is told to do it step by step.
"""

AT_ONCE = 100_000
"""Rows that are fetched at once; more come in parts of about as many."""

BYTES = 16
"""Bytes of evidence that a lead has at the least, by which is told how many leads there can be."""

_FAMILIES = {
    "string": "text",
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "whole"),
    **dict.fromkeys(("float", "double"), "real"),
    "boolean": "truth",
    "date": "day",
    "timestamp": "zoned",
    "timestamp_ntz": "moment",
    "map<string,string>": "map",
    "variant": "object",
}

_TAKEN = "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS"
_MISSING = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND")

Result = TypeVar("Result")


def connect(address: Address) -> SparkEngine:
    """A session of our own on spark://host:port, or in this process as spark://local[2]; it ends with the engine.

    Options of the URL that begin with `spark.` are settings of the session.
    """
    session, stop, secrets = open_session(address)
    try:
        engine = SparkEngine(session, address.shown, secrets, stop)
        engine.few("SELECT count(*) AS rows FROM range(1)")
    except BaseException:
        stop()
        raise
    return engine


class SparkEngine:
    """A session of Spark, which keeps its settings, its views and its life.

    What is read is registered as temporary views whose names begin with `pyrometer_`; they go when the engine closes.
    Rows are fetched `at_once`, or in parts of about as many if there can be more.
    """

    dialect: Dialect = DIALECTS["spark"]

    def __init__(
        self,
        session: Any,
        shown: str = "Spark",
        secrets: tuple[str, ...] = (),
        stop: Callable[[], None] | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self.session, self.shown, self._secrets, self._stop = session, shown, secrets, stop
        self.at_once = at_once
        self._name = f"pyrometer_{uuid.uuid4().hex[:12]}"
        self._views: list[str] = []
        with told(self.shown, self._secrets):
            version = session.version
        if int(version.split(".")[0]) < 4:
            raise EvidenceError(f"{shown} is Spark {version}; Pyrometer needs 4 or newer")

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reset(self) -> None:
        """Drop the views."""
        with suppress(Exception):
            for view in self._views:
                self.session.catalog.dropTempView(view)
        self._views.clear()

    def close(self) -> None:
        """Drop the views, and stop the session if it was opened for this."""
        self.reset()
        if self._stop is not None:
            self._stop()

    def register(self, source: Any, label: str) -> tuple[str, ...]:
        """The parts of a table's name, with its catalog and schema: a step of the query may be called as the table is.

        A view of our own for a temporary view, a DataFrame or Parquet files.
        """
        if isinstance(source, tuple):
            return source if len(source) > 1 else self._placed(source[0], label)
        if isinstance(source, Files):
            paths = [_escaped(path) for path in source.paths] if source.exact else source.paths
            return self._view(label, lambda: self._parquet(paths))
        if not hasattr(source, "createTempView"):
            raise UsageError(f"{label}: Spark reads tables, views, files and DataFrames; this is a {_kind(source)}")
        if not _same(source.sparkSession, self.session):
            raise UsageError(
                f"{label}: the DataFrame belongs to another session than the engine; give that one as the engine"
            )
        return self._view(label, lambda: source)

    def _placed(self, name: str, label: str) -> tuple[str, ...]:
        quoted = _quoted((name,))

        def look() -> tuple[str, ...] | None:
            try:
                found = self.session.catalog.getTable(quoted)
            except PySparkException as error:
                if condition(error) in _MISSING:
                    return (name,)
                raise
            place = (found.catalog, *(found.namespace or ()), found.name)
            return place if found.catalog and len(place) == 3 and not found.isTemporary else None

        place = self._guarded(look)
        return place if place is not None else self._view(label, lambda: self.session.table(quoted))

    def columns(self, name: tuple[str, ...], label: str) -> Mapping[str, str]:
        """Every column with its family."""
        if len(name) > 3:
            raise UsageError(f"{label}: `{'.'.join(name)}` has {len(name)} parts; Spark knows catalog.schema.table")
        quoted = _quoted(name)

        def look() -> Mapping[str, str]:
            try:
                fields = self.session.table(quoted).schema.fields
            except PySparkException as error:
                if condition(error) in _MISSING:
                    return {}
                raise
            return {field.name: _family(field.dataType) for field in fields}

        return self._guarded(look)

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A temporary view of rows that are sent along, small enough for a broadcast unless it is of all leads."""
        arrow = import_module("pyarrow")
        types = {"integer": arrow.int64(), "text": arrow.string()}
        values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        arrays = [arrow.array(each, types[kind]) for each, kind in zip(values, columns.values(), strict=True)]
        self._view(name, lambda: self.session.createDataFrame(arrow.table(arrays, names=list(columns))), named=name)

    def few(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        found = self._guarded(lambda: self.session.sql(sql).toArrow())
        return list(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def fetch(self, sql: str, folder: Path) -> Any:
        """The rows as an Arrow table, or as a Parquet file if they are many."""
        return self._guarded(lambda: self._fetch(sql, folder))

    def _fetch(self, sql: str, folder: Path) -> Any:
        frame = self.session.sql(sql)
        if _read_by(frame) <= self.at_once * BYTES:
            return frame.toArrow()
        frame = frame.persist()  # on the executors, so that counting and fetching in parts compute it once
        try:
            number = frame.count()
            if number <= self.at_once:
                return frame.toArrow()
            parts = -(-number // self.at_once)
            path = folder / "rows.parquet"
            first = frame.where(f"pmod(xxhash64(`lead_id`), {parts}) = 0").toArrow()
            with import_module("pyarrow.parquet").ParquetWriter(path, first.schema) as writer:
                writer.write_table(first)
                for part in range(1, parts):
                    writer.write_table(frame.where(f"pmod(xxhash64(`lead_id`), {parts}) = {part}").toArrow())
            return path
        finally:
            with suppress(Exception):
                frame.unpersist()

    def _view(self, label: str, frame: Callable[[], Any], *, named: str | None = None) -> tuple[str, ...]:
        view = named or f"{self._name}_{label}"

        def make() -> None:
            if view in self._views:
                self.session.catalog.dropTempView(view)
                self._views.remove(view)
            try:
                frame().createTempView(view)
            except PySparkException as error:
                if condition(error) == _TAKEN:
                    raise UsageError(
                        f"another run has `{view}` in this session; wait for it, or give session.newSession()"
                    ) from None
                raise
            self._views.append(view)

        self._guarded(make)
        return (view,)

    def _parquet(self, paths: Sequence[str]) -> Any:
        return self.session.read.options(mergeSchema="true").parquet(*paths)

    def _guarded(self, call: Callable[[], Result]) -> Result:
        """The call's result, with the settings of this engine, within a time limit, and with errors for people."""
        watch = Watch(self.session)

        def run() -> Result:
            with _set(self.session), watch.marked():
                return call()

        with told(self.shown, self._secrets):
            return run_interruptibly(run, watch.cancel, watch.look)


@contextmanager
def _set(session: Any) -> Iterator[None]:
    # Spark complains of some settings whenever they are set, so what is as it should be stays alone.
    other = {name: value for name, value in SETTINGS.items() if session.conf.get(name).lower() != value.lower()}
    before = {name: session.conf.get(name, None) for name in other}
    try:
        for name, value in other.items():
            session.conf.set(name, value)
        yield
    finally:
        with suppress(Exception):
            for name, was in before.items():
                if was is None:
                    session.conf.unset(name)
                else:
                    session.conf.set(name, was)


def _family(kind: Any) -> str:
    said: str = kind.simpleString()
    if said.startswith("decimal"):
        return "decimal"
    if said.startswith(("char(", "varchar(")):
        return "text"
    if said.startswith(("struct<", "map<string,")) and said != "map<string,string>":
        return "object"
    return _FAMILIES.get(said, said)


def _quoted(name: tuple[str, ...]) -> str:
    return ".".join("`" + part.replace("`", "``") + "`" for part in name)


def _read_by(frame: Any) -> float:
    """How many bytes a query reads by Spark's reckoning; infinite where it doesn't tell."""
    try:
        leaves = frame._jdf.queryExecution().optimizedPlan().collectLeaves()
        return sum(int(str(leaves.apply(number).stats().sizeInBytes())) for number in range(leaves.size()))
    except AttributeError:  # behind Spark Connect
        return float("inf")


def _same(one: Any, other: Any) -> bool:
    """Whether two objects stand for one session, in Java or behind Spark Connect."""
    return one is other or getattr(one, "_jsparkSession", one) == getattr(other, "_jsparkSession", None)


def _kind(source: Any) -> str:
    return f"{type(source).__module__}.{type(source).__qualname__}"


def _escaped(path: str) -> str:
    """A path that Hadoop takes for no pattern."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", path)
