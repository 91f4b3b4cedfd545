"""Where queries run. An engine is one module here; the SQL it runs is built in `pyrometer.sql`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pyrometer.definition.problems import suggestion
from pyrometer.engines.address import Address
from pyrometer.engines.duckdb import DuckDBEngine, Progress
from pyrometer.engines.engine import ArchiveInput, Engine, Fetched, Files
from pyrometer.errors import UsageError

__all__ = ["Address", "ArchiveInput", "DuckDBEngine", "Engine", "Fetched", "Files", "Progress", "connect", "of_session"]

_MODULES = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "spark": "spark",
    "clickhouse": "clickhouse",
    "clickhouses": "clickhouse",
    "chdb": "chdb",
}
_PACKAGES = {"postgres": "postgres", "spark": "spark", "clickhouse": "clickhouse", "chdb": "clickhouse"}
"""The extra that installs what a module needs."""


def connect(url: str) -> Engine:
    """The engine at a URL such as postgresql://user@host/database; its driver is imported only now.

    Raises UsageError for a URL that names no engine or an engine whose driver isn't installed, EvidenceError where
    nothing answers.
    """
    address = Address.of(url)
    module = _MODULES.get(address.scheme)
    if module is None:
        given = f"`{address.scheme}`" if address.scheme else "a URL without a scheme"
        near = suggestion(address.scheme, sorted(_MODULES), kind="engine")
        raise UsageError(f"--engine: {given} is no engine; {near}")
    try:
        found = import_module(f"pyrometer.engines.{module}")
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith("pyrometer"):
            raise
        extra = _PACKAGES[module]
        raise UsageError(
            f"--engine {address.scheme}: the package `{error.name}` isn't installed; "
            f'python -m pip install "pyrometer[{extra}]" brings it'
        ) from None
    engine: Engine = found.connect(address)
    return engine


def of_session(given: Any) -> Engine:
    """An engine for a session of PySpark, which stays open; what is an engine already, as it is.

    Raises UsageError for anything else, EvidenceError where the session can't be used.
    """
    engine: Engine
    if type(given).__module__.partition(".")[0] == "pyspark" and hasattr(given, "newSession"):
        engine = import_module("pyrometer.engines.spark").SparkEngine(given)
    elif all(hasattr(given, name) for name in ("dialect", "register", "fetch", "reset")):
        engine = given
    else:
        raise UsageError(
            f"engine: a {type(given).__name__} is no engine; give a URL such as postgresql://user@host/database, "
            "a session of Spark, or what pyrometer.engines.connect gives"
        )
    return engine
