"""Spark on a real standalone cluster: a master and two workers, one of which doesn't live to see the end."""

from __future__ import annotations

import resource
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark import SparkContext
from pyspark.sql import SparkSession

import pyrometer
from pyrometer.errors import EvidenceError
from tests.servers.sparkcluster import Cluster, cluster

DEFINITION = Path(__file__).parents[2] / "examples" / "b2b-saas" / "definition.yaml"
VISITS = """\
format: 1
name: Visits
events: {visit: {}}
scores: {interest: {rules: [{name: Visits, points: 1, event: visit, cooling: {half_life: 100d}}]}}
temperature: {hot: {when: {score: interest, at_least: 1}}}
"""
AS_OF = datetime(2026, 6, 30, tzinfo=UTC)
LEADS = 40
# Executors that live for some seconds compile more than they run.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SETTINGS = {
    "spark.executor.extraJavaOptions": JAVA,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.executor.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraJavaOptions": JAVA,
    "spark.sql.shuffle.partitions": "4",
}
URL = "?" + urlencode(
    {
        "spark.executor.memory": "512m",
        "spark.executor.extraJavaOptions": JAVA,
        "spark.driver.extraJavaOptions": JAVA,
        "spark.sql.shuffle.partitions": "4",
    }
)


@pytest.fixture(scope="module", autouse=True)
def no_session_of_others() -> None:
    """A process has one session at a time; the specs make theirs anew."""
    if (active := SparkSession.getActiveSession()) is not None:
        active.stop()


@pytest.fixture(scope="module")
def servers() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture
def session(servers: Cluster) -> Iterator[SparkSession]:
    builder = SparkSession.builder.master(servers.url)
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    found = builder.getOrCreate()
    yield found
    found.stop()


def readings(definition: Any, **given: Any) -> dict[str, Any]:
    with pyrometer.score(definition, as_of=AS_OF, explain=True, **given) as scoring:
        return {reading.lead_id: reading.as_dict(explain=True) for reading in scoring}


def evidence() -> pa.Table:
    """Visits of some leads, one in seven repeated."""
    rows = [(f"lead {n % LEADS}", AS_OF - timedelta(hours=n)) for n in range(2_000)]
    names, times = zip(*rows, strict=True)
    ids = [f"m{n - n % 7}" if n % 7 == 1 else f"m{n}" for n in range(len(rows))]
    kinds = ["visit"] * len(rows)
    occurred = pa.array(times, pa.timestamp("us", "UTC"))
    return pa.table({"lead_id": names, "event": kinds, "occurred_at": occurred, "message_id": ids})


def test_files_on_the_cluster_mean_what_they_mean_here(servers: Cluster, tmp_path: Path) -> None:
    log = evidence()
    for number in range(4):
        pq.write_table(log.slice(number * 500, 500), tmp_path / f"{number}.parquet")
    files = str(tmp_path / "*.parquet")
    there = readings(VISITS, engine=servers.url + URL, inputs={"events": {"files": files}})
    assert len(there) == LEADS
    assert there == readings(VISITS, leads=None, events=tmp_path / "*.parquet")


def log(session: SparkSession, event: str = "'visit'") -> Any:
    """A log of visits, in 24 parts."""
    return session.range(0, 120_000, 1, 24).selectExpr(
        f"concat('lead ', id % {LEADS}) AS lead_id",
        f"{event} AS event",
        "timestamp_seconds(1782000000 - id) AS occurred_at",
    )


def slow(session: SparkSession) -> Any:
    """The same log, which two cores need some seconds for."""
    return log(session, "CASE WHEN sha2(repeat(CAST(id AS STRING), 2000), 512) > '' THEN 'visit' END")


def test_a_worker_that_is_killed_half_way(servers: Cluster, session: SparkSession) -> None:
    """What it had done is done again by the other; no event counts twice, and none is lost."""
    tracker = session.sparkContext.statusTracker()

    def kill() -> None:
        while not any(
            stage.numCompletedTasks for stage in map(tracker.getStageInfo, tracker.getActiveStageIds()) if stage
        ):
            subprocess.run(["sleep", "0.05"], check=True)
        servers.workers[0].kill()

    killing = threading.Thread(target=kill)
    killing.start()
    found = readings(VISITS, engine=session, inputs={"events": slow(session)})
    killing.join()
    assert servers.workers[0].wait(30) != 0
    assert found == readings(VISITS, engine=session, inputs={"events": log(session)})
    lines = [line for each in found.values() for line in each["contributions"] if line["rule"] == "Visits"]
    assert {line["hits"] for line in lines} == {120_000 // LEADS}


def test_a_disk_that_is_full_on_a_worker(servers: Cluster, session: SparkSession) -> None:
    inputs = {"events": log(session)}
    assert session.range(10).count() == 10
    executors = children(servers.workers[1].pid)
    for number in executors:
        resource.prlimit(number, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    with pytest.raises(EvidenceError, match=r"^Spark: .*(File too large|No space)"):
        readings(VISITS, engine=session, inputs=inputs)
    for number in executors:
        resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert len(readings(VISITS, engine=session, inputs=inputs)) == LEADS


def children(parent: int) -> list[int]:
    """The processes that a process has started."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(number) for each in listed for number in each.read_text().split()]


def test_a_secret_that_is_wrong_is_not_said(tmp_path: Path) -> None:
    with cluster("s3cret") as guarded:
        inputs = {"events": {"files": str(tmp_path)}}
        url = f"{guarded.url}?spark.authenticate=true&spark.authenticate.secret=wr0ng"
        with pytest.raises(EvidenceError, match=f"can't reach {guarded.url}: ") as raised:
            readings(VISITS, engine=url, inputs=inputs)
    assert "wr0ng" not in str(raised.value)
    assert SparkContext._active_spark_context is None, "what never came up keeps others from starting"
