"""Spark in local mode for small cases, and a real standalone cluster of a master and two workers on loopback."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Mapping
from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from tests.servers import lacking

if TYPE_CHECKING:
    from tests.engines import Table

SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""A handful of rows and wide queries: nothing is worth compiling, and one partition is enough."""

KINDS = {
    "text": pa.string(),
    "json": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.timestamp("us", "UTC"),
}


@cache
def _warehouse() -> str:
    folder = TemporaryDirectory(prefix="pyrometer-warehouse-")
    atexit.register(folder.cleanup)
    return folder.name


def spark_session() -> SparkSession:
    """The session of this process, made anew if somebody stopped it."""
    active = SparkSession.getActiveSession()
    if active is not None:
        return active
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        lacking(
            "the tests need Java 17 or newer for Spark; on Debian and Ubuntu: apt-get install openjdk-17-jre-headless"
        )
    builder = SparkSession.builder.master("local[1]").config("spark.sql.warehouse.dir", _warehouse())
    for name, value in SMALL.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    atexit.register(session.stop)
    return session


def frames(session: SparkSession, tables: Mapping[str, Table]) -> dict[str, DataFrame]:
    """Evidence as DataFrames; the inputs that name them."""
    return {label: session.createDataFrame(arrow(table)) for label, table in tables.items()}


def arrow(table: Table) -> pa.Table:
    """Evidence as an Arrow table."""
    columns = list(zip(*table.rows, strict=True)) if table.rows else [()] * len(table.columns)
    arrays = [pa.array(values, KINDS[kind]) for values, kind in zip(columns, table.columns.values(), strict=True)]
    return pa.table(arrays, names=list(table.columns))
