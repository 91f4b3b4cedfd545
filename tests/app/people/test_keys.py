"""API keys: what finds them, what they may, and that they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey, AuditEntry, KeyKind, User

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def make(dora: User, kind: str, **more: object) -> keys.Made:
    return keys.create(actor=Actor.of(dora), kind=kind, name="Shop", now=NOW, **more)  # type: ignore[arg-type]


def test_a_write_key_is_found_until_it_is_revoked(dora: User) -> None:
    made = make(dora, KeyKind.WRITE)
    assert keys.find_write(made.token) == made.key
    assert keys.revoke(actor=Actor.of(dora), key=made.key, now=NOW)
    assert keys.find_write(made.token) is None
    assert not keys.revoke(actor=Actor.of(dora), key=made.key, now=NOW)
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["key.created", "key.revoked"]


def test_a_secret_key_is_found_for_its_scopes_until_it_is_revoked(dora: User) -> None:
    made = make(dora, KeyKind.SECRET, scopes=["read"])
    assert keys.find_secret(made.token, "read") == made.key
    assert keys.find_secret(made.token) == made.key
    assert keys.find_secret(made.token, "write") is None
    keys.revoke(actor=Actor.of(dora), key=made.key, now=NOW)
    assert keys.find_secret(made.token, "read") is None


def test_admin_covers_everything_and_write_does_not_read(dora: User) -> None:
    admin = make(dora, KeyKind.SECRET, scopes=["admin"])
    write = make(dora, KeyKind.SECRET, scopes=["write"])
    assert all(keys.find_secret(admin.token, scope) for scope in keys.SCOPES)
    assert keys.find_secret(write.token, "read") is None


def test_the_database_does_not_know_a_secret_key(dora: User) -> None:
    made = make(dora, KeyKind.SECRET, scopes=["read"])
    row = ApiKey.objects.values().get()
    rest = made.token.removeprefix(made.key.public)
    assert len(rest) > 40
    assert not any(rest[1:] in str(value) for value in row.values())
    assert not any(rest[1:] in str(entry) for entry in AuditEntry.objects.values())


def test_neither_kind_passes_as_the_other(dora: User) -> None:
    write, secret = make(dora, KeyKind.WRITE), make(dora, KeyKind.SECRET, scopes=["admin"])
    assert keys.find_secret(write.token) is None
    assert keys.find_write(secret.token) is None
    assert keys.find_write(secret.key.public) is None
    assert keys.find_secret(secret.key.public) is None


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "sk_", "wk_", "sk_00000000_", "a\x00b", "ä" * 100, "wk_" + "0" * 32, "sk_ä_ö"])
def test_what_nobody_has_finds_nothing(token: str) -> None:
    assert keys.find_write(token) is None
    assert keys.find_secret(token) is None


def test_a_changed_letter_finds_nothing(dora: User) -> None:
    token = make(dora, KeyKind.SECRET, scopes=["admin"]).token
    for at in range(3, len(token)):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert keys.find_secret(changed) is None


def test_an_unknown_scope_is_refused(dora: User) -> None:
    with pytest.raises(ValueError, match="`rule`"):
        make(dora, KeyKind.SECRET, scopes=["rule"])
    assert not ApiKey.objects.exists()


def test_the_use_of_a_key_is_noted_once_a_minute(dora: User) -> None:
    key = make(dora, KeyKind.WRITE).key
    for seconds, noted in [(0, 0), (59, 0), (61, 61)]:
        keys.used(ApiKey.objects.get(), NOW + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == NOW + timedelta(seconds=noted)


@pytest.mark.parametrize(
    ("origins", "origin", "may"),
    [
        ([], "https://any.example", True),
        (["https://www.example.com"], "https://www.example.com", True),
        (["https://www.example.com"], "https://WWW.example.com", True),
        (["https://www.example.com"], "https://www.example.com.evil.example", False),
        (["https://www.example.com"], "http://www.example.com", False),
        (["https://www.example.com"], "null", False),
        (["https://www.example.com"], None, True),
    ],
)
def test_a_key_can_be_bound_to_sites(dora: User, origins: list[str], origin: str | None, may: bool) -> None:
    key = make(dora, KeyKind.WRITE, origins=origins).key
    assert keys.from_here(key, origin) is may


def test_the_page_shows_a_secret_key_once(dora: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(dora)
    page = client.post("/settings/keys/new/secret/", {"name": "CRM <b>", "scopes": ["read", "write"]}, follow=True)
    made = page.context["token"]
    assert keys.find_secret(made, "write")
    assert page.content.decode().count(made) == 1
    assert "CRM &lt;b&gt;" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert made not in client.get("/settings/keys/").content.decode()


def test_the_page_makes_write_keys_for_sites(dora: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(dora)
    sites = "https://www.Example.com/\n\nhttp://shop.example:8080\nhttps://shop.example:443\n"
    client.post("/settings/keys/new/write/", {"name": "Shop", "origins": sites})
    expected = ["https://www.example.com", "http://shop.example:8080", "https://shop.example"]
    assert ApiKey.objects.get().origins == expected
    assert ApiKey.objects.get().public in client.get("/settings/keys/").content.decode()


@pytest.mark.parametrize(
    "line", ["example.com", "ftp://a.example", "https://a.example/shop", "https://u@a.example", "x"]
)
def test_what_is_no_site_is_refused_in_words(dora: User, client_of: Callable[[User], Client], line: str) -> None:
    page = client_of(dora).post("/settings/keys/new/write/", {"name": "Shop", "origins": line})
    assert "is not a site" in page.content.decode()
    assert not ApiKey.objects.exists()


def test_the_page_asks_before_it_revokes(dora: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(dora)
    made = make(dora, KeyKind.WRITE)
    address = f"/settings/keys/{made.key.pk}/revoke/"
    assert "be undone" in client.get(address).content.decode()
    assert keys.find_write(made.token)
    assert "refused from now on" in client.post(address, follow=True).content.decode()
    assert keys.find_write(made.token) is None
    assert client.post(address).status_code == 404


def test_a_new_write_key_leads_to_the_line_for_the_pages(dora: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(dora)
    page = client.post("/settings/keys/new/write/", {"name": "Shop", "origins": ""}, follow=True)
    key = ApiKey.objects.get()
    shown = page.content.decode()
    assert 'data-copy="secret"' in shown
    assert f'href="/capture/snippet/?key={key.public}"' in shown
    assert f"data-key=&quot;{key.public}" in client.get(f"/capture/snippet/?key={key.public}").content.decode().replace(
        '"', "&quot;"
    )
    assert client.get("/settings/keys/?made=x").status_code == 200
