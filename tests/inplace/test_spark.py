"""Spark in local mode: what evidence can lie in, and that the session of somebody else stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

import pyrometer
from pyrometer import archive
from pyrometer.engines import connect
from pyrometer.engines.spark import SETTINGS, SparkEngine
from pyrometer.errors import EvidenceError, UsageError
from tests.inplace.edges import EDGE_DEFINITION, EDGES
from tests.servers.spark import spark_session

DEFINITION = """\
format: 1
name: Visits
profile:
  employees: integer
  odd.`name`: text
events:
  visit: {properties: {topic: text, seconds: integer}}
scores:
  fit:
    rules:
      - {name: Size, points: 10, when: {trait: employees, at_least: 50}}
      - {name: Odd, points: 1, when: {trait: odd.`name`, is: yes}}
  interest:
    rules:
      - {name: Visits, points: 5, event: visit, cooling: {half_life: 10d}}
      - {name: Prices, points: 50, event: visit, where: {topic: prices, seconds: {at_least: 30}}, cap: 60}
temperature: {hot: {when: {score: interest, at_least: 100}}}
"""
AS_OF = "2026-06-11T12:00:00Z"
LEADS = pa.table({"lead_id": ["Ada", "Bo", "Cem"], "employees": [120, 35, None], "odd.`name`": ["yes", None, "no"]})
EVENTS = pa.table(
    {
        "lead_id": ["Ada", "Ada", "Bo"],
        "event": ["visit"] * 3,
        "occurred_at": pa.array(
            [datetime.fromisoformat(f"2026-06-{time}:30Z") for time in ("01 23", "11 01", "11 01")]
        ),
        "topic": ["prices", "news", "prices"],
        "seconds": [30, 40, 29],
    }
)
EXPECTED = {"Ada": (11, 57.5), "Bo": (0, 5), "Cem": (0, 0)}


@pytest.fixture
def session() -> SparkSession:
    return spark_session()


@pytest.fixture
def leads(session: SparkSession) -> Any:
    return session.createDataFrame(LEADS)


@pytest.fixture
def events(session: SparkSession) -> Any:
    return session.createDataFrame(EVENTS)


def scores(engine: Any, inputs: Any, definition: str = DEFINITION) -> dict[str, tuple[float, ...]]:
    with pyrometer.score(definition, engine=engine, inputs=inputs, as_of=AS_OF) as scoring:
        return {reading.lead_id: tuple(reading.as_dict()["scores"].values()) for reading in scoring}


def test_dataframes(session: SparkSession, leads: Any, events: Any) -> None:
    assert scores(session, {"leads": leads, "events": events}) == EXPECTED


def test_tables_and_views(session: SparkSession, leads: Any, events: Any) -> None:
    session.sql("CREATE DATABASE IF NOT EXISTS crm")
    leads.write.mode("overwrite").saveAsTable("crm.leads")
    events.createOrReplaceTempView("clicks")
    try:
        assert scores(session, {"leads": "spark_catalog.crm.leads", "events": "clicks"}) == EXPECTED
    finally:
        session.catalog.dropTempView("clicks")
        session.sql("DROP DATABASE crm CASCADE")


@pytest.mark.parametrize("kind", ["view", "table"])
def test_a_table_that_is_called_as_a_step_of_the_query(session: SparkSession, events: Any, kind: str) -> None:
    log = events.withColumn("trait", f.lit("employees")).withColumn("value", f.lit("120"))
    session.sql("CREATE DATABASE IF NOT EXISTS shop")
    session.sql("USE shop")
    try:
        if kind == "view":
            log.createOrReplaceTempView("events")
        else:
            log.write.mode("overwrite").saveAsTable("events")
        found = scores(session, {"events": "events", "traits": "events"})
    finally:
        session.catalog.dropTempView("events")
        session.sql("USE default")
        session.sql("DROP DATABASE shop CASCADE")
    assert found == {"Ada": (10, 57.5), "Bo": (10, 5)}


def test_parquet_files_of_several_shapes(session: SparkSession, tmp_path: Path) -> None:
    pq.write_table(LEADS, tmp_path / "leads.parquet")
    (tmp_path / "log").mkdir()
    pq.write_table(EVENTS.slice(1).drop_columns("seconds"), tmp_path / "log" / "1.parquet")
    pq.write_table(EVENTS.slice(0, 1), tmp_path / "log" / "2.parquet")
    inputs = {"leads": {"files": str(tmp_path / "leads.parquet")}, "events": {"files": str(tmp_path / "log/*.parquet")}}
    assert scores(session, inputs) == EXPECTED


@pytest.mark.parametrize("folder", ["plain", "Wärme & kälte 100%", "odd {a,b} [c] *?"])
def test_the_tables_of_an_archive(session: SparkSession, tmp_path: Path, folder: str) -> None:
    pq.write_table(LEADS, tmp_path / "leads.parquet")
    place = str(tmp_path / folder)
    log = EVENTS.to_pylist()
    for rows in (log[:1], [{**row, "colour": "red"} for row in log[1:]]):
        archive.append(place, events=rows, now=datetime(2026, 6, 20, tzinfo=UTC), received="occurred")
    archive.append(
        tmp_path / "odd xa,bx [c] xx", events=log, now=datetime(2026, 6, 20, tzinfo=UTC), received="occurred"
    )
    inputs = {"leads": {"files": str(tmp_path / "leads.parquet")}, "events": {"archive": place}}
    assert scores(session, inputs) == EXPECTED
    archive.compact(place)
    assert scores(session, inputs) == EXPECTED


def test_a_delta_table_that_is_no_archive(session: SparkSession, tmp_path: Path) -> None:
    from deltalake import write_deltalake

    write_deltalake(str(tmp_path / "events"), EVENTS)
    with pytest.raises(EvidenceError, match="a Delta table, but not one of an archive"):
        scores(session, {"events": {"archive": str(tmp_path)}})
    with pytest.raises(UsageError, match="leads: an archive holds events and traits"):
        scores(session, {"leads": {"archive": str(tmp_path)}})


def test_a_folder_without_an_archive(session: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"events: .* holds no archive with events"):
        scores(session, {"events": {"archive": str(tmp_path)}})


TYPES = {
    "employees": ["TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL(10, 2)", "FLOAT", "DOUBLE", "STRING"],
    "occurred_at": ["TIMESTAMP", "TIMESTAMP_NTZ"],
}


@pytest.mark.parametrize("kind", TYPES["employees"])
def test_numbers_of_every_type(session: SparkSession, leads: Any, events: Any, kind: str) -> None:
    cast = leads.withColumn("employees", f.col("employees").cast(kind))
    assert scores(session, {"leads": cast, "events": events}) == EXPECTED


@pytest.mark.parametrize("kind", ["DECIMAL(38, 0)", "DECIMAL(38, 10)"])
def test_decimals_at_the_edge_of_an_integer(session: SparkSession, kind: str) -> None:
    listed = session.createDataFrame(list(EDGES.items()), "lead_id STRING, employees STRING")
    given = listed.withColumn("employees", f.col("employees").cast(kind))
    found = scores(session, {"leads": given}, EDGE_DEFINITION)
    assert {lead for lead, (fit,) in found.items() if fit == 10} == {"largest", "smallest"}
    assert {lead for lead, (fit,) in found.items() if fit == 1} == {"above", "below"}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_time_is_utc_whatever_the_session_says(session: SparkSession, leads: Any, zone: str) -> None:
    session.conf.set("spark.sql.session.timeZone", zone)
    try:
        events = session.createDataFrame(EVENTS)
        wall = events.withColumn("occurred_at", f.to_utc_timestamp("occurred_at", zone).cast("timestamp_ntz"))
        for each in (events, events.withColumn("occurred_at", f.col("occurred_at").cast("timestamp")), wall):
            assert scores(session, {"leads": leads, "events": each}) == EXPECTED
        assert session.conf.get("spark.sql.session.timeZone") == zone
    finally:
        session.conf.unset("spark.sql.session.timeZone")


@pytest.mark.parametrize(
    "held",
    [
        "map('topic', topic, 'seconds', cast(seconds AS string))",
        "map('seconds', seconds, 'topic', NULL)",
        "named_struct('topic', topic, 'seconds', seconds)",
        "to_json(named_struct('topic', topic, 'seconds', seconds))",
        "parse_json(to_json(named_struct('topic', topic, 'seconds', seconds)))",
    ],
)
def test_properties_in_one_column(session: SparkSession, leads: Any, events: Any, held: str) -> None:
    kept = events.selectExpr("lead_id", "event", "occurred_at", f"{held} AS properties")
    if "NULL" in held:
        kept = kept.withColumn("topic", f.lit("prices")).where("properties['seconds'] <> 40")
        kept = kept.unionByName(
            events.where("topic = 'news'")
            .withColumn("properties", f.lit(None).cast("map<string,bigint>"))
            .drop("seconds")
        )
    assert scores(session, {"leads": leads, "events": kept}) == EXPECTED


@pytest.mark.parametrize(("held", "expected"), [(60.0, 40), (1e18, 40), (1e19, 0), (-1e300, 0), (1e300, 0)])
def test_numbers_that_no_whole_number_is_as_large_as(session: SparkSession, held: float, expected: int) -> None:
    definition = {
        "format": 1,
        "name": "Size",
        "profile": {"size": "integer"},
        "scores": {"fit": {"rules": [{"name": "Size", "trait": "size", "bands": [{"from": 50, "points": 40}]}]}},
        "temperature": {"hot": {"when": {"score": "fit", "at_least": 1}}},
    }
    leads = session.createDataFrame([("Ada", held)], "lead_id string, size double")
    with pyrometer.score(definition, engine=session, inputs={"leads": leads}, as_of=AS_OF) as scoring:
        assert [reading.as_dict()["scores"] for reading in scoring] == [{"fit": expected}]


def test_properties_that_are_no_object(session: SparkSession, leads: Any, events: Any) -> None:
    """A text that isn't JSON says nothing, and nothing fails on it."""
    rows = events.drop("topic").crossJoin(
        session.createDataFrame([("{",), ("[1]",), ("",), (None,)], "properties string")
    )
    assert scores(session, {"leads": leads, "events": rows})["Ada"] == (11, 30.0)


def test_the_latest_evidence_is_the_time(session: SparkSession, leads: Any, events: Any) -> None:
    with pyrometer.score(DEFINITION, engine=session, inputs={"leads": leads, "events": events}) as scoring:
        assert scoring.as_of == datetime(2026, 6, 11, 1, 30, tzinfo=UTC)


def test_more_rows_than_are_fetched_at_once(session: SparkSession, events: Any) -> None:
    """They come in parts through a file, computed once; all are there."""
    many = session.range(300).selectExpr("concat('lead ', id) AS lead_id", "id AS employees")
    with SparkEngine(session, at_once=60) as engine:
        found = scores(engine, {"leads": many, "events": events})
    assert len(found) == 300
    assert {fit for fit, _ in found.values()} == {0, 10}
    assert (found["lead 49"], found["lead 50"]) == ((0, 0), (10, 0))


def views(session: SparkSession) -> list[str]:
    # Not by the catalog, which resolves all views of the session, whatever other tests left of them.
    shown = session.sql("SHOW TABLES").collect()
    return [row["tableName"] for row in shown if row["tableName"].startswith("pyrometer_")]


def test_the_session_is_left_as_it_was(session: SparkSession, leads: Any, events: Any) -> None:
    mine = dict.fromkeys(SETTINGS, None) | {
        "spark.sql.ansi.enabled": "false",
        "spark.sql.session.timeZone": "Asia/Tokyo",
    }
    try:
        for name, value in mine.items():
            if value is not None:
                session.conf.set(name, value)
        before = {name: session.conf.get(name) for name in SETTINGS}
        assert scores(session, {"leads": leads, "events": events}) == EXPECTED
        with pytest.raises(EvidenceError):
            scores(session, {"leads": leads, "events": "nowhere"})
        assert {name: session.conf.get(name) for name in SETTINGS} == before
        assert views(session) == []
        assert session.range(3).count() == 3
    finally:
        for name in SETTINGS:
            session.conf.unset(name)


def test_two_runs_in_one_session_keep_apart(session: SparkSession, leads: Any, events: Any) -> None:
    with SparkEngine(session) as one:
        assert scores(one, {"leads": leads, "events": events}) == EXPECTED
        one.put("pyrometer_calendar", {"at_age": "integer"}, [(0,)])
        with pytest.raises(UsageError, match=r"another run has `pyrometer_calendar` in this session"):
            scores(session, {"leads": leads, "events": events})
    assert scores(session, {"leads": leads, "events": events}) == EXPECTED


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"events": "nowhere.clicks"}, "events: there is no table `nowhere.clicks` in Spark"),
        ({"events": "a.b.c.d"}, "events: `a.b.c.d` has 4 parts; Spark knows catalog.schema.table"),
        ({"events": {"files": "/nowhere/*.parquet"}}, "Spark: Path does not exist: .*/nowhere/"),
        (
            {"leads": pa.table({"lead_id": ["Ada"]})},
            "leads: Spark reads tables, views, files and DataFrames; this is a pyarrow",
        ),
    ],
)
def test_what_is_not_there(session: SparkSession, inputs: dict[str, Any], message: str) -> None:
    with pytest.raises((EvidenceError, UsageError), match=message):
        scores(session, inputs)


def test_columns_that_are_missing_or_of_another_type(session: SparkSession, leads: Any, events: Any) -> None:
    with pytest.raises(EvidenceError, match=r"events: `pyrometer_\w+` has no column `occurred_at`; did you mean"):
        scores(session, {"leads": leads, "events": events.withColumnRenamed("occurred_at", "occured_at")})
    with pytest.raises(EvidenceError, match=r"events: column `occurred_at` of .* should hold timestamps"):
        scores(
            session, {"leads": leads, "events": events.withColumn("occurred_at", f.col("occurred_at").cast("string"))}
        )


def test_a_dataframe_of_another_session(session: SparkSession, events: Any) -> None:
    with pytest.raises(UsageError, match="the DataFrame belongs to another session"):
        scores(session.newSession(), {"events": events})


def test_a_query_that_fails_half_way(session: SparkSession, leads: Any, events: Any) -> None:
    """What a view of the user's can't compute is said in a line, and the next run works."""
    broken = events.withColumn("seconds", f.expr("assert_true(topic <> 'news', 'no news please')").cast("string"))
    with pytest.raises(EvidenceError, match=r"^Spark: .*no news please") as raised:
        scores(session, {"leads": leads, "events": broken})
    assert "\n" not in str(raised.value)
    assert scores(session, {"leads": leads, "events": events}) == EXPECTED


def test_the_edge_of_a_word(session: SparkSession) -> None:
    """It is that of English words, whatever letters Java knows."""
    texts = ["cal", "écal", "calé", "xcal", "é cal.", "_cal", "1cal", "ſcal", "Cal-é"]
    leads = pa.table({"lead_id": texts, "said": texts})
    definition = """\
format: 1
name: Edges
profile: {said: text}
scores: {fit: {rules: [{name: Said, points: 1, when: {trait: said, matches: '\\bcal\\b'}}]}}
temperature: {}
"""
    found = scores(session, {"leads": session.createDataFrame(leads)}, definition)
    with pyrometer.score(definition, leads=leads.to_pylist(), as_of=AS_OF) as scoring:
        assert found == {reading.lead_id: tuple(reading.as_dict()["scores"].values()) for reading in scoring}
    assert [name for name, (fit,) in found.items() if fit] == ["Cal-é", "cal", "calé", "é cal.", "écal", "ſcal"]


def test_a_lead_that_stands_twice(session: SparkSession, leads: Any) -> None:
    with pytest.raises(EvidenceError, match=r"a lead stands in one row of .*, but `Ada` in 2, `Bo` in 2, `Cem` in 2"):
        scores(session, {"leads": leads.union(leads)})


def test_an_interrupt_stops_the_job(session: SparkSession, leads: Any) -> None:
    endless = session.range(10**15).selectExpr(
        "concat('lead ', id % 7) AS lead_id", "'visit' AS event", "timestamp_micros(id) AS occurred_at"
    )
    tracker = session.sparkContext.statusTracker()

    def interrupt() -> None:
        while not tracker.getActiveJobsIds():
            subprocess.run(["sleep", "0.05"], check=True)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    waiting = threading.Thread(target=interrupt)
    waiting.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            scores(session, {"leads": leads, "events": endless})
        waiting.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert list(tracker.getActiveJobsIds()) == []
    assert views(session) == []


def test_a_url_in_a_process_that_has_a_session(session: SparkSession) -> None:
    with pytest.raises(
        UsageError, match=r"has a Spark session on local\[1\] and can't have another on spark://local\[2\]"
    ):
        scores("spark://local[2]", {"leads": "leads"})


def test_settings_in_the_url_where_spark_runs_already(session: SparkSession) -> None:
    url = f"spark://{session.sparkContext.master}"
    with closing(connect(f"{url}?spark.sql.shuffle.partitions=3")) as engine:
        assert engine.few("SET spark.sql.shuffle.partitions") == [("spark.sql.shuffle.partitions", "3")]
    assert session.conf.get("spark.sql.shuffle.partitions") != "3"
    with pytest.raises(UsageError, match=r"`spark\.executor\.memory` can't be set any more"):
        connect(f"{url}?spark.executor.memory=1g")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("spark://127.0.0.1:9", "can't reach spark://127.0.0.1:9: connection refused"),
        ("spark://ada:s3cret@127.0.0.1:9", "a master has no users"),
        ("spark://127.0.0.1:9/shop", "nothing is known of `/shop`"),
        ("spark://127.0.0.1:9?memory=2g", "unknown option `memory`"),
    ],
)
def test_urls_that_lead_nowhere(url: str, message: str) -> None:
    with pytest.raises((EvidenceError, UsageError), match=message) as raised:
        scores(url, {"leads": "leads"})
    assert "s3cret" not in str(raised.value)
