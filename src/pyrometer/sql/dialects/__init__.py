"""The SQL dialects by name: a new one is a module here and a line in `DIALECTS`."""

from collections.abc import Mapping
from types import MappingProxyType

from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.dialects.bigquery import BigQuery
from pyrometer.sql.dialects.clickhouse import ClickHouse
from pyrometer.sql.dialects.duckdb import DuckDB
from pyrometer.sql.dialects.postgres import Postgres
from pyrometer.sql.dialects.snowflake import Snowflake
from pyrometer.sql.dialects.spark import Spark

DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {dialect.name: dialect for dialect in (DuckDB(), Postgres(), Spark(), ClickHouse(), BigQuery(), Snowflake())}
)

__all__ = ["DIALECTS", "Dialect"]
