"""PostgreSQL as somebody uses it: the command, a real server, and what can go wrong between them."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

import pyrometer
from pyrometer.engines.postgres import PostgresEngine
from pyrometer.errors import EvidenceError, UsageError
from tests.cli.command import Outcome
from tests.cli.here import Here
from tests.engines import postgres_url
from tests.servers.postgres import PASSWORD

Server = psycopg.Connection[Any]
FILES = ("--leads", "leads.csv", "--events", "events.csv")


def there(*more: str, url: str | None = None) -> tuple[str, ...]:
    return ("--engine", url or postgres_url(), "--inputs", "tables.yaml", *more)


def guest(password: str) -> str:
    return postgres_url().replace("postgres@", f"guest:{quote(password, safe='')}@", 1)


def fails(outcome: Outcome, *said: str) -> None:
    assert outcome.code == 2, outcome.err
    assert outcome.out == ""
    for text in said:
        assert text in outcome.err
    assert PASSWORD not in outcome.err
    assert quote(PASSWORD, safe="") not in outcome.err


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_output_is_that_of_the_same_files(run: Here, server: Server, form: str) -> None:
    rest = ("--previous", "previous.csv", "--explain", "--format", form)
    ours, theirs = run("score", "lead.yaml", *FILES, *rest), run("score", "lead.yaml", *there(*rest))
    assert (ours.code, theirs.code) == (0, 0), theirs.err
    assert theirs.out == ours.out
    assert "as of 2026-06-30 12:00 UTC, the latest evidence" in theirs.err
    assert "warning" not in theirs.err


def test_the_story_is_that_of_the_same_files(run: Here, server: Server) -> None:
    ours = run("explain", "lead.yaml", "Ada", *FILES, "--previous", "previous.csv")
    theirs = run("explain", "lead.yaml", "Ada", *there("--previous", "previous.csv"))
    assert theirs.out == ours.out
    assert "hot" in theirs.out


def test_a_lead_that_is_not_there(run: Here, server: Server) -> None:
    fails(run("explain", "lead.yaml", "Adda", *there()), "there is no lead `Adda`; the nearest ids are `Ada`")


def test_the_engine_can_stand_in_the_environment(run: Here, server: Server) -> None:
    done = run("score", "lead.yaml", "--inputs", "tables.yaml", env={"PYROMETER_ENGINE": postgres_url()})
    assert done.code == 0, done.err
    assert run("score", "lead.yaml", *FILES, env={"PYROMETER_ENGINE": postgres_url()}).code == 0


def test_options_that_would_have_no_effect(run: Here, server: Server) -> None:
    fails(run("score", "lead.yaml", "--engine", postgres_url(), *FILES), "--engine needs --inputs FILE")
    fails(run("explain", "lead.yaml", "Ada", "--engine", postgres_url(), *FILES), "--engine needs --inputs FILE")
    fails(run("score", "lead.yaml", *FILES, "--direct"), "--direct says how to read an archive")


def test_nothing_stays_on_the_server(run: Here, server: Server) -> None:
    count = b"SELECT count(*) FROM pg_class"
    before = server.execute(count).fetchone()
    assert run("score", "lead.yaml", *there("--previous", "previous.csv")).code == 0
    assert server.execute(count).fetchone() == before


def test_a_connection_of_ones_own_stays_open(server: Server, folder: Path) -> None:
    with psycopg.connect(postgres_url()) as connection:
        engine = PostgresEngine(connection, "the shop's database")
        for _ in range(2):
            inputs = {"leads": "shop.leads", "events": "shop.events"}
            with pyrometer.score(folder / "lead.yaml", engine=engine, inputs=inputs) as scoring:
                assert scoring.total == 5
        assert not connection.closed


class TestPasswords:
    def test_one_in_the_url(self, run: Here, server: Server) -> None:
        server.execute(b"GRANT USAGE ON SCHEMA shop TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO guest")
        done = run("score", "lead.yaml", *there(url=guest(PASSWORD)))
        assert done.code == 0, done.err

    def test_one_in_the_environment(self, run: Here, server: Server) -> None:
        server.execute(b"GRANT USAGE ON SCHEMA shop TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO guest")
        url = postgres_url().replace("postgres@", "guest@", 1)
        assert run("score", "lead.yaml", *there(url=url), env={"PGPASSWORD": PASSWORD}).code == 0

    @pytest.mark.parametrize("debug", ["", "1"])
    def test_a_wrong_one_is_not_repeated(self, run: Here, server: Server, debug: str) -> None:
        wrong = "not-the-" + PASSWORD
        process = run.start("score", "lead.yaml", *there(url=guest(wrong)), env={"PYROMETER_DEBUG": debug})
        out, err = process.communicate(timeout=60)
        assert process.returncode == 2
        assert b"password authentication failed" in err
        assert wrong.encode() not in out + err
        assert quote(wrong, safe="").encode() not in out + err

    def test_tables_that_one_may_not_read(self, run: Here, server: Server) -> None:
        server.execute(b"GRANT USAGE ON SCHEMA shop TO guest; REVOKE SELECT ON ALL TABLES IN SCHEMA shop FROM guest")
        fails(run("score", "lead.yaml", *there(url=guest(PASSWORD))), "permission denied for table leads")

    def test_the_server_finds_none_in_its_statements(self, run: Here, server: Server) -> None:
        server.execute(b"GRANT USAGE ON SCHEMA shop TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO guest")
        server.execute(b"ALTER ROLE guest SET log_statement = 'all'")
        log = statements(server)
        before = log.stat().st_size
        try:
            assert run("score", "lead.yaml", *there(url=guest(PASSWORD))).code == 0
        finally:
            server.execute(b"ALTER ROLE guest RESET ALL")
        written = log.read_bytes()[before:].decode()
        assert 'FROM "shop"."leads"' in written
        assert PASSWORD not in written
        assert quote(PASSWORD, safe="") not in written

    def test_one_that_is_not_encoded_is_not_repeated(self, run: Here) -> None:
        done = run("score", "lead.yaml", *there(url="postgresql://ada:2024/s3cret@db.example/crm"))
        fails(done, "an `@` stands behind the host", "/ as %2F")
        assert "s3cret" not in done.err


class TestOptions:
    @pytest.mark.parametrize("option", ["autocommit=1", "row_factory=x", "sslmod=require"])
    def test_one_that_does_not_exist(self, run: Here, option: str) -> None:
        name = option.partition("=")[0]
        fails(run("score", "lead.yaml", *there(url=f"{postgres_url()}?{option}")), f"knows no option `{name}`")

    def test_what_is_no_engine(self, folder: Path) -> None:
        for other in (object(), folder):
            with pytest.raises(UsageError, match="is no engine; give a URL such as postgresql://"):
                pyrometer.score(folder / "lead.yaml", engine=other, inputs={"leads": "shop.leads"})

    def test_how_a_role_writes_days(self, run: Here, server: Server, folder: Path) -> None:
        server.execute(b"""
            ALTER TABLE shop.events ALTER page TYPE date USING CASE page WHEN 'prices' THEN date '2026-06-12' END;
            ALTER ROLE postgres SET DateStyle = 'SQL, DMY'; ALTER ROLE postgres SET extra_float_digits = -5""")
        for name, day in (("lead.yaml", "'2026-06-12'"), ("events.csv", "2026-06-12")):
            (folder / name).write_text((folder / name).read_text().replace("prices", day))
        ours = run("score", "lead.yaml", *FILES, "--format", "csv")
        assert ours.code == 0, ours.err
        try:
            theirs = run("score", "lead.yaml", *there("--format", "csv"))
        finally:
            server.execute(b"ALTER ROLE postgres RESET ALL")
        assert theirs.out == ours.out

    def test_a_table_that_is_locked(self, run: Here, server: Server) -> None:
        with server.transaction():
            server.execute(b"LOCK TABLE shop.events IN ACCESS EXCLUSIVE MODE")
            url = postgres_url() + "?options=-c%20lock_timeout%3D100ms"
            fails(run("score", "lead.yaml", *there(url=url)), "somebody else has locked a table")


class TestUnreachable:
    def test_nobody_listens(self, run: Here) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"postgresql://ada@127.0.0.1:{free.getsockname()[1]}/shop"
            fails(run("score", "lead.yaml", *there(url=url)), f"can't reach {url}", "refused")

    def test_somebody_listens_and_says_nothing(self, run: Here) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            url = f"postgresql://ada@127.0.0.1:{mute.getsockname()[1]}/shop"
            fails(run("score", "lead.yaml", *there(url=url + "?connect_timeout=2")), f"can't reach {url}", "timeout")

    def test_an_unknown_database(self, run: Here, server: Server) -> None:
        url = postgres_url().rsplit("/", 1)[0] + "/elsewhere"
        fails(run("score", "lead.yaml", *there(url=url)), "can't reach", 'database "elsewhere" does not exist')

    def test_an_unknown_host(self, run: Here) -> None:
        fails(run("score", "lead.yaml", *there(url="postgresql://nobody.invalid/x")), "can't reach", "nobody.invalid")

    def test_an_unknown_option(self, run: Here) -> None:
        url = "postgresql://127.0.0.1/x?sslmood=require"
        fails(run("score", "lead.yaml", *there(url=url)), "--engine", "sslmood")


class TestTables:
    def test_a_missing_one(self, run: Here, server: Server) -> None:
        server.execute(b"DROP TABLE shop.events")
        fails(run("score", "lead.yaml", *there()), "events: there is no table `shop.events`")

    def test_a_missing_column(self, run: Here, server: Server) -> None:
        server.execute(b"ALTER TABLE shop.events RENAME occurred_at TO occured_at")
        fails(run("score", "lead.yaml", *there()), "`shop.events` has no column `occurred_at`", "`occured_at`")

    def test_a_column_that_is_mapped_and_not_there(self, run: Here, server: Server, folder: Path) -> None:
        (folder / "tables.yaml").write_text("events: {table: shop.events, columns: {page: pagee}}\n")
        fails(run("score", "lead.yaml", *there()), "no column `pagee`, which `page` is mapped to; did you mean `page`?")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ("shop.events ALTER occurred_at TYPE text", "`occurred_at` of `shop.events` is of a type (text)"),
            ("shop.leads ALTER size TYPE date USING NULL", "`size` of `shop.leads` is of a type (day)"),
            ("shop.leads ALTER need TYPE float USING NULL", "`need` of `shop.leads` is of a type (real)"),
            ("shop.leads ALTER size TYPE int[] USING NULL", "`size` of `shop.leads` is of a type (_int4)"),
        ],
    )
    def test_a_column_of_a_wrong_type(self, run: Here, server: Server, change: str, said: str) -> None:
        server.execute(f"ALTER TABLE {change}".encode())
        fails(run("score", "lead.yaml", *there()), said, "cast it in a view")

    def test_a_lead_that_stands_there_twice(self, run: Here, server: Server) -> None:
        server.execute(b"INSERT INTO shop.leads VALUES ('Ada'), ('Eve'), ('Eve')")
        fails(run("score", "lead.yaml", *there()), "a lead stands in one row of `shop.leads`", "`Ada` in 2, `Eve` in 3")

    def test_odd_names(self, run: Here, server: Server, folder: Path) -> None:
        server.execute(b'ALTER TABLE shop.events RENAME TO "it\'s ""odd"".new"')
        server.execute(b'ALTER TABLE shop."it\'s ""odd"".new" RENAME page TO "Seite; DROP"')
        (folder / "tables.yaml").write_text(
            "leads: shop.leads\nevents: {table: 'shop.\"it''s \"\"odd\"\".new\"', columns: {page: 'Seite; DROP'}}\n"
        )
        done = run("score", "lead.yaml", *there("--format", "csv"))
        assert done.out == run("score", "lead.yaml", *FILES, "--format", "csv").out

    def test_a_view_and_an_enumeration_and_a_domain(self, run: Here, server: Server) -> None:
        server.execute(b"""
            CREATE TYPE shop.kind AS ENUM ('visited', 'asked'); CREATE DOMAIN shop.key AS varchar(40);
            ALTER TABLE shop.events RENAME TO log;
            ALTER TABLE shop.log ALTER event TYPE shop.kind USING event::shop.kind, ALTER lead_id TYPE shop.key;
            CREATE VIEW shop.events AS SELECT * FROM shop.log""")
        done = run("score", "lead.yaml", *there("--format", "csv"))
        assert done.out == run("score", "lead.yaml", *FILES, "--format", "csv").out

    def test_properties_as_json(self, run: Here, server: Server) -> None:
        server.execute(b"""
            ALTER TABLE shop.events ADD properties jsonb;
            UPDATE shop.events SET properties = jsonb_build_object('page', page, 'odd', NULL);
            ALTER TABLE shop.events DROP page""")
        done = run("score", "lead.yaml", *there("--format", "csv"))
        assert done.out == run("score", "lead.yaml", *FILES, "--format", "csv").out

    @pytest.mark.parametrize("kind", ["text", "bytea"])
    def test_properties_that_cannot_be_looked_into(self, run: Here, server: Server, kind: str) -> None:
        server.execute(f"ALTER TABLE shop.events ADD properties {kind}".encode())
        assert run("score", "lead.yaml", *there()).code == 0  # the one property has a column of its own
        server.execute(b"ALTER TABLE shop.events DROP page")
        said = f"column `properties` of `shop.events` is of a type ({kind}) in which `page` can't be looked for"
        fails(run("score", "lead.yaml", *there()), said, "it should be json or jsonb")

    def test_numbers_that_no_double_holds(self, run: Here, server: Server, folder: Path) -> None:
        lead = (folder / "lead.yaml").read_text()
        (folder / "lead.yaml").write_text(lead.replace("{type: number,", "{type: number, unknown: [5000],"))
        rows = [
            ("Ada", "9223372036854775807", "5000"),
            ("Bob", "9223372036854775808", "1e400"),
            ("Eve", "NaN", "NaN"),
            ("Una", "-9223372036854775808", "Infinity"),
            ("Ole", "7.00", "-Infinity"),
            ("Ivo", "7.5", "1e-400"),
            ("Kim", "1e400", "1200.50"),
        ]
        server.execute(b"TRUNCATE shop.leads; ALTER TABLE shop.leads ALTER size TYPE numeric USING size::numeric")
        for row in rows:
            server.execute(b'INSERT INTO shop.leads (lead_id, size, "Budget (EUR)") VALUES (%s, %s, %s)', row)
        listed = "".join(",".join(row) + "\n" for row in rows)
        (folder / "leads.csv").write_text("lead_id,size,Budget (EUR)\n" + listed)
        done = run("score", "lead.yaml", *there("--format", "csv"))
        assert done.code == 0, done.err
        assert done.out == run("score", "lead.yaml", *FILES, "--format", "csv").out

    def test_numbers_that_are_written_at_length(self, run: Here, server: Server, folder: Path) -> None:
        rows = [
            ("Ada", "0" * 140_000 + "120", "1200." + "0" * 1001),
            ("Bob", "9" * 140_000, "0" * 14_000 + "5000"),
            ("Eve", "-" + "0" * 30 + "7." + "0" * 20_000, "1" + "0" * 400 + "e-397"),
        ]
        kept = b'ALTER size TYPE text USING size::text, ALTER "Budget (EUR)" TYPE text USING "Budget (EUR)"::text'
        server.execute(b"TRUNCATE shop.leads; ALTER TABLE shop.leads " + kept)
        for row in rows:
            server.execute(b'INSERT INTO shop.leads (lead_id, size, "Budget (EUR)") VALUES (%s, %s, %s)', row)
        listed = "".join(",".join(row) + "\n" for row in rows)
        (folder / "leads.csv").write_text("lead_id,size,Budget (EUR)\n" + listed)
        done = run("score", "lead.yaml", *there("--explain", "--format", "jsonl"))
        assert done.code == 0, done.err
        assert done.out == run("score", "lead.yaml", *FILES, "--explain", "--format", "jsonl").out

    def test_tables_that_are_called_as_steps_of_the_query(self, run: Here, server: Server, folder: Path) -> None:
        said = "lead_id,trait,value,occurred_at\nBob,size,2,2026-06-01\nEve,size,30,2026-06-02\n"
        (folder / "traits.csv").write_text(said)
        for line in said.splitlines()[1:]:
            lead, trait, value, day = line.split(",")
            server.execute(b"INSERT INTO shop.events VALUES (%s, %s, %s, %s)", [lead, trait, f"{day}T00:00Z", value])
        (folder / "tables.yaml").write_text(
            "leads: leads\nevents: events\ntraits: {table: events, columns: {trait: event, value: page}}\n"
        )
        done = run(
            "score", "lead.yaml", *there("--format", "csv", url=postgres_url() + "?options=-csearch_path%3Dshop")
        )
        assert done.code == 0, done.err
        ours = run("score", "lead.yaml", *FILES, "--traits", "traits.csv", "--format", "csv")
        assert done.out == ours.out
        assert ours.out != run("score", "lead.yaml", *FILES, "--format", "csv").out

    def test_values_that_cannot_be_read_are_unknown(self, run: Here, server: Server) -> None:
        server.execute(b"UPDATE shop.leads SET size = 'about twenty' WHERE lead_id = 'Ada'")
        done = run("score", "lead.yaml", *there("--format", "csv"))
        assert done.code == 0
        assert "Ada" in done.out


@contextmanager
def slow(server: Server) -> Iterator[None]:
    """Events that come so slowly that a query runs until it is stopped."""
    server.execute(b"""
        ALTER TABLE shop.events RENAME TO log;
        CREATE VIEW shop.events AS SELECT lead_id, event, occurred_at, page FROM shop.log, pg_sleep(600)""")
    yield


def backend(server: Server) -> int:
    """The process that serves the scoring query, as soon as it sleeps."""
    query = b"SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name = 'pyrometer'"
    for _ in range(3_000):
        if found := server.execute(query).fetchall():
            return int(found[0][0])
        server.execute(b"SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
    raise AssertionError("the query never started")


def statements(server: Server) -> Path:
    """The server's log."""
    rows = server.execute(b"SHOW data_directory").fetchall()
    return Path(rows[0][0]).parent / "log"


AS_OF = ("--as-of", "2026-06-30")


class TestHalfWay:
    def test_a_connection_that_is_lost(self, run: Here, server: Server, folder: Path) -> None:
        with slow(server):
            process = run.start("score", "lead.yaml", *there(*AS_OF, "--out", "scores.csv"))
            server.execute(b"SELECT pg_terminate_backend(%s)", [backend(server)])
            _, err = process.communicate(timeout=60)
        assert process.returncode == 2
        assert b"lost the connection to postgresql://" in err
        assert b"Traceback" not in err
        assert sorted(path.name for path in folder.iterdir() if "scores" in path.name) == []
        server.execute(b"DROP VIEW shop.events; ALTER TABLE shop.log RENAME TO events")
        assert run("score", "lead.yaml", *there(*AS_OF, "--out", "scores.csv")).code == 0
        assert len((folder / "scores.csv").read_text().splitlines()) == 6

    def test_an_interrupt_reaches_the_server(self, run: Here, server: Server) -> None:
        with slow(server):
            process = run.start("score", "lead.yaml", *there(*AS_OF))
            pid = backend(server)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert err.strip() == b"pyrometer: stopped"
        gone = b"SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND state = 'active'"
        assert server.execute(gone, [pid]).fetchall() == [(0,)]

    def test_a_query_that_cannot_be_stopped_is_left_alone(self, server: Server) -> None:
        engine = PostgresEngine(psycopg.connect(postgres_url(), application_name="pyrometer"), "here")
        said: list[str] = []

        def wait() -> None:
            try:
                engine.few("SELECT pg_sleep(600)")
            except EvidenceError as error:
                said.append(str(error))

        waiting = threading.Thread(target=wait)
        waiting.start()
        pid = backend(server)
        engine.close()
        waiting.join()
        server.execute(b"SELECT pg_terminate_backend(%s)", [pid])
        assert "lost the connection to here" in said[0]

    def test_a_full_disk_where_the_rows_are_kept(self, run: Here, server: Server, folder: Path) -> None:
        server.execute(b"INSERT INTO shop.leads SELECT 'lead ' || n FROM generate_series(1, 20000) AS n")
        done = run("score", "lead.yaml", *there("--out", "scores.csv"), shell="ulimit -f 64;")
        fails(done, "can't keep the rows that postgresql://", "File too large")
        assert not (folder / "scores.csv").exists()

    def test_a_server_that_runs_out_of_disk(self, run: Here, server: Server) -> None:
        server.execute(
            b"INSERT INTO shop.events SELECT 'lead ' || n, 'visited', now() FROM generate_series(1, 50000) AS n"
        )
        server.execute(b"ALTER ROLE postgres SET temp_file_limit = '64kB'; ALTER ROLE postgres SET work_mem = '64kB'")
        try:
            fails(run("score", "lead.yaml", *there()), "temporary file size exceeds", "postgresql://")
        finally:
            server.execute(b"ALTER ROLE postgres RESET ALL")
        assert run("score", "lead.yaml", *there("--top", "1")).code == 0


def test_what_an_engine_knows_is_one_state_of_the_tables(server: Server, folder: Path) -> None:
    with psycopg.connect(postgres_url()) as connection:
        engine = PostgresEngine(connection, "here")
        before = engine.few("SELECT count(*) FROM shop.events")
        server.execute(b"DELETE FROM shop.events")
        assert engine.few("SELECT count(*) FROM shop.events") == before


def test_an_old_server_is_refused(server: Server) -> None:
    class Old:
        """A connection that says it is one to PostgreSQL 14: there is none to be had here."""

        def __init__(self, connection: Server) -> None:
            self.connection = connection

        class info:  # noqa: N801
            server_version = 140_005

    with pytest.raises(EvidenceError, match="PostgreSQL 14; Pyrometer needs 15"):
        PostgresEngine(Old(server), "here")  # type: ignore[arg-type]
