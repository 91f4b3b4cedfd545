"""The pages of people, of one's own account, and the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pyrometer.app.delivery.email.server import server
from pyrometer.app.people import actions, invitations, keys
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import AuditEntry, Invitation, Role, User
from pyrometer.app.people.pruning import prune
from tests.app.conftest import PASSWORD, person

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ClientOf = Callable[[User], Client]


def test_inviting_from_the_page(dora: User, client_of: ClientOf) -> None:
    client = client_of(dora)
    page = client.post("/settings/people/", {"email": "Eve@example.com", "role": "sales"}, follow=True)
    link = page.context["link"]
    assert link.startswith("http://testserver/welcome/")
    assert page.content.decode().count(link) == 1
    assert "eve@example.com" in page.content.decode()
    assert link not in client.get("/settings/people/").content.decode()
    client.post(f"/settings/invitations/{Invitation.objects.get().pk}/take-back/")
    assert Client().get(link.removeprefix("http://testserver")).status_code == 410
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["user.invited", "user.uninvited"]


def test_a_mail_is_promised_only_where_one_can_be_sent(dora: User, client_of: ClientOf, settings: Any) -> None:
    client = client_of(dora)
    settings.MAIL_SERVER = None
    page = client.post("/settings/people/", {"email": "eve@example.com", "role": "sales"}, follow=True)
    assert "No mail server is set up here" in page.content.decode()
    settings.MAIL_SERVER = server("smtp://localhost:25?tls=no")
    page = client.post("/settings/people/", {"email": "eve@example.com", "role": "sales"}, follow=True)
    assert "A mail with this link is on its way" in page.content.decode()


def test_nobody_is_invited_twice(dora: User, alice: User, client_of: ClientOf) -> None:
    page = client_of(dora).post("/settings/people/", {"email": "ALICE@example.com", "role": "sales"})
    assert "here already" in page.content.decode()
    assert not Invitation.objects.exists()


def test_a_role_changes_at_once(dora: User, alice: User, client_of: ClientOf) -> None:
    theirs = client_of(alice)
    assert theirs.get("/settings/audit/").status_code == 403
    client_of(dora).post(f"/settings/people/{alice.pk}/role/", {"role": "manager"})
    assert theirs.get("/settings/audit/").status_code == 200
    entry = AuditEntry.objects.get()
    assert entry.detail == {"email": alice.email, "from": "marketing", "to": "manager"}


def test_a_role_that_does_not_exist_is_refused(dora: User, alice: User, client_of: ClientOf) -> None:
    assert client_of(dora).post(f"/settings/people/{alice.pk}/role/", {"role": "owner"}).status_code == 422
    alice.refresh_from_db()
    assert alice.role == Role.MARKETING


def test_the_last_administrator_stays(dora: User, charlie: User, client_of: ClientOf) -> None:
    """Charlie is an administrator, too, but can't sign in."""
    client = client_of(dora)
    for address, data in [("role", {"role": "sales"}), ("deactivate", {})]:
        page = client.post(f"/settings/people/{dora.pk}/{address}/", data, follow=True)
        assert "only administrator" in page.content.decode()
    dora.refresh_from_db()
    assert dora.role == Role.ADMIN
    assert dora.is_active
    assert not AuditEntry.objects.exists()


def test_with_another_administrator_the_first_one_may_go(dora: User, alice: User, client_of: ClientOf) -> None:
    client = client_of(dora)
    client.post(f"/settings/people/{alice.pk}/role/", {"role": "admin"})
    assert client.post(f"/settings/people/{dora.pk}/role/", {"role": "sales"}).headers["Location"] == "/account/"
    assert client.get("/settings/people/").status_code == 403
    with pytest.raises(actions.LastAdminError):
        actions.deactivate(actor=Actor.of(alice), user=alice, now=NOW)


def test_deactivating_asks_first(dora: User, alice: User, client_of: ClientOf) -> None:
    client, theirs = client_of(dora), client_of(alice)
    assert "signed out everywhere" in client.get(f"/settings/people/{alice.pk}/deactivate/").content.decode()
    assert theirs.get("/account/").status_code == 200
    client.post(f"/settings/people/{alice.pk}/deactivate/")
    assert theirs.get("/account/").status_code == 302
    client.post(f"/settings/people/{alice.pk}/reactivate/")
    assert Client().post("/sign-in/", {"email": alice.email, "password": PASSWORD}).status_code == 302


def test_deactivating_ends_the_secret_keys_that_they_made(dora: User, client_of: ClientOf) -> None:
    made = {
        name: keys.create(actor=Actor.of(gone), kind=kind, name=name, scopes=scopes, now=NOW)
        for gone in [person("Dan", Role.ADMIN)]
        for name, kind, scopes in [("CRM", "secret", ["admin"]), ("Shop", "secret", ["read"]), ("Site", "write", [])]
    }
    theirs = keys.create(actor=Actor.of(dora), kind="secret", name="Dora's", scopes=["read"], now=NOW)
    address = f"/settings/people/{User.objects.get(name='Dan').pk}/deactivate/"
    page = client_of(dora).get(address).content.decode()
    assert page.count("checked") == 2
    assert made["CRM"].key.public in page
    assert made["Site"].token not in page
    assert theirs.key.public not in page
    # One that a program needs a little longer may be left; somebody else's can't be ended here.
    assert client_of(dora).post(address, {"revoked": [theirs.key.pk]}).status_code == 422
    assert User.objects.get(name="Dan").is_active
    assert client_of(dora).post(address, {"revoked": [made["CRM"].key.pk]}).status_code == 302
    assert keys.find_secret(made["CRM"].token) is None
    assert keys.find_secret(made["Shop"].token)
    assert keys.find_secret(theirs.token)
    assert keys.find_write(made["Site"].token)
    assert [(entry.actor, entry.subject) for entry in AuditEntry.objects.filter(action="key.revoked")] == [
        (dora.email, f"key:{made['CRM'].key.pk}")
    ]


def test_an_administrator_shows_somebody_a_way_back(dora: User, alice: User, client_of: ClientOf) -> None:
    client = client_of(dora)
    page = client.post(f"/settings/people/{alice.pk}/way-back/", follow=True)
    link = page.context["link"]
    assert Client().get(link.removeprefix("http://testserver")).status_code == 200
    assert link not in client.get(f"/settings/people/{alice.pk}/").content.decode()


def test_lists_stay_bounded(dora: User, client_of: ClientOf) -> None:
    User.objects.bulk_create(User(email=f"u{n}@example.com", name=f"U{n:03}", role="sales") for n in range(120))
    client = client_of(dora)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/settings/people/")
    assert len(page.context["page"].object_list) == 50
    assert len(queries) < 12
    assert len(client.get("/settings/people/?page=3").context["page"].object_list) == 21
    assert client.get("/settings/people/?page=x").status_code == 200


def test_a_name_is_shown_and_never_run(dora: User, alice: User, client_of: ClientOf) -> None:
    alice.name = "<script>alert(1)</script>"
    alice.save()
    for address in ("/settings/people/", f"/settings/people/{alice.pk}/", f"/settings/people/{alice.pk}/deactivate/"):
        page = client_of(dora).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_the_profile_is_saved_and_spoken(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    given = {"name": "Alice Ødegård", "language": "de", "time_zone": "Asia/Tokyo"}
    assert client.post("/account/", {**given, "role": "admin", "email": "x@example.com"}).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.language, alice.time_zone) == tuple(given.values())
    assert (alice.role, alice.email) == (Role.MARKETING, "alice@example.com")
    page = client.get("/account/")
    assert page.headers["Content-Language"] == "de"
    assert '<html lang="de">' in page.content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"language": "tlh"}, {"time_zone": "../../etc/passwd"}])
def test_a_wrong_profile_is_refused(alice: User, client_of: ClientOf, wrong: dict[str, str]) -> None:
    given = {"name": "Alice", "language": "de", "time_zone": "UTC", **wrong}
    assert client_of(alice).post("/account/", given).status_code == 200
    alice.refresh_from_db()
    assert alice.language == "en"


def test_times_are_those_of_the_one_who_looks(carol: User, client_of: ClientOf) -> None:
    record(actor=Actor("clock"), action="sweep.done", subject="sweep:1", at=NOW)
    carol.time_zone = "Asia/Tokyo"
    carol.save()
    assert "1 Mar 2027, 18:00" in client_of(carol).get("/settings/audit/").content.decode()
    carol.time_zone = "Mars/Olympus"
    carol.save()
    assert "1 Mar 2027, 09:00" in client_of(carol).get("/settings/audit/").content.decode()


def test_a_new_password_ends_the_other_sessions(alice: User, client_of: ClientOf) -> None:
    here, there = client_of(alice), client_of(alice)
    new = "seven boats on a lake"
    page = here.post("/account/password/", {"present": "wrong", "password": new, "again": new})
    assert "your password" in page.content.decode()
    assert here.post("/account/password/", {"present": PASSWORD, "password": new, "again": new}).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert Client().post("/sign-in/", {"email": alice.email, "password": new}).status_code == 302


def test_the_present_password_can_not_be_guessed_from_a_session(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    new = "seven boats on a lake"
    given = {"present": "wrong", "password": new, "again": new}
    answers = [client.post("/account/password/", given).status_code for _ in range(9)]
    assert answers == [200] * 7 + [429] * 2
    assert client.post("/account/password/", {**given, "present": PASSWORD}).status_code == 429
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_signing_out_everywhere_else(alice: User, client_of: ClientOf) -> None:
    here, there = client_of(alice), client_of(alice)
    here.post("/account/sessions/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


@pytest.fixture
def log(alice: User, bob: User) -> None:
    """Sixty entries, one each day."""
    for day in range(60):
        who = alice if day % 2 else bob
        action = "lead.merged" if day % 3 else "key.created"
        at = NOW + timedelta(days=day)
        record(actor=Actor.of(who), action=action, subject=f"lead:{day % 5}", at=at, detail={"reason": f"<i>{day}</i>"})


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 50),
        ("?who=ALICE", 30),
        ("?who=alice&what=key", 10),
        ("?what=lead:3", 12),
        ("?what=lead:", 0),
        ("?since=2027-03-11&until=2027-03-11", 1),
        ("?since=2027-04-20", 10),
        ("?until=2027-03-01", 1),
        ("?who=%00", 50),
        ("?since=yesterday", 50),
        ("?before=x", 50),
        ("?before=" + "9" * 40, 50),
        ("?since=9999-12-31&until=0001-01-01", 50),
    ],
)
def test_the_log_is_sifted(log: None, carol: User, client_of: ClientOf, asked: str, count: int) -> None:
    page = client_of(carol).get("/settings/audit/" + asked)
    assert len(page.context["log"].entries) == count
    assert "<i>" not in page.content.decode()


def test_the_log_goes_back_page_by_page(log: None, carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    first = client.get("/settings/audit/?what=lead")
    second = client.get("/settings/audit/?" + client.get("/settings/audit/").context["older"])
    assert first.context["older"] == ""
    assert len(second.context["log"].entries) == 10
    assert second.context["older"] == ""
    assert [entry.at.day for entry in second.context["log"].entries] == list(range(10, 0, -1))


def test_an_entry_is_never_changed(alice: User) -> None:
    entry = record(actor=Actor.of(alice), action="lead.merged", subject="lead:1", at=NOW)
    entry.action = "nothing"
    with pytest.raises(TypeError, match="never changed"):
        entry.save()


def test_the_log_outlives_the_user(alice: User, carol: User, client_of: ClientOf) -> None:
    record(actor=Actor.of(alice), action="lead.merged", subject="lead:1", at=NOW)
    User.objects.filter(pk=alice.pk).delete()
    assert "alice@example.com" in client_of(carol).get("/settings/audit/").content.decode()


def test_what_ends_is_cleared_away(alice: User, client_of: ClientOf) -> None:
    client_of(alice)
    now = timezone.now()
    invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    Client().post("/sign-in/", {"email": alice.email, "password": PASSWORD})
    assert prune(now) == 0
    assert prune(now + timedelta(days=60)) >= 4
    assert not Session.objects.exists()
    assert not Invitation.objects.exists()
    assert not AccessLog.objects.exists()
    assert User.objects.count() == 1


def test_the_hub_shows_what_somebody_may(alice: User, bob: User, carol: User, dora: User, client_of: ClientOf) -> None:
    shown = {
        user.name: [place["address"] for place in client_of(user).get("/settings/").context["places"]]
        for user in (alice, carol, dora)
    }
    assert shown["Alice"] == ["/settings/consent/", "/settings/suppressions/"]
    assert "/settings/audit/" in shown["Carol"]
    assert "/settings/people/" not in shown["Carol"]
    assert {"/settings/people/", "/settings/keys/", "/settings/webhooks/"} <= set(shown["Dora"])
    assert client_of(bob).get("/settings/").status_code == 403
    assert 'href="/settings/"' not in client_of(bob).get("/account/").content.decode()


def test_what_is_refused_is_refused_in_words(bob: User, client_of: ClientOf) -> None:
    page = client_of(bob).get("/settings/people/")
    assert page.status_code == 403
    assert "You are here as Sales" in page.content.decode()
    assert client_of(bob).get("/no-such-page/").status_code == 404
    assert "mistyped" in Client().get("/no-such-page/").content.decode()
    old = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": bob.email, "password": PASSWORD})
    assert old.status_code == 403
    assert "Nothing was changed" in old.content.decode()
