"""ClickHouse as somebody uses it: the command, a server of its own process, and what can go wrong between them."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from pyrometer.engines import connect
from pyrometer.errors import EvidenceError, UsageError
from tests.cli.command import Outcome
from tests.cli.conftest import EVENTS, LEADS
from tests.cli.here import Here
from tests.servers.clickhouse import Server, clickhouse
from tests.servers.clickhouse_front import PASSWORD

FILES = ("--leads", "leads.csv", "--events", "events.csv")
AS_OF = ("--as-of", "2026-06-30")
TABLES = (
    "CREATE TABLE shop.leads (lead_id String, size Nullable(String), need LowCardinality(Nullable(String)), "
    "`Budget (EUR)` Nullable(Decimal(12, 2))) ENGINE = Memory",
    "CREATE TABLE shop.events (lead_id String, event LowCardinality(String), occurred_at DateTime64(3, 'UTC'), "
    "page Nullable(String)) ENGINE = Memory",
)


@pytest.fixture(scope="module")
def own() -> Iterator[Server]:
    with clickhouse() as server:
        yield server


@pytest.fixture
def server(own: Server) -> Server:
    """A server that holds the shop's tables."""
    fill(own)
    return own


def fill(server: Server) -> None:
    with client(server) as there:
        for command in ("DROP DATABASE IF EXISTS shop", "CREATE DATABASE shop", *TABLES):
            there.command(command)
        settings = {"date_time_input_format": "best_effort", "format_csv_null_representation": ""}
        for name, text in (("leads", LEADS), ("events", EVENTS)):
            there.raw_insert(f"shop.{name}", insert_block=text, fmt="CSVWithNames", settings=settings)


@contextmanager
def client(server: Server) -> Iterator[Client]:
    there = clickhouse_connect.get_client(host="127.0.0.1", port=server.port, autogenerate_session_id=False)
    yield there
    there.close()


def command(server: Server, *statements: str) -> Any:
    with client(server) as there:
        return [there.command(statement) for statement in statements][-1]


def there(server: Server, *more: str, login: str = "default") -> tuple[str, ...]:
    return ("--engine", server.url(login), "--inputs", "tables.yaml", *more)


def fails(outcome: Outcome, *said: str) -> None:
    assert outcome.code == 2, outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err
    for text in said:
        assert text in outcome.err
    assert PASSWORD not in outcome.err
    assert quote(PASSWORD, safe="") not in outcome.err


@pytest.mark.parametrize("login", ["default", "reader"])
def test_the_output_is_that_of_the_same_files(run: Here, server: Server, login: str) -> None:
    rest = ("--previous", "previous.csv", "--explain", "--format", "jsonl")
    ours = run("score", "lead.yaml", *FILES, *rest)
    theirs = run("score", "lead.yaml", *there(server, *rest, login=login))
    assert (ours.code, theirs.code) == (0, 0), theirs.err
    assert theirs.out == ours.out
    assert "as of 2026-06-30 12:00 UTC, the latest evidence" in theirs.err


def test_the_story_is_that_of_the_same_files(run: Here, server: Server) -> None:
    ours = run("explain", "lead.yaml", "Ada", *FILES, "--previous", "previous.csv")
    theirs = run("explain", "lead.yaml", "Ada", *there(server, "--previous", "previous.csv"))
    assert theirs.out == ours.out
    assert "hot" in theirs.out


def test_a_lead_that_is_not_there(run: Here, server: Server) -> None:
    fails(run("explain", "lead.yaml", "Adda", *there(server)), "there is no lead `Adda`; the nearest ids are `Ada`")


def test_nothing_stays_on_the_server(run: Here, server: Server) -> None:
    count = (
        "SELECT groupArray((database, name)) FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA')"
    )
    before = command(server, count)
    assert run("score", "lead.yaml", *there(server, "--previous", "previous.csv")).code == 0
    assert command(server, count) == before


class TestPasswords:
    def test_one_in_the_url(self, run: Here, server: Server) -> None:
        done = run("score", "lead.yaml", *there(server, login=f"guest:{quote(PASSWORD, safe='')}"))
        assert done.code == 0, done.err

    def test_one_in_the_environment(self, run: Here, server: Server) -> None:
        url = server.url().replace("default@", "", 1)
        login = {"CLICKHOUSE_USER": "guest", "CLICKHOUSE_PASSWORD": PASSWORD}
        assert run("score", "lead.yaml", "--engine", url, "--inputs", "tables.yaml", env=login).code == 0

    @pytest.mark.parametrize("debug", ["", "1"])
    def test_a_wrong_one_is_not_repeated(self, run: Here, server: Server, debug: str) -> None:
        wrong = "not-the-" + PASSWORD
        url = there(server, login=f"guest:{quote(wrong, safe='')}")
        process = run.start("score", "lead.yaml", *url, env={"PYROMETER_DEBUG": debug})
        out, err = process.communicate(timeout=60)
        assert process.returncode == 2
        assert b"the user or the password is wrong" in err
        assert wrong.encode() not in out + err
        assert quote(wrong, safe="").encode() not in out + err

    def test_a_user_who_may_not_change_settings(self, run: Here, server: Server) -> None:
        fails(run("score", "lead.yaml", *there(server, login="viewer")), "join_use_nulls", "`readonly = 2`")

    def test_no_statement_holds_one(self, run: Here, server: Server) -> None:
        assert run("score", "lead.yaml", *there(server, login=f"guest:{quote(PASSWORD, safe='')}")).code == 0
        assert PASSWORD not in server.statements()
        assert "pyrometer_calendar" in server.statements()


class TestUnreachable:
    def test_nobody_listens(self, run: Here) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"clickhouse://ada@127.0.0.1:{free.getsockname()[1]}/shop"
            fails(
                run("score", "lead.yaml", "--engine", url, "--inputs", "tables.yaml"), f"can't reach {url}", "refused"
            )

    def test_somebody_listens_and_says_nothing(self, run: Here) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            url = f"clickhouse://ada@127.0.0.1:{mute.getsockname()[1]}/shop"
            silent = url + "?send_receive_timeout=1"
            done = run("score", "lead.yaml", "--engine", silent, "--inputs", "tables.yaml")
            fails(done, f"can't reach {url}", "no answer in time")

    def test_somebody_speaks_another_protocol(self, run: Here, server: Server) -> None:
        url = server.url().replace("clickhouse:", "clickhouses:", 1)
        fails(run("score", "lead.yaml", "--engine", url, "--inputs", "tables.yaml"), f"can't reach {url}", "SSL")

    def test_an_unknown_database(self, run: Here, server: Server) -> None:
        url = server.url(database="elsewhere")
        done = run("score", "lead.yaml", "--engine", url, "--inputs", "tables.yaml")
        fails(done, "can't reach", "elsewhere does not exist")

    def test_an_unknown_host(self, run: Here) -> None:
        done = run("score", "lead.yaml", "--engine", "clickhouse://nobody.invalid/x", "--inputs", "tables.yaml")
        fails(done, "can't reach clickhouse://nobody.invalid/x")

    def test_an_unknown_option(self) -> None:
        with pytest.raises(UsageError, match="knows no option `secure`"):
            connect("clickhouse://127.0.0.1/x?secure=1")


def test_what_is_set_otherwise_cuts_no_answer(server: Server) -> None:
    with connect(server.url()) as engine:
        numbers = "SELECT number FROM numbers(5)"
        engine.client.set_client_setting("limit", "2")
        engine.client.set_client_setting("offset", "1")
        engine.client.set_client_setting("additional_result_filter", "number < 3")
        assert engine.few(numbers) == [(number,) for number in range(5)]
        engine.client.set_client_setting("max_rows_to_read", "2")
        engine.client.set_client_setting("read_overflow_mode", "break")
        with pytest.raises(EvidenceError, match="Limit for rows"):
            engine.few(numbers)


class TestTables:
    def test_a_missing_one(self, run: Here, server: Server) -> None:
        command(server, "DROP TABLE shop.events")
        fails(run("score", "lead.yaml", *there(server)), "events: there is no table `shop.events`")

    def test_a_missing_database(self, run: Here, server: Server, folder: Path) -> None:
        (folder / "tables.yaml").write_text("events: shopp.events\n")
        fails(run("score", "lead.yaml", *there(server)), "events: there is no table `shopp.events`")

    def test_a_missing_column(self, run: Here, server: Server) -> None:
        command(server, "ALTER TABLE shop.events RENAME COLUMN page TO pagee")
        done = run("score", "lead.yaml", *there(server, "--format", "csv"))
        assert done.code == 0
        command(server, "RENAME TABLE shop.events TO shop.log")
        command(server, "CREATE VIEW shop.events AS SELECT lead_id, event, occurred_at AS occured_at FROM shop.log")
        fails(run("score", "lead.yaml", *there(server)), "`shop.events` has no column `occurred_at`", "`occured_at`")

    @pytest.mark.parametrize(
        ("table", "change", "said"),
        [
            ("events", "toString(occurred_at) AS occurred_at", "`occurred_at` of `shop.events` is of a type (text)"),
            ("leads", "toDate('2026-01-01') AS size", "`size` of `shop.leads` is of a type (day)"),
            ("leads", "toFloat64(1) AS need", "`need` of `shop.leads` is of a type (real)"),
            ("leads", "[1, 2] AS size", "`size` of `shop.leads` is of a type (Array(UInt8))"),
        ],
    )
    def test_a_column_of_a_wrong_type(self, run: Here, server: Server, table: str, change: str, said: str) -> None:
        column = change.rpartition(" AS ")[2]
        command(server, f"RENAME TABLE shop.{table} TO shop.log")
        command(server, f"CREATE VIEW shop.{table} AS SELECT * EXCEPT {column}, {change} FROM shop.log")
        fails(run("score", "lead.yaml", *there(server)), said, "cast it in a view")

    def test_a_lead_that_stands_there_twice(self, run: Here, server: Server) -> None:
        command(server, "INSERT INTO shop.leads (lead_id) VALUES ('Ada'), ('Eve'), ('Eve')")
        done = run("score", "lead.yaml", *there(server))
        fails(done, "a lead stands in one row of `shop.leads`", "`Ada` in 2, `Eve` in 3")

    def test_odd_names(self, run: Here, server: Server, folder: Path) -> None:
        command(server, r"""RENAME TABLE shop.events TO shop.`it's "odd" \\ new`""")
        columns = r"* EXCEPT page, page AS `Seite\\; DROP`"
        command(server, rf"""CREATE VIEW shop.`a\`b.c` AS SELECT {columns} FROM shop.`it's "odd" \\ new`""")
        (folder / "tables.yaml").write_text(
            "leads: shop.leads\nevents: {table: 'shop.\"a`b.c\"', columns: {page: 'Seite\\; DROP'}}\n"
        )
        done = run("score", "lead.yaml", *there(server, "--format", "csv"))
        assert done.out == run("score", "lead.yaml", *FILES, "--format", "csv").out

    def test_tables_that_are_called_like_steps_of_the_query(self, run: Here, server: Server, folder: Path) -> None:
        (folder / "tables.yaml").write_text("leads: leads\nevents: events\n")
        url = server.url(database="shop")
        done = run("score", "lead.yaml", "--engine", url, "--inputs", "tables.yaml", "--format", "csv")
        assert done.out == run("score", "lead.yaml", *FILES, "--format", "csv").out


@contextmanager
def slow(server: Server) -> Iterator[None]:
    """Events that come so slowly that a query runs until it is stopped."""
    wait = "SELECT max(z) AS z FROM (SELECT sleepEachRow(0.1) AS z FROM numbers(6000) SETTINGS max_block_size = 10)"
    command(server, "RENAME TABLE shop.events TO shop.log")
    command(
        server,
        f"CREATE VIEW shop.events AS SELECT lead_id, event, occurred_at, page FROM shop.log CROSS JOIN ({wait}) AS w",
    )
    yield


RUNNING = (
    "SELECT count() FROM system.processes WHERE Settings['log_comment'] LIKE 'pyrometer-%' AND query LIKE '%gate_1%'"
)


def started(server: Server) -> None:
    """Wait until the scoring query runs."""
    for _ in range(3_000):
        if command(server, f"SELECT ({RUNNING}) + sleep(0.01)"):
            return
    raise AssertionError("the query never started")


class TestHalfWay:
    def test_a_server_that_is_lost(self, run: Here, folder: Path) -> None:
        with clickhouse() as server:
            fill(server)
            with slow(server):
                process = run.start("score", "lead.yaml", *there(server, *AS_OF, "--out", "scores.csv"))
                started(server)
                server.process.kill()
                _, err = process.communicate(timeout=60)
        assert process.returncode == 2
        assert b"lost the connection to clickhouse://" in err
        assert b"Traceback" not in err
        assert not (folder / "scores.csv").exists()
        with clickhouse() as server:
            fill(server)
            assert run("score", "lead.yaml", *there(server, *AS_OF, "--out", "scores.csv")).code == 0
        assert len((folder / "scores.csv").read_text().splitlines()) == 6

    def test_an_interrupt_reaches_the_server(self, run: Here, server: Server) -> None:
        with slow(server):
            process = run.start("score", "lead.yaml", *there(server, *AS_OF))
            started(server)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert err.strip() == b"pyrometer: stopped"
        assert command(server, RUNNING) == 0

    def test_an_answer_that_is_cut(self, run: Here, server: Server, folder: Path) -> None:
        done = run("score", "lead.yaml", *there(server, "--out", "scores.csv", login="leaver"))
        fails(done, "lost the connection to clickhouse://leaver@")
        assert not (folder / "scores.csv").exists()

    def test_a_failure_behind_the_first_rows(self, server: Server, tmp_path: Path) -> None:
        sql = "SELECT number, throwIf(number = 90000, 'the last straw') AS no FROM numbers(100000)"
        with connect(server.url("hasty")) as engine:
            with pytest.raises(EvidenceError, match=r"clickhouse://hasty@127.0.0.1:\d+/default: the last straw$"):
                engine.fetch(sql, tmp_path)
            assert list(tmp_path.iterdir()) == []
            assert engine.few("SELECT 1") == [(1,)]

    def test_a_full_disk_where_the_rows_are_kept(self, run: Here, server: Server, folder: Path) -> None:
        command(server, "INSERT INTO shop.leads (lead_id) SELECT 'lead ' || toString(number) FROM numbers(50000)")
        done = run("score", "lead.yaml", *there(server, "--out", "scores.csv"), shell="ulimit -f 64;")
        fails(done, "can't keep the rows that clickhouse://", "File too large")
        assert not (folder / "scores.csv").exists()


def test_an_old_server_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrometer.engines.clickhouse.OLDEST", (99, 1))
    with pytest.raises(EvidenceError, match=r"is ClickHouse \d+\.\d+; Pyrometer needs 99\.1 or newer"):
        connect(server.url())
