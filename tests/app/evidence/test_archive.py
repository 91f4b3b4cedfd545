"""The archive holds what the database holds, once, and forgets with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pytest_django.fixtures import Settings

from pyrometer.app.evidence import archive
from pyrometer.app.evidence.actions import correct, erase, mark_bot, retract_answers, retract_events
from pyrometer.app.evidence.models import Cursor, Event, ToErase, TraitChange
from pyrometer.app.people.audit import Actor
from pyrometer.archive import snapshot_of, withdrawn
from pyrometer.engines import DuckDBEngine
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db
Say = Callable[..., int]


@pytest.fixture
def place(tmp_path: Path, settings: Settings) -> Path:
    settings.FOLDER = tmp_path
    settings.ARCHIVE = True
    return tmp_path / "archive"


def held(place: Path, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    from pyrometer.archive import current_files

    files = current_files(snapshot_of(place), table)
    if not files:
        return []
    order = f"SELECT {columns} FROM read_parquet($files, union_by_name = true, hive_partitioning = false) ORDER BY ALL"
    return duckdb.connect().execute(order, {"files": files}).fetchall()


def test_evidence_is_appended_once_whatever_dies(place: Path, say: Say) -> None:
    lead = say("email:ada@acme.test", once="1", properties={"topic": "pricing", "seconds": 12})
    say("email:ada@acme.test", once="2", event=None, traits={"budget": 12.5, "needs": ["a", "b"], "name": "Ada"})
    assert archive.follow(NOW) > 0
    whole = held(place, "events", "lead_id, event, topic, seconds, message_id"), held(place, "traits")
    assert whole[0] == [(str(lead), "page_viewed", "pricing", "12", "1")]
    said = {(row[1], row[2]) for row in held(place, "traits")}
    assert {("budget", "12.5"), ("needs", '["a", "b"]'), ("name", "Ada"), ("email", "ada@acme.test")} <= said
    assert archive.follow(NOW) == 0
    # As if the worker had died after it appended and before it could say so.
    Cursor.objects.update(upto=0)
    archive.follow(NOW)
    assert (held(place, "events", "lead_id, event, topic, seconds, message_id"), held(place, "traits")) == whole


def test_what_is_taken_back_is_taken_back_there(place: Path, say: Say, carol: Actor) -> None:
    lead = say("email:ada@acme.test", once="1")
    say("email:ada@acme.test", once="2", event=None, traits={"budget": 1, "need": "yes"})
    archive.follow(NOW)
    retract_events(events=[Event.objects.get().pk], reason="a test", actor=carol, now=NOW)
    retract_answers(answers=[TraitChange.objects.get(trait="budget").pk], reason="a slip", actor=carol, now=NOW)
    archive.follow(NOW)
    with DuckDBEngine() as engine:
        assert withdrawn(engine, snapshot_of(place), "events", None) == [(str(lead), "1")]
        assert withdrawn(engine, snapshot_of(place), "traits", None) == [(str(lead), "2:budget")]


def test_machines_are_not_learned_from(place: Path, say: Say) -> None:
    say("anonymous:a1", once="bot", agent="Googlebot/2.1")
    lead = say("anonymous:a2", once="late")
    archive.follow(NOW)
    assert held(place, "events", "message_id") == [("late",)]
    mark_bot(events=[Event.objects.get(lead=lead).pk], reason="too fast", now=NOW)
    archive.follow(NOW)
    with DuckDBEngine() as engine:
        assert withdrawn(engine, snapshot_of(place), "events", None) == [(str(lead), "late")]


def test_an_erased_lead_is_gone_from_the_archive(place: Path, say: Say, carol: Actor) -> None:
    ada, bea = say("email:ada@acme.test"), say("email:bea@acme.test")
    correct(lead=ada, trait="need", value="yes", actor=carol, now=NOW)
    archive.follow(NOW)
    erase(lead=ada, actor=carol, now=NOW)
    archive.follow(NOW)
    assert {row[0] for row in (*held(place, "events", "lead_id"), *held(place, "traits", "lead_id"))} == {str(bea)}
    assert not ToErase.objects.exists()
    assert not any(b"ada@acme" in file.read_bytes() for file in place.rglob("*") if file.is_file())


def test_erasing_before_anything_was_archived(place: Path, say: Say, carol: Actor) -> None:
    erase(lead=say("email:ada@acme.test"), actor=carol, now=NOW)
    archive.follow(NOW)
    assert not ToErase.objects.exists()


def test_odd_properties_do_not_stop_it(place: Path, settings: Settings) -> None:
    many = {f"key{number}": number for number in range(archive.COLUMNS + 100)}
    odd = {"Topic": "a", "topic": "b", "lead_id": "x", "Event": "y", "a;b": 1, "": 2, "nested": {"deep": [1, None]}}
    late = NOW + timedelta(days=2)
    took(message("user:u1", once="1", event="odd", properties=odd))
    took(message("user:u1", once="2", event="many", properties=many, at=late))
    took(message("user:u1", once="3", event="page_viewed", properties={"topic": "c"}))
    archive.follow(NOW)
    assert held(place, "events", "message_id, Topic") == [("1", "a"), ("2", None), ("3", "c")]
    assert held(place, "events", "nested")[0] == ('{"deep": [1, null]}',)


def test_it_can_be_switched_off(place: Path, settings: Settings, say: Say) -> None:
    settings.ARCHIVE = False
    say("email:ada@acme.test")
    assert archive.follow(NOW) == 0
    assert not place.exists()


def test_switched_off_it_still_forgets(place: Path, settings: Settings, say: Say, carol: Actor) -> None:
    ada, bea = say("email:ada@acme.test"), say("email:bea@acme.test")
    archive.follow(NOW)
    settings.ARCHIVE = False
    erase(lead=ada, actor=carol, now=NOW)
    assert archive.follow(NOW) == 1
    assert {row[0] for row in held(place, "events", "lead_id")} == {str(bea)}
    assert not ToErase.objects.exists()
