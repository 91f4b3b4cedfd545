"""The SQL dialects by name: a new one is a module here and a line in `DIALECTS`."""

from collections.abc import Mapping
from types import MappingProxyType

from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.dialects.duckdb import DuckDB

DIALECTS: Mapping[str, Dialect] = MappingProxyType({"duckdb": DuckDB()})

__all__ = ["DIALECTS", "Dialect"]
