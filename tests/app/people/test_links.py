"""Links that work once: the first administrator's, an invitation, a way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.delivery.email.server import server
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.people import actions, invitations
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, Invitation, Role, User
from pyrometer.app.people.pace import Pace
from pyrometer.app.people.pruning import prune
from pyrometer.app.people.sealed import MAILED_LINK, unseal
from pyrometer.app.people.views import links
from tests.app.conftest import PASSWORD

NEW = "seven boats on a lake"


@pytest.fixture
def now() -> datetime:
    """The present: the views look at the clock."""
    return timezone.now()


@pytest.fixture
def mailing(settings: object) -> None:
    """A mail server is set up. None is spoken to: what it would get waits in the outbox."""
    settings.MAIL_SERVER = server("smtp://mail.example.com:25?tls=no")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "pace", Pace())


def mailed() -> str:
    """The token in the last mail that waits."""
    mail = Outgoing.objects.order_by("pk").last()
    assert mail
    return unseal(mail.payload["sealed_link"], purpose=MAILED_LINK).removeprefix("/welcome/")


def answer(client: Client, token: str, **more: str) -> object:
    return client.post(f"/welcome/{token}", {"name": "Eve", "password": NEW, "again": NEW, **more})


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


@pytest.mark.django_db
def test_the_first_administrator_says_an_address_and_is_in(client: Client, now: datetime) -> None:
    token = invitations.invite(email="", role=Role.ADMIN, now=now)
    assert "email" in client.get(f"/welcome/{token}").context["form"].fields
    answer(client, token, email="Eve@Example.com")
    assert inside(client)
    eve = User.objects.get()
    assert (eve.email, eve.name, eve.role) == ("eve@example.com", "Eve", Role.ADMIN)
    assert AuditEntry.objects.get().action == "user.joined"


@pytest.mark.django_db
def test_the_first_link_is_of_no_use_once_there_is_somebody(client: Client, now: datetime) -> None:
    tokens = [invitations.invite(email="", role=Role.ADMIN, now=now) for _ in range(2)]
    answer(client, tokens[0], email="eve@example.com")
    late = Client()
    assert answer(late, tokens[1], email="mallory@example.com").status_code == 410
    assert User.objects.count() == 1


def test_an_invitation_works_once(client: Client, dora: User, now: datetime) -> None:
    token = actions.invite(actor=Actor.of(dora), email="eve@example.com", role=Role.SALES, language="de", now=now)
    assert answer(client, token).status_code == 302
    assert inside(client)
    again = Client()
    assert again.get(f"/welcome/{token}").status_code == 410
    assert answer(again, token, password="another one entirely", again="another one entirely").status_code == 410
    assert not inside(again)
    assert User.objects.get(email="eve@example.com").check_password(NEW)


def test_of_two_at_the_same_moment_one_is_let_in(dora: User, now: datetime) -> None:
    token = invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    both = [invitations.find(token, now), invitations.find(token, now)]
    use = {"email": "", "name": "Eve", "password": NEW, "now": now}
    invitations.accept(invitation=both[0], **use)
    with pytest.raises(invitations.SpentError):
        invitations.accept(invitation=both[1], **use)


def test_looking_does_not_use_a_link(client: Client, dora: User, now: datetime) -> None:
    token = invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    assert [client.get(f"/welcome/{token}").status_code, client.head(f"/welcome/{token}").status_code] == [200, 200]
    answer(client, token)
    assert inside(client)


def test_nobody_takes_an_address_or_role_of_their_own(client: Client, dora: User, now: datetime) -> None:
    token = invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    answer(client, token, email="dora@example.com", role="admin")
    assert User.objects.get(name="Eve").email == "eve@example.com"
    assert User.objects.get(name="Eve").role == Role.SALES


def test_links_end(dora: User, alice: User, now: datetime) -> None:
    invitation = invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    way_back = invitations.invite(email=alice.email, role=alice.role, now=now, user=alice)
    assert invitations.find(invitation, now + timedelta(days=7, seconds=-1))
    assert not invitations.find(invitation, now + timedelta(days=7))
    assert invitations.find(way_back, now + timedelta(minutes=59))
    assert not invitations.find(way_back, now + timedelta(hours=1))


def test_the_token_is_kept_nowhere_but_in_the_mail_and_sealed_there(dora: User, now: datetime, mailing: None) -> None:
    token = actions.invite(actor=Actor.of(dora), email="eve@example.com", role=Role.SALES, language="de", now=now)
    kept = (*Invitation.objects.values(), *AuditEntry.objects.values(), *Outgoing.objects.values())
    assert not any(token in str(row) for row in kept)
    mail = Outgoing.objects.get()
    assert mail.channel == "email"
    assert mail.payload["to"] == "eve@example.com"
    assert mail.payload["template"] == "invitation"
    assert mail.payload["language"] == "de"
    assert mailed() == token


def test_without_a_mail_server_no_link_waits(alice: User, dora: User, now: datetime) -> None:
    actions.invite(actor=Actor.of(dora), email="eve@example.com", role=Role.SALES, language="de", now=now)
    actions.link_back(actor=Actor.of(dora), user=alice, now=now)
    assert Invitation.objects.count() == 2
    assert not Outgoing.objects.exists()


def test_a_second_invitation_ends_the_first(client: Client, dora: User, now: datetime) -> None:
    invite = {"actor": Actor.of(dora), "email": "Eve@example.com", "role": Role.SALES, "language": "en", "now": now}
    first, second = actions.invite(**invite), actions.invite(**invite)
    assert client.get(f"/welcome/{first}").status_code == 410
    assert client.get(f"/welcome/{second}").status_code == 200


def test_an_invitation_can_be_taken_back(client: Client, dora: User, now: datetime) -> None:
    token = actions.invite(actor=Actor.of(dora), email="eve@example.com", role=Role.SALES, language="en", now=now)
    actions.take_back(actor=Actor.of(dora), invitation=Invitation.objects.get(), now=now)
    assert client.get(f"/welcome/{token}").status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "too short"),
        ("password123", "password123", "too common"),
        ("eve@example.com", "eve@example.com", "similar to the email"),
        (NEW, NEW + "!", "Type the same one twice"),
    ],
)
def test_a_bad_password_is_refused_and_the_link_still_works(
    client: Client, dora: User, now: datetime, password: str, again: str, said: str
) -> None:
    token = invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    page = answer(client, token, password=password, again=again)
    assert said in page.content.decode()
    assert not User.objects.filter(email="eve@example.com").exists()
    answer(client, token)
    assert inside(client)


def test_a_way_back_sets_a_password_and_ends_all_sessions(
    client: Client, alice: User, client_of: Callable[[User], Client], mailing: None
) -> None:
    elsewhere = client_of(alice)
    page = client.post("/way-back/", {"email": "ALICE@example.com"})
    assert "on its way" in page.content.decode()
    token = mailed()
    assert inside(elsewhere)
    answer(client, token)
    assert inside(client)
    assert not inside(elsewhere)
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert alice.name == "Alice"
    assert Client().get(f"/welcome/{token}").status_code == 410


def test_a_way_back_tells_nobody_who_has_an_account(alice: User, charlie: User, mailing: None) -> None:
    said = set()
    for email in (alice.email, charlie.email, "nobody@example.com"):
        page = Client().post("/way-back/", {"email": email})
        text = re.sub(r'"X-CSRFToken": "\w+"', "", page.content.decode())
        said.add((page.status_code, text.replace(email, "…")))
    assert len(said) == 1
    assert [mail.payload["to"] for mail in Outgoing.objects.all()] == [alice.email]
    # The same is written for each, so that the answers take as long.
    assert Invitation.objects.count() == 3
    assert Invitation.objects.filter(used_at=None).get().user == alice


def test_asking_ends_no_link(client: Client, alice: User, dora: User, now: datetime, mailing: None) -> None:
    """Anybody may ask, with anybody's address."""
    given = actions.link_back(actor=Actor.of(dora), user=alice, now=now - timedelta(minutes=10))
    Client().post("/way-back/", {"email": alice.email})
    asked = mailed()
    assert asked != given
    assert client.get(f"/welcome/{given}").status_code == 200
    answer(client, given)
    assert inside(client)
    # Once one is used, the others have done their work.
    assert Client().get(f"/welcome/{asked}").status_code == 410


def test_from_one_address_so_many_may_be_asked_for(alice: User, mailing: None) -> None:
    for number in range(links.ASKED):
        assert Client().post("/way-back/", {"email": f"nobody{number}@example.com"}).status_code == 200
    page = Client().post("/way-back/", {"email": alice.email})
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Wait a minute" in page.content.decode()
    assert Invitation.objects.count() == links.ASKED
    assert not Outgoing.objects.exists()
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post("/way-back/", {"email": alice.email}).status_code == 200
    assert Outgoing.objects.count() == 1


def test_what_was_asked_for_nobody_goes_after_a_day(alice: User, now: datetime, mailing: None) -> None:
    for email in (alice.email, "nobody@example.com"):
        actions.way_back(email=email, now=now)
    prune(now + timedelta(hours=23))
    assert Invitation.objects.count() == 2
    prune(now + timedelta(hours=25))
    assert Invitation.objects.get().user == alice


def test_a_mailbox_is_not_filled(alice: User, now: datetime, mailing: None) -> None:
    for minutes in (0, 1, 4, 6):
        actions.way_back(email=alice.email, now=now + timedelta(minutes=minutes))
    assert Outgoing.objects.count() == 2


def test_a_way_back_ends_with_the_account(client: Client, alice: User, dora: User, now: datetime) -> None:
    token = actions.link_back(actor=Actor.of(dora), user=alice, now=now)
    assert client.get(f"/welcome/{token}").status_code == 200
    actions.deactivate(actor=Actor.of(dora), user=alice, now=now)
    assert client.get(f"/welcome/{token}").status_code == 410
    actions.reactivate(actor=Actor.of(dora), user=alice, now=now)
    assert client.get(f"/welcome/{token}").status_code == 410
    assert alice.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "a" * 5000, "%00", "ä"])
def test_a_link_that_nobody_was_sent_leads_nowhere(client: Client, token: str) -> None:
    assert client.get(f"/welcome/{token}").status_code == 410


def test_the_language_of_the_browser_becomes_that_of_the_account(dora: User, now: datetime) -> None:
    token = invitations.invite(email="eve@example.com", role=Role.SALES, now=now)
    answer(Client(headers={"accept-language": "sv-SE,sv;q=0.9"}), token)
    assert User.objects.get(email="eve@example.com").language == "sv"
