"""The warehouses, each made once for all tests that paste into it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Runner
from tests.compiled.warehouses import InClickHouse, InDuckDB, InPostgres, InSpark, Warehouse
from tests.servers.postgres import postgres


def missing(what: str) -> None:
    """Skip what this machine can't run, but never where CI says so."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def duckdb_warehouse() -> Warehouse:
    return InDuckDB()


@pytest.fixture(scope="session")
def postgres_warehouse() -> Iterator[Warehouse]:
    with postgres() as url:
        warehouse = InPostgres(url)
        yield warehouse
        warehouse.connection.close()


@pytest.fixture(scope="session")
def clickhouse_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    warehouse = InClickHouse(tmp_path_factory.mktemp("clickhouse"))
    yield warehouse
    warehouse.session.close()


@pytest.fixture(scope="session")
def spark_warehouse() -> Warehouse:
    if shutil.which("java") is None:
        missing("the tests need Java for Spark; on Debian and Ubuntu: apt-get install openjdk-17-jre-headless")
    return InSpark()


@pytest.fixture(scope="session")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example workspaces, with a few people each."""
    folder = tmp_path_factory.mktemp("examples")
    script = Path(__file__).parents[2] / "examples" / "generate.py"
    subprocess.run([sys.executable, script, "--out", folder, "--leads", "40"], check=True, capture_output=True)
    return folder


@pytest.fixture
def command(tmp_path: Path) -> Runner:
    """The command, run in the test's own folder."""
    return Runner(tmp_path)
