"""Signing in and out."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY, hashers
from django.contrib.sessions.models import Session
from django.db import connection
from django.forms import PasswordInput
from django.test import Client
from django.utils import timezone

from pyrometer.app import settings as installed
from pyrometer.app.people import actions, forms
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.conftest import PASSWORD


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def inside(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_email_and_password_open_the_door(client: Client, alice: User) -> None:
    assert client.get("/account/").headers["Location"] == "/sign-in/?next=/account/"
    assert sign_in(client, " Alice@Example.COM ", next="/account/").headers["Location"] == "/account/"
    assert inside(client)
    alice.refresh_from_db()
    assert alice.last_login


def test_sign_out_is_a_post_and_ends_the_session(client: Client, alice: User) -> None:
    sign_in(client, alice.email)
    assert client.get("/sign-out/").status_code == 405
    assert inside(client)
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert not inside(client)
    assert not Session.objects.exists()


def test_what_fails_fails_in_the_same_words(alice: User, charlie: User) -> None:
    said = set()
    for email, password in [(alice.email, "wrong"), ("nobody@example.com", "wrong"), (charlie.email, PASSWORD)]:
        client = Client()
        page = client.post("/sign-in/", {"email": email, "password": password})
        said.add(str(page.context["form"].non_field_errors()))
        assert not inside(client)
    assert len(said) == 1


def test_an_unknown_address_takes_as_much_hashing(
    client: Client, alice: User, charlie: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    hasher = hashers.get_hasher("default")
    real = type(hasher).encode

    def counted(self: object, password: str, salt: str) -> str:
        done.append(password)
        return real(self, password, salt)

    monkeypatch.setattr(type(hasher), "encode", counted)
    work = []
    alice.set_unusable_password()
    alice.save()
    for email in (alice.email, charlie.email, "nobody@example.com"):
        done.clear()
        sign_in(client, email, "wrong")
        work.append(len(done))
    assert work == [1, 1, 1]


def test_the_session_is_a_new_one_after_signing_in(client: Client, alice: User, bob: User) -> None:
    session = client.session
    session["before"] = True
    session.save()
    planted = session.session_key
    sign_in(client, alice.email)
    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()
    former = client.session.session_key
    client.post("/sign-out/")
    sign_in(client, bob.email)
    assert client.session.session_key != former
    assert "before" not in client.session


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client, alice: User) -> None:
    client.get("/sign-in/")
    sign_in(client, alice.email)
    for name in ("sessionid", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"
        assert not client.cookies[name]["secure"]


def test_with_https_cookies_are_for_https_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYROMETER_ORIGIN", "https://leads.example.com")
    try:
        secure = importlib.reload(installed)
        assert secure.SESSION_COOKIE_SECURE
        assert secure.CSRF_COOKIE_SECURE
        assert secure.SECURE_HSTS_SECONDS >= 31_536_000
        assert secure.CSRF_TRUSTED_ORIGINS == ["https://leads.example.com"]
    finally:
        monkeypatch.undo()
        importlib.reload(installed)


def test_passwords_are_kept_by_argon2(settings: LazySettings, db: None) -> None:
    settings.PASSWORD_HASHERS = installed.PASSWORD_HASHERS
    user = User.objects.create_user(email="eve@example.com", role="sales", password=PASSWORD)
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        " //evil.example",
        "/\t/evil.example",
        "data:text/html,x",
    ],
)
def test_nobody_is_sent_to_another_site(client: Client, alice: User, elsewhere: str) -> None:
    assert elsewhere not in client.get("/sign-in/", {"next": elsewhere}).content.decode()
    assert sign_in(client, alice.email, next=elsewhere).headers["Location"] == "/"
    assert client.get("/sign-in/", {"next": elsewhere}).headers["Location"] == "/"


def test_after_eight_failures_even_the_right_password_waits(alice: User, bob: User) -> None:
    client = Client()
    for _ in range(7):
        assert sign_in(client, alice.email, "wrong").status_code == 200
    # In other letters it is the same address.
    page = sign_in(client, "ALICE@example.com", "wrong")
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "900"
    assert "Too many tries" in page.content.decode()
    assert sign_in(client, alice.email).status_code == 429
    assert not inside(client)
    # Others, and Alice elsewhere, aren't locked out with it.
    sign_in(client, bob.email)
    assert inside(client)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    sign_in(elsewhere, alice.email)
    assert inside(elsewhere)


def test_the_wait_ends(client: Client, alice: User) -> None:
    for _ in range(8):
        sign_in(client, alice.email, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    sign_in(client, alice.email)
    assert inside(client)


def test_an_address_that_nobody_has_is_throttled_alike(client: Client, db: None) -> None:
    answers = [sign_in(client, "nobody@example.com", "wrong").status_code for _ in range(9)]
    assert answers == [200] * 7 + [429] * 2


def test_no_password_is_written_down(client: Client, alice: User) -> None:
    sign_in(client, alice.email, "a secret of mine")
    assert not any("a secret of mine" in str(row) for row in AccessAttempt.objects.values())


def everything() -> str:
    """All that stands in the database."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize("address", ["password/", "second-factor/", "second-factor/off/", "recovery-codes/"])
def test_what_is_typed_into_the_account_is_written_down_nowhere(
    alice: User, client_of: Callable[[User], Client], address: str
) -> None:
    if address in ("second-factor/off/", "recovery-codes/"):
        alice.totp_secret = "sealed"
        alice.save()
    new = "a new secret of mine"
    typed = {"present": "my old seceret", "password": new, "again": new, "code": "123456"}
    assert client_of(alice).post(f"/account/{address}", typed).status_code == 200
    assert AccessAttempt.objects.get().failures_since_start == 1
    kept = everything()
    assert alice.email in kept
    assert not [one for one in typed.values() if one in kept]


def test_every_field_that_a_secret_is_typed_into_is_kept_out_of_the_records() -> None:
    secret = {
        name
        for form in vars(forms).values()
        if isinstance(form, type) and issubclass(form, forms.Form)
        for name, field in form.base_fields.items()
        if isinstance(field.widget, PasswordInput) or field.widget.attrs.get("autocomplete") == "one-time-code"
    }
    assert secret >= {"password", "again", "present", "code"}
    assert secret <= set(installed.AXES_SENSITIVE_PARAMETERS)


def test_sessions_of_who_is_shut_out_end_at_once_and_for_good(
    alice: User, dora: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(alice)
    assert inside(client)
    now = timezone.now()
    actions.deactivate(actor=Actor.of(dora), user=alice, now=now)
    assert client.get("/account/").status_code == 302
    fresh = client_of(alice)
    actions.reactivate(actor=Actor.of(dora), user=alice, now=now)
    assert not inside(client)
    assert not inside(fresh)
    sign_in(client, alice.email)
    assert inside(client)


def test_without_the_token_nothing_is_taken(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, alice.email).status_code == 403
    client.get("/sign-in/")
    token = client.cookies["csrftoken"].value
    assert sign_in(client, alice.email, csrfmiddlewaretoken=token).status_code == 302
    assert SESSION_KEY in client.session


def test_a_fragment_sends_the_whole_page_to_the_door(client: Client, db: None) -> None:
    answer = client.get("/account/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in/"


def test_whoever_is_in_is_sent_on(client_of: Callable[[User], Client], alice: User) -> None:
    assert client_of(alice).get("/sign-in/?next=/account/").headers["Location"] == "/account/"
