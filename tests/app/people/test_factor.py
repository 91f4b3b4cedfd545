"""The second factor, from switching it on to losing the phone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.people import factor, once, totp
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from tests.app.conftest import PASSWORD

SECRET = totp.new_secret()


def code_at(now: datetime, steps: int = 0) -> str:
    return totp.code(base64.b32decode(SECRET), int(now.timestamp()) // totp.STEP + steps)


def wrong_at(now: datetime) -> str:
    right = {code_at(now, steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in right
    )


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def codes(alice: User, now: datetime) -> list[str]:
    """Alice's recovery codes; she switched the second factor on some time ago."""
    past = now - timedelta(hours=1)
    made = factor.switch_on(user=alice, secret=SECRET, code=code_at(past), now=past)
    assert made
    return made


def knock(client: Client, alice: User) -> None:
    page = client.post("/sign-in/", {"email": alice.email, "password": PASSWORD, "next": "/account/password/"})
    assert page.headers["Location"] == "/sign-in/code/"
    assert not inside(client)


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_password_then_code(client: Client, alice: User, codes: list[str], now: datetime) -> None:
    knock(client, alice)
    assert client.post("/sign-in/code/", {"code": wrong_at(now)}).status_code == 200
    assert not inside(client)
    given = code_at(timezone.now())
    page = client.post("/sign-in/code/", {"code": f" {given[:3]} {given[3:]} "})
    assert page.headers["Location"] == "/account/password/"
    assert inside(client)


def test_a_code_works_once(client: Client, alice: User, codes: list[str]) -> None:
    given = code_at(timezone.now())
    knock(client, alice)
    client.post("/sign-in/code/", {"code": given})
    assert inside(client)
    thief = Client()
    knock(thief, alice)
    assert "used already" in thief.post("/sign-in/code/", {"code": given}).content.decode()
    assert not inside(thief)


def test_neither_an_earlier_code_nor_that_of_switching_on_works(alice: User, now: datetime) -> None:
    factor.switch_on(user=alice, secret=SECRET, code=code_at(now), now=now)
    assert not factor.passes(user=alice, given=code_at(now), now=now)
    assert not factor.passes(user=alice, given=code_at(now, -1), now=now)
    assert factor.passes(user=alice, given=code_at(now, 1), now=now)


def test_a_recovery_code_works_once_in_any_spelling(alice: User, codes: list[str], now: datetime) -> None:
    assert len(set(codes)) == 10
    spelled = codes[0].replace("-", " ").upper()
    assert factor.passes(user=alice, given=spelled, now=now)
    assert not factor.passes(user=alice, given=spelled, now=now)
    assert factor.passes(user=alice, given=codes[1], now=now)
    last = AuditEntry.objects.order_by("pk").last()
    assert last
    assert (last.action, last.detail) == ("user.code_used", {"codes_left": 8})


def test_a_recovery_code_is_its_owners_alone(alice: User, bob: User, codes: list[str], now: datetime) -> None:
    past = now - timedelta(hours=1)
    factor.switch_on(user=bob, secret=SECRET, code=code_at(past), now=past)
    assert not factor.passes(user=bob, given=codes[0], now=now)


def test_without_the_password_there_is_no_asking_for_a_code(client: Client, alice: User, codes: list[str]) -> None:
    assert client.get("/sign-in/code/").headers["Location"] == "/sign-in/"
    assert client.post("/sign-in/code/", {"code": code_at(timezone.now())}).headers["Location"] == "/sign-in/"
    assert not inside(client)


@pytest.mark.parametrize("change", ["password", "shut out", "too late"])
def test_between_password_and_code_the_account_must_not_change(
    client: Client, alice: User, codes: list[str], change: str
) -> None:
    knock(client, alice)
    if change == "password":
        alice.set_password("another one entirely")
        alice.save()
    elif change == "shut out":
        User.objects.update(is_active=False)
    else:
        session = client.session
        session["second_factor"] = {**session["second_factor"], "at": timezone.now().timestamp() - 601}
        session.save()
    page = client.post("/sign-in/code/", {"code": code_at(timezone.now())})
    assert page.headers["Location"] == "/sign-in/"
    assert not inside(client)


def test_codes_can_not_be_guessed_from_one_place(client: Client, alice: User, codes: list[str], now: datetime) -> None:
    knock(client, alice)
    answers = [client.post("/sign-in/code/", {"code": wrong_at(now)}).status_code for _ in range(8)]
    assert answers == [200] * 7 + [429]
    assert client.post("/sign-in/code/", {"code": code_at(timezone.now())}).status_code == 429
    assert not inside(client)


def test_nor_from_many_places(alice: User, codes: list[str], now: datetime) -> None:
    for _ in range(factor.WRONG):
        assert not factor.passes(user=alice, given=wrong_at(now), now=now)
    assert not factor.passes(user=alice, given=code_at(now), now=now)
    assert not factor.passes(user=alice, given=codes[0], now=now)
    client = Client(REMOTE_ADDR="203.0.113.77")
    knock(client, alice)
    assert "too many wrong codes" in client.post("/sign-in/code/", {"code": code_at(now)}).content.decode()
    later = now + factor.REST
    assert factor.passes(user=alice, given=code_at(later), now=later)


def test_a_way_back_by_mail_does_not_go_round_it(client: Client, alice: User, codes: list[str]) -> None:
    from pyrometer.app.people import invitations

    token = invitations.invite(email=alice.email, role=alice.role, now=timezone.now(), user=alice)
    new = "seven boats on a lake"
    page = client.post(f"/welcome/{token}", {"password": new, "again": new})
    assert page.headers["Location"] == "/sign-in/code/"
    assert not inside(client)
    client.post("/sign-in/code/", {"code": codes[0]})
    assert inside(client)


def test_switching_on_from_the_page(alice: User, client_of: Callable[[User], Client]) -> None:
    client, elsewhere = client_of(alice), client_of(alice)
    page = client.get("/account/second-factor/")
    secret = page.context["secret"].replace(" ", "")
    assert page.context["picture"].startswith("data:image/svg+xml;base64,")
    assert secret in page.context["address"]
    page = client.post("/account/second-factor/", {"code": "000 000", "present": PASSWORD})
    assert page.context["secret"].replace(" ", "") == secret
    given = totp.code(base64.b32decode(secret), int(timezone.now().timestamp()) // totp.STEP)
    for present in ("", "wrong"):
        # A session alone, stolen or left open, shuts nobody out of their own account.
        client.post("/account/second-factor/", {"code": given, "present": present})
        assert not User.objects.get().totp_secret
    page = client.post("/account/second-factor/", {"code": given, "present": PASSWORD}, follow=True)
    shown = re.findall(r"<code>(\w{5}-\w{5})</code>", page.content.decode())
    assert len(shown) == 10
    assert shown[0] not in client.get("/account/recovery-codes/").content.decode()
    alice.refresh_from_db()
    assert alice.totp_secret
    assert secret not in alice.totp_secret
    assert inside(client)
    assert not inside(elsewhere)


def test_the_picture_is_what_a_scanner_reads() -> None:
    """The dark modules of the SVG are those of the code; black on white, with a quiet zone."""
    import qrcode

    from pyrometer.app.people import pictures

    svg = base64.b64decode(pictures.qr_code("otpauth://totp/x").split(",")[1]).decode()
    dark = {
        (int(x) + step, int(y))
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg)
        for step in range(int(width))
    }
    drawing = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    drawing.add_data("otpauth://totp/x")
    rows = drawing.get_matrix()
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}
    assert min(x for x, _y in dark) == 4
    assert "style" not in svg


def test_switching_off_asks_for_the_password(
    alice: User, codes: list[str], client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    assert "your password" in client.post("/account/second-factor/off/", {"present": "wrong"}).content.decode()
    alice.refresh_from_db()
    assert alice.totp_secret
    client.post("/account/second-factor/off/", {"present": PASSWORD})
    alice.refresh_from_db()
    assert not alice.totp_secret
    assert not alice.recovery_codes.exists()


def test_new_recovery_codes_end_the_old_ones(
    alice: User, codes: list[str], now: datetime, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    assert "your password" in client.post("/account/recovery-codes/", {"present": "wrong"}).content.decode()
    page = client.post("/account/recovery-codes/", {"present": PASSWORD}, follow=True)
    assert len(page.context["codes"]) == 10
    assert not factor.passes(user=alice, given=codes[0], now=now)
    assert factor.passes(user=alice, given=page.context["codes"][0], now=now)


def test_an_administrator_helps_who_lost_everything(
    alice: User, dora: User, codes: list[str], client_of: Callable[[User], Client]
) -> None:
    client = client_of(dora)
    address = f"/settings/people/{alice.pk}/second-factor/off/"
    assert "spoke with them" in client.get(address).content.decode()
    client.post(address)
    alice.refresh_from_db()
    assert not alice.totp_secret
    entry = AuditEntry.objects.order_by("pk").last()
    assert entry
    assert (entry.actor, entry.action, entry.subject) == (dora.email, "user.factor_off", f"user:{alice.pk}")
    assert client.get(address).status_code == 404


def test_codes_are_not_in_the_database_nor_in_the_session(
    alice: User, codes: list[str], client_of: Callable[[User], Client]
) -> None:
    assert not any(codes[0].replace("-", "") in str(row) for row in alice.recovery_codes.values())
    client = client_of(alice)
    client.get("/account/")
    request = client.get("/account/").wsgi_request
    once.keep(request, "codes", codes[0])
    assert codes[0] not in str(dict(request.session))
    assert once.look(request, "codes") == codes[0]
    assert once.take(request, "codes") == codes[0]
    assert once.take(request, "codes") is None


def test_the_log_names_who_switched(alice: User, now: datetime) -> None:
    factor.switch_on(user=alice, secret=SECRET, code=code_at(now), now=now)
    factor.switch_off(actor=Actor.of(alice), user=alice, now=now)
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["user.factor_on", "user.factor_off"]
