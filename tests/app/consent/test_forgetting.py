"""Of an erased lead nothing is left: a mark is planted wherever something about a lead can stand, and looked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pyrometer.app.capture.deadletters import actions as deadletters
from pyrometer.app.capture.digest import queue
from pyrometer.app.capture.forms.submitting import submit
from pyrometer.app.capture.forms.tickets import Ticket
from pyrometer.app.capture.forms.visitors import by_browser
from pyrometer.app.capture.imports import actions as imports
from pyrometer.app.capture.imports import running
from pyrometer.app.capture.imports.hand import called
from pyrometer.app.capture.models import Accepted, Coupon, DeadLetter, Form, Import, Rejected
from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.models import Consent
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.models import Delivery, Outgoing, Webhook
from pyrometer.app.evidence import actions, archive, forgetting
from pyrometer.app.evidence.models import Company, Event, Handle, Lead, Retraction, TraitChange
from pyrometer.app.handoff import telling
from pyrometer.app.handoff.actions import give_verdict, log_attempt, qualify_by_call
from pyrometer.app.handoff.models import Assignment, Attempt, Verdict
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.app.temperature.reading import read
from tests.app.pages.world import publish, rep_of

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "zqxjkv"
"""No other word has it."""
EMAIL = f"{MARK}@{MARK}.example"
OTHER = "bea@kettles.example"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Files and archive of an installation."""
    settings.FOLDER, settings.ARCHIVE = tmp_path, True
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def tables() -> Iterator[tuple[str, str]]:
    """Every row of every table that the database has, with the name of its table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                yield table, " ".join(_text(cell) for cell in row).lower()


def _text(cell: Any) -> str:
    return bytes(cell).decode(errors="replace") if isinstance(cell, bytes | memoryview) else str(cell)


def marked() -> set[str]:
    """The tables in which the mark stands."""
    return {table for table, row in tables() if MARK in row}


def files_with_the_mark(folder: Path) -> list[str]:
    """Files in which it stands, whatever packs them."""
    found = []
    for file in folder.rglob("*"):
        if file.is_file() and ".sqlite" not in file.name:
            plain = file.read_bytes().lower()
            if file.suffix == ".parquet":
                plain += str(duckdb.sql(f"SELECT * FROM read_parquet('{file}')").fetchall()).lower().encode()
            if MARK.encode() in plain:
                found.append(str(file.relative_to(folder)))
    return found


def plant(user: User, rep_user: User) -> int:
    """Put the mark everywhere, by the actions that write there; the lead's root."""
    now, actor = timezone.now(), Actor.of(user)
    key = keys.create(actor=actor, kind="write", name="Site", now=now).key

    def accepted(*messages: Any) -> None:
        body = json.dumps({"batch": list(messages)}).encode()
        Accepted.objects.create(key=key, body=body, messages=len(messages), received_at=now, agent="Mozilla/5.0")

    # The wire: evidence, a letter that nobody can read, and what still waits.
    who = {"traits": {"email": EMAIL, "name": MARK, "company": MARK, "city": MARK}, "page": {"title": MARK}}
    accepted({"type": "track", "event": "demo_requested", "anonymousId": f"{MARK}-browser", "messageId": "1",
              "properties": {"topic": MARK}, "context": who})  # fmt: skip
    accepted({"type": "trak", "event": MARK, "messageId": "2", "context": who})
    assert queue.work(now)
    letter = DeadLetter.objects.get()
    assert deadletters.try_again(letter=letter.pk, actor=actor, now=now)
    accepted({"type": "page", "userId": "u", "messageId": "3", "context": who},
             {"type": "page", "userId": "someone", "messageId": "4"})  # fmt: skip
    # A pop-up with a code and a mail to confirm.
    form = Form.objects.create(kind="popup", slug="f", name="F", purposes=["email"], offer={"codes": ["A", "B"]})
    submit(
        form=form,
        ticket=Ticket(form.pk, now.timestamp(), "en", consents=(("email", MARK),), page=f"https://{MARK}.example/"),
        visitor=by_browser(f"{MARK}-browser"),
        answers={"email": EMAIL, "budget": MARK},
        agreed=["email"],
        address="203.0.113.9",
        agent="Mozilla/5.0",
        now=now,
    )
    # Imports: one with a rejected row, one that hasn't begun, one that stands still.
    rows = f'Email,Seats\n{OTHER},1\n"{EMAIL.upper()}",{MARK}\nnext@kettles.example,3\n'
    for state in ("done", "waiting", "paused"):
        source = imports.upload(actor=actor, name="list.csv", chunks=[rows.encode()], kind="leads", now=now)
        mapping = source.mapping
        mapping["columns"][1]["type"] = "number"
        Import.objects.filter(pk=source.pk).update(mapping=mapping)
        source.refresh_from_db()
        if state == "done":
            assert imports.start(actor=actor, source=source, dry=False, now=now)
            while running.run(now):
                pass
        elif state == "paused":
            assert imports.start(actor=actor, source=source, dry=False, now=now)
            assert imports.stop(actor=actor, source=source, now=now)
    # By hand.
    handles = [("email", EMAIL), ("phone", "+49301234567")]
    call = {"properties": {"note": MARK}, "traits": {"need": MARK}, "event": "call_held"}
    lead = called(actor=actor, handles=handles, at=now, once="1" * 32, now=now, **call)
    assert lead is not None
    root = Lead.objects.get(pk=lead).root_id
    consent.record(lead=root, purpose="profiling", given=True, text=MARK, at=now, now=now, source="hand", actor=actor)
    actions.correct(lead=root, trait="job_title", value=MARK, actor=actor, now=now)
    slip = TraitChange.objects.filter(trait="need").first()
    actions.retract_answers(answers=[slip.pk], reason=MARK, actor=actor, now=now)
    twin = called(actor=actor, handles=[("email", f"two@{MARK}.example")], at=now, once="2" * 32, now=now, **call)
    assert twin is not None
    actions.merge(winner=root, loser=twin, reason=MARK, actor=actor, now=now)
    # Readings, the hand-off, and what it tells the world.
    rep = rep_of(rep_user)
    Webhook.objects.create(url="https://hook.example", secret="s")
    while read(now):
        pass
    held = Assignment.objects.filter(lead=root, ended_at=None).first()
    held = held or qualify_by_call(lead=root, actor=actor, now=now, note=MARK, rep=rep)
    AuditEntry.objects.create(at=now, actor="x", action="lead.qualified", subject=f"lead:{root}", detail={"note": MARK})
    log_attempt(assignment=held, channel="call", reached=True, actor=actor, now=now, note=MARK)
    reading = Reading.objects.get(lead=root)
    telling.hotter(rep, reading, now)
    telling.assigned(held, reading, now)
    give_verdict(assignment=held, kind="not_now", reason="timing", note=MARK, actor=actor, now=now)
    outgoing = Outgoing.objects.filter(channel="webhook").first()
    assert outgoing is not None
    Delivery.objects.create(webhook=Webhook.objects.get(), outgoing=outgoing, at=now, error=MARK, milliseconds=1)
    outbox.post(channel="email", once="x", payload={"to": EMAIL, "subject": MARK, "text": MARK}, now=now)
    # Whoever searched for it, and took the list along.
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    list(client.post("/leads/export/", {"q": MARK}).streaming_content)
    return root


def test_nothing_is_left_of_an_erased_lead(dora: User, bob: User, folder: Path) -> None:
    now = timezone.now()
    publish(now)
    root = plant(dora, bob)
    archive.follow(now)
    # All of it is there to be found.
    models = (Lead, Handle, Event, TraitChange, Retraction, Consent, DeadLetter, Accepted, Rejected, Outgoing, Attempt,
              Verdict, Company, AuditEntry, Delivery)  # fmt: skip
    assert {model._meta.db_table for model in models} <= marked()
    assert Transition.objects.filter(lead=root).exists()
    before = files_with_the_mark(folder)
    assert len([name for name in before if name.startswith("files/imports")]) == 2
    assert [name for name in before if name.startswith("archive")]
    (coupon,) = Coupon.objects.all()
    waited = {source.pk: Path(source.file.path).stat().st_size for source in Import.objects.exclude(state="done")}
    export = json.dumps(actions.export(lead=root, actor=Actor.of(dora), now=now))
    assert f'"seats": "{MARK}"'.lower() in export.lower(), "the rejected row belongs to the export"

    actions.erase(lead=root, actor=Actor.of(dora), now=now)

    # At once, with the erasure's own transaction, but for texts that a worker reads one after another.
    assert marked() <= {DeadLetter._meta.db_table, Rejected._meta.db_table, Outgoing._meta.db_table}
    while forgetting.work(now):
        pass
    assert marked() == set()
    assert [name for name in files_with_the_mark(folder) if name.startswith("files")] == []
    assert not Assignment.objects.filter(lead=root).exists()
    # What isn't about the lead is still there, in its place.
    assert json.loads(bytes(Accepted.objects.get().body))["batch"][0]["userId"] == "someone"
    assert Coupon.objects.get().code == coupon.code, "a code that was given isn't given again"
    assert Coupon.objects.get().visitor != coupon.visitor
    assert {
        source.pk: Path(source.file.path).stat().st_size for source in Import.objects.exclude(state="done")
    } == waited
    assert Handle.objects.filter(value=OTHER).exists()
    # The log says what was done, and nothing of the lead.
    assert (
        set(AuditEntry.objects.filter(subject=f"lead:{root}").exclude(detail={}).values_list("action", flat=True))
        == set()
    )
    assert AuditEntry.objects.filter(action="erase", subject=f"lead:{root}").exists()
    assert AuditEntry.objects.filter(action="leads.exported").exists()
    stub = Lead.objects.get(pk=root)
    assert (str(stub), stub.erased_at) == (f"visitor {root}", now)
    # The archive follows with its next run, and imports go on without bringing the lead back.
    archive.follow(now)
    assert files_with_the_mark(folder) == []
    for source in Import.objects.exclude(state="done"):
        assert imports.resume(actor=Actor.of(dora), source=source, now=now) or imports.start(
            actor=Actor.of(dora), source=source, dry=False, now=now
        )
    while running.run(now):
        pass
    assert set(Import.objects.values_list("state", flat=True)) == {"done"}
    assert marked() == set()
    assert Handle.objects.filter(value="next@kettles.example").exists()
