"""Whom nobody else can help: what the sign-in says where there is no mail, and the link that the command prints."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app import starting
from pyrometer.app.people import actions, invitations
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, Invitation, User
from pyrometer.errors import UsageError
from tests.cli.command import Runner


@pytest.mark.django_db
def test_where_no_mail_can_be_sent_the_page_says_what_helps(alice: User) -> None:
    said = set()
    for email in (alice.email, "nobody@example.com"):
        page = Client().post("/way-back/", {"email": email})
        said.add(re.sub(r'"X-CSRFToken": "\w+"', "", page.content.decode()))
    assert len(said) == 1
    assert "no mail server" in said.pop()
    asked = Client().get("/way-back/").content.decode()
    assert "pyrometer link" in asked
    assert "<form" not in asked


def test_asking_ends_no_link_that_an_administrator_gave(alice: User, dora: User) -> None:
    now = timezone.now()
    token = actions.link_back(actor=Actor.of(dora), user=alice, now=now)
    Client().post("/way-back/", {"email": alice.email})
    assert invitations.find(token, now)
    assert Invitation.objects.count() == 1


def test_the_command_makes_a_way_in(dora: User, client: Client) -> None:
    link = starting.way_in("Dora@Example.com", timezone.now())
    assert "choose" not in link
    answer = client.post(link, {"password": "seven boats on a lake", "again": "seven boats on a lake"})
    assert answer.status_code == 302
    assert client.get("/settings/people/").status_code == 200
    assert [(entry.actor, entry.action) for entry in AuditEntry.objects.order_by("pk")] == [
        ("pyrometer link", "user.way_back_given"),
        (dora.email, "user.password_renewed"),
    ]


def test_who_lost_the_phone_too_gets_in_by_saying_so(dora: User) -> None:
    dora.totp_secret = "sealed"
    dora.save()
    starting.way_in(dora.email, timezone.now())
    assert User.objects.get().totp_secret
    starting.way_in(dora.email, timezone.now(), without_factor=True)
    assert not User.objects.get().totp_secret
    assert AuditEntry.objects.filter(action="user.factor_off", actor="pyrometer link").exists()


def test_it_says_who_could_be_meant(dora: User, charlie: User) -> None:
    with pytest.raises(
        UsageError, match=r"nobody signs in as dara@example\.com; administrators here: dora@example\.com$"
    ):
        starting.way_in("dara@example.com", timezone.now())
    with pytest.raises(UsageError, match="is deactivated"):
        starting.way_in(charlie.email, timezone.now())


def test_the_command_works_on_a_real_installation(tmp_path: Path) -> None:
    run = Runner(tmp_path)
    env = {
        "PYROMETER_ORIGIN": "https://leads.example.com",
        "DATABASE_URL": "",
        # Not those of the tests.
        "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings",
    }
    nowhere = run("link", "dora@example.com", "--data", "nowhere", env=env)
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "there is no Pyrometer in this folder" in nowhere.err
    assert not (tmp_path / "nowhere").exists()
    assert run("migrate", "--data", "here", env=env).code == 0
    with closing(sqlite3.connect(tmp_path / "here" / "pyrometer.db")) as database, database:
        fields = ("email", "role", "name", "password", "language", "time_zone", "totp_secret", "created_at")
        empty = ("is_active", "totp_step", "wrong_codes", "epoch")
        names = ", ".join((*fields, *empty))
        database.execute(
            f"INSERT INTO people_user ({names}) VALUES (?, 'admin', 'Dora', '!', 'en', 'UTC', '', ?, 1, 0, 0, 0)",
            ("dora@example.com", "2026-06-01 00:00:00"),
        )
    done = run("link", "dora@example.com", "--data", "here", env=env)
    assert done.code == 0
    assert re.fullmatch(r"https://leads\.example\.com/welcome/[\w-]{43}\n", done.out)
    assert "within an hour" in done.err


def test_an_administrator_makes_a_link_where_no_mail_is(
    dora: User, alice: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(dora).get(f"/settings/people/{alice.pk}/").content.decode()
    assert "Make a link" in page
    assert "Mail a way back in" not in page
