"""Real warehouses to paste into: tables are put in, a query's rows come out as mappings."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import duckdb

from tests.servers.apart import Apart

Row = Mapping[str, Any]
TYPES = {
    "duckdb": {"VARCHAR": "VARCHAR", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE", "BOOLEAN": "BOOLEAN", "DATE": "DATE"},
    "postgres": {"VARCHAR": "text", "BIGINT": "bigint", "DOUBLE": "double precision"},
    "spark": {"VARCHAR": "string", "BIGINT": "bigint", "DOUBLE": "double", "TIMESTAMP": "timestamp"},
    "clickhouse": {
        "VARCHAR": "Nullable(String)",
        "BIGINT": "Nullable(Int64)",
        "DOUBLE": "Nullable(Float64)",
        "BOOLEAN": "Nullable(Bool)",
        "DATE": "Nullable(Date32)",
        "TIMESTAMP": "Nullable(DateTime64(6, 'UTC'))",
    },
}
"""What a type of DuckDB's is called elsewhere; what isn't listed has the same name."""


class Warehouse(Protocol):
    """A database that tables can be put into, and whose answers are mappings."""

    dialect: str

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Make a table anew; types are DuckDB's."""

    def run(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query."""


def _declared(dialect: str, columns: Mapping[str, str]) -> str:
    types = TYPES[dialect]
    quoted = {name: '"' + name.replace('"', '""') + '"' for name in columns}
    return ", ".join(f"{quoted[name]} {types.get(type_, type_)}" for name, type_ in columns.items())


class InDuckDB:
    """DuckDB in process, in the time zone that finds mistakes with time zones."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'Pacific/Auckland'")

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} ({_declared('duckdb', columns)})")
        if rows:
            marks = ", ".join("?" * len(columns))
            self.connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)

    def run(self, sql: str) -> list[dict[str, Any]]:
        found = self.connection.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


class InPostgres:
    """A database of a PostgreSQL server."""

    dialect = "postgres"

    def __init__(self, url: str) -> None:
        import psycopg

        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET TIME ZONE 'Pacific/Auckland'")

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        self.connection.execute(f"DROP TABLE IF EXISTS {name}".encode())
        self.connection.execute(f"CREATE TABLE {name} ({_declared('postgres', columns)})".encode())
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def run(self, sql: str) -> list[dict[str, Any]]:
        found = self.connection.execute(sql.encode())
        names = [column.name for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


class InClickHouse:
    """ClickHouse in a process of its own, with no setting of its own: the statement brings what it needs.

    But for the one that it can't bring, because it must be known before a statement is read: how long one may be.
    """

    dialect = "clickhouse"

    def __init__(self, folder: Path) -> None:
        self.session = Apart(folder)
        self.session.query("CREATE DATABASE IF NOT EXISTS pasted")
        self.session.query("USE pasted")
        self.session.query("SET max_query_size = 10000000")

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        declared = ", ".join(
            f"{_in_clickhouse(column)} {TYPES['clickhouse'][type_]}" for column, type_ in columns.items()
        )
        self.session.query(f"DROP TABLE IF EXISTS {name}")
        self.session.query(f"CREATE TABLE {name} ({declared}) ENGINE = Memory")
        if not rows:
            return
        lists = [[row[at] for row in rows] for at in range(len(columns))]
        arrays = [pa.array(values, _arrow(type_)) for values, type_ in zip(lists, columns.values(), strict=True)]
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            pq.write_table(pa.Table.from_arrays(arrays, names=list(columns)), file.name)
            self.session.query(f"INSERT INTO {name} SELECT * FROM file('{file.name}', Parquet)")

    def run(self, sql: str) -> list[dict[str, Any]]:
        import pyarrow as pa

        found = self.session.query(sql, "ArrowStream")
        return pa.ipc.open_stream(found).read_all().to_pylist()


class InSpark:
    """Spark in local mode, in the session's time zone that the statement asks for."""

    dialect = "spark"

    def __init__(self) -> None:
        self._sessions: dict[str, Any] = {}

    @property
    def session(self) -> Any:
        """One beside that of the process, which others may have stopped and made anew since the last table."""
        from tests.servers.spark import spark_session

        beside = spark_session()
        run = beside.sparkContext.applicationId
        if run not in self._sessions:
            self._sessions[run] = beside.newSession()
            self._sessions[run].conf.set("spark.sql.session.timeZone", "Pacific/Auckland")
            self._sessions[run].sql("SET TIME ZONE 'UTC'")
        return self._sessions[run]

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        declared = ", ".join(
            f"`{column.replace('`', '``')}` {TYPES['spark'].get(type_, type_)}" for column, type_ in columns.items()
        )
        aware = [[value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in row] for row in rows]
        self.session.createDataFrame(aware, declared).createOrReplaceTempView(name)

    def run(self, sql: str) -> list[dict[str, Any]]:
        return [row.asDict() for row in self.session.sql(sql).collect()]


def _in_clickhouse(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _arrow(type_: str) -> Any:
    import pyarrow as pa

    kinds = {
        "VARCHAR": pa.string(),
        "BIGINT": pa.int64(),
        "DOUBLE": pa.float64(),
        "BOOLEAN": pa.bool_(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    }
    return kinds[type_]
