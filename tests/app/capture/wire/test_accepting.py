"""What the wire takes and what it refuses."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote_plus, urlencode

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from pyrometer.app.capture.models import Accepted
from pyrometer.app.capture.wire import views
from pyrometer.app.capture.wire.rate import Buckets
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey, User
from tests.app.capture.wire.asking import MESSAGE, basic, code, post

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def key() -> str:
    """A write key."""
    return new_key()


def new_key(**more: list[str]) -> str:
    return keys.create(actor=Actor("tests"), kind="write", name="site", now=NOW, **more).token


def kept() -> list[dict]:
    """The messages of all rows, as they were kept."""
    return [
        message
        for body in Accepted.objects.order_by("pk").values_list("body", flat=True)
        for message in json.loads(bytes(body))["batch"]
    ]


def test_a_batch_is_kept_as_it_came(key: str) -> None:
    body = json.dumps({"batch": [MESSAGE, {**MESSAGE, "messageId": "m-2"}], "sentAt": "2026-06-01T12:00:00Z"})
    answer = post("/v1/batch", body, key, headers={"User-Agent": "a library"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    row = Accepted.objects.get()
    assert bytes(row.body).decode() == body
    assert (row.messages, row.attempts) == (2, 0)
    assert row.claimed_until < row.received_at, "nobody has it"
    assert (row.key.public, row.address, row.agent) == (key, "127.0.0.1", "a library")


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        *((f"/v1/{name}", name) for name in ("track", "identify", "page", "screen", "group", "alias")),
        *((f"/v1/{name[0]}", name) for name in ("track", "identify", "page", "screen", "group", "alias")),
    ],
)
def test_each_type_has_its_address_and_a_short_one(key: str, path: str, type_: str) -> None:
    message = {"userId": "ada", "event": "x", "groupId": "g", "previousId": "p", "type": "whatever"}
    assert post(path, message, key).status_code == 200
    assert [each["type"] for each in kept()] == [type_]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/beacon/v1/batch"])
def test_batches_have_three_addresses(key: str, path: str) -> None:
    assert post(path, {"batch": [MESSAGE]}, key).status_code == 200
    assert len(kept()) == 1


def test_the_key_may_stand_in_the_header_the_body_a_message_or_the_address(key: str) -> None:
    assert post("/v1/batch", {"batch": [MESSAGE]}, key).status_code == 200
    assert post("/v1/batch", {"batch": [MESSAGE], "writeKey": key}).status_code == 200
    assert post("/v1/batch", {"batch": [{**MESSAGE, "writeKey": key}]}).status_code == 200
    assert post("/v1/track", {**MESSAGE, "writeKey": key}).status_code == 200
    assert post(f"/beacon/v1/batch?writeKey={key}", {"batch": [MESSAGE]}).status_code == 200
    # An empty name in the header is none.
    assert post("/v1/track", {**MESSAGE, "writeKey": key}, "").status_code == 200


def test_without_a_key_that_stands_nothing_is_kept(key: str) -> None:
    assert code(post("/v1/batch", {"batch": [MESSAGE]})) == (401, "no_key")
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, "wk_nobody")) == (401, "unknown_key")
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, "x\x00y")) == (401, "unknown_key")
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, "ä" * 100)) == (401, "unknown_key")
    assert code(post("/v1/batch", {"batch": [MESSAGE], "writeKey": 7})) == (401, "no_key")
    wrong = {"Authorization": "Basic ?"}
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, headers=wrong)) == (401, "bad_authorization")
    secret = keys.create(actor=Actor("tests"), kind="secret", name="crm", now=NOW, scopes=["write"])
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, secret.token)) == (401, "unknown_key")
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, secret.key.public)) == (401, "unknown_key")
    keys.revoke(actor=Actor("tests"), key=ApiKey.objects.get(public=key), now=NOW)
    assert code(post("/v1/batch", {"batch": [MESSAGE]}, key)) == (401, "unknown_key")
    assert kept() == []


def test_a_key_may_be_for_the_pages_of_some_sites_only() -> None:
    key = new_key(origins=["https://shop.example"])
    ours, others = {"Origin": "https://shop.example"}, {"Origin": "https://elsewhere.example"}
    assert post("/v1/track", MESSAGE, key, headers=ours).status_code == 200
    assert code(post("/v1/track", MESSAGE, key, headers=others)) == (403, "wrong_origin")
    assert post("/v1/track", MESSAGE, key).status_code == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/plain;charset=UTF-8", ""])
def test_json_may_call_itself_anything(key: str, content_type: str) -> None:
    assert post("/v1/track", MESSAGE, key, content_type=content_type).status_code == 200


@pytest.mark.parametrize(
    "spell",
    [json.dumps, lambda message: urlencode({"data": json.dumps(message)}), lambda m: quote_plus(json.dumps(m))],
    ids=["bare", "field", "name"],
)
def test_json_may_come_as_a_form(key: str, spell: Callable[[dict], str]) -> None:
    message = {**MESSAGE, "properties": {"name": "Ada & Bob = 1+1 %"}}
    form = "application/x-www-form-urlencoded"
    assert post("/v1/track", spell(message), key, content_type=form).status_code == 200
    assert kept()[0]["properties"] == message["properties"]


@pytest.mark.parametrize("headers", [{"Content-Encoding": "gzip"}, {}, {"Content-Encoding": "identity"}])
def test_gzip_may_say_so_or_not(key: str, headers: dict[str, str]) -> None:
    body = gzip.compress(json.dumps({"batch": [MESSAGE]}).encode())
    assert post("/v1/batch", body, key, headers=headers).status_code == 200
    assert len(kept()) == 1


def test_what_calls_itself_gzip_may_be_unzipped_already(key: str) -> None:
    assert post("/v1/track", MESSAGE, key, headers={"Content-Encoding": "gzip"}).status_code == 200


def test_gzip_may_have_several_members(key: str) -> None:
    text = json.dumps({"batch": [MESSAGE]}).encode()
    body = gzip.compress(text[:20]) + gzip.compress(text[20:])
    assert post("/v1/batch", body, key).status_code == 200


def test_gzip_of_thousands_of_empty_members_is_refused_at_once(key: str) -> None:
    assert code(post("/v1/batch", gzip.compress(b"", mtime=0) * 20_000, key)) == (400, "bad_gzip")


def test_bombs_are_not_unpacked(key: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * 2**20) for _ in range(200)) + packer.flush()
    assert len(bomb) < 2**18
    assert code(post("/v1/batch", bomb, key)) == (413, "body_too_large")
    many = gzip.compress(b" " * 400_000) * 1000
    assert code(post("/v1/batch", many[: 500 * 1024], key)) == (413, "body_too_large")


def test_broken_gzip_is_refused(key: str) -> None:
    whole = gzip.compress(json.dumps({"batch": [MESSAGE]}).encode())
    assert code(post("/v1/batch", whole[:-9], key)) == (400, "bad_gzip")
    assert code(post("/v1/batch", whole[:20] + b"xxxxxxxxx" + whole[29:], key)) == (400, "bad_gzip")
    assert code(post("/v1/batch", b"\x1f\x8b", key)) == (400, "bad_gzip")
    assert code(post("/v1/batch", whole, key, headers={"Content-Encoding": "br"})) == (415, "unknown_encoding")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "bad_json"),
        ("{", "bad_json"),
        ("null", "bad_json"),
        ("[]", "bad_json"),
        ('"x"', "bad_json"),
        (b"\xff\xfe{}", "bad_json"),
        ("[" * 100_000, "bad_json"),
        ('{"batch":' + "[" * 100_000 + "]" * 100_000 + "}", "bad_json"),
        ('{"batch": [' + "9" * 5000 + "]}", "bad_json"),
        ("{}", "no_batch"),
        ('{"batch": {}}', "no_batch"),
        ('{"batch": null}', "no_batch"),
        ('{"batch": []}', "empty_batch"),
    ],
)
def test_a_body_that_is_no_batch_is_refused(key: str, body: str | bytes, said: str) -> None:
    assert code(post("/v1/batch", body, key)) == (400, said)
    assert kept() == []


def test_a_batch_has_1_to_500_messages(key: str) -> None:
    assert post("/v1/batch", {"batch": [MESSAGE] * 500}, key).status_code == 200
    assert Accepted.objects.get().messages == 500
    assert code(post("/v1/batch", {"batch": [MESSAGE] * 501}, key)) == (400, "too_many_messages")


def test_a_message_may_have_32_kb(key: str) -> None:
    message = {**MESSAGE, "properties": {"text": ""}}
    room = 32 * 1024 - len(json.dumps({**message, "type": "track"}, separators=(",", ":")))
    fits = {**message, "properties": {"text": "x" * room}}
    over = {**message, "properties": {"text": "x" * (room + 1)}}
    letters = {**message, "properties": {"text": "ü" * (room // 2 + 1)}}
    assert post("/v1/track", fits, key).status_code == 200
    assert post("/v1/batch", {"batch": [fits]}, key).status_code == 200
    assert code(post("/v1/track", over, key)) == (413, "message_too_large")
    assert code(post("/v1/batch", {"batch": [over]}, key)) == (413, "message_too_large")
    assert code(post("/v1/track", letters, key)) == (413, "message_too_large")


def test_one_large_message_does_not_sink_its_batch(key: str) -> None:
    large = {**MESSAGE, "properties": {"text": "x" * 40_000}}
    assert post("/v1/batch", {"batch": [MESSAGE, large]}, key).status_code == 200


def test_a_body_may_have_500_kb(key: str) -> None:
    message = {**MESSAGE, "properties": {"text": "x" * 30_000}}
    body = json.dumps({"batch": [message] * 16})
    body += " " * (500 * 1024 - len(body))
    assert post("/v1/batch", body, key).status_code == 200
    assert code(post("/v1/batch", body + " ", key)) == (413, "body_too_large")
    assert code(post("/v1/batch", gzip.compress((body + " ").encode()), key)) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("path", "message", "word"),
    [
        ("/v1/track", {"userId": "ada"}, "event"),
        ("/v1/track", {"event": "x"}, "nobody is named"),
        ("/v1/track", {"event": "x", "userId": {"a": 1}}, "userId"),
        ("/v1/track", {"event": "x", "userId": "ada", "timestamp": "tomorrow"}, "timestamp"),
        ("/v1/identify", {"userId": "ada", "traits": "x"}, "traits"),
        ("/v1/group", {"userId": "ada"}, "groupId"),
        ("/v1/alias", {"userId": "ada"}, "previousId"),
    ],
)
def test_a_single_message_that_cannot_be_read_is_refused_at_once(key: str, path: str, message: dict, word: str) -> None:
    answer = post(path, message, key)
    assert code(answer) == (400, "bad_message")
    assert word in answer.json()["message"]
    assert kept() == []


def test_a_batch_is_taken_whatever_its_messages_are(key: str) -> None:
    assert post("/v1/batch", {"batch": [None, 1, "x", [], {}, MESSAGE]}, key).status_code == 200
    assert Accepted.objects.get().messages == 6


def test_pages_of_other_sites_may_ask(key: str) -> None:
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = Client().options("/v1/batch", headers=asked)
    assert answer.status_code == 204
    allowed = {each.strip() for each in answer["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "anonymousid", "sentat", "content-type", "x-retry-count"} <= allowed
    assert "POST" in answer["Access-Control-Allow-Methods"]
    for each in (answer, post("/v1/track", MESSAGE, key), post("/v1/track", "{", key)):
        assert each["Access-Control-Allow-Origin"] == "*"
        assert each["Access-Control-Expose-Headers"] == "Retry-After"
        assert "Access-Control-Allow-Credentials" not in each


def test_other_methods_are_refused(key: str) -> None:
    answer = Client().get("/v1/batch", headers=basic(key))
    assert code(answer) == (405, "wrong_method")
    assert "POST" in answer["Allow"]
    assert code(Client().post("/sourceConfig/", headers=basic(key))) == (405, "wrong_method")


def test_a_key_that_sends_too_much_is_told_when_to_come_again(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "buckets", Buckets(rate=0.01, most=5))
    assert post("/v1/batch", {"batch": [MESSAGE] * 5}, key).status_code == 200
    answer = post("/v1/track", MESSAGE, key)
    assert code(answer) == (429, "too_fast")
    assert 1 <= int(answer["Retry-After"]) <= 100
    assert post("/v1/track", MESSAGE, new_key()).status_code == 200


def test_a_batch_larger_than_the_bucket_passes_a_full_one_and_leaves_a_debt() -> None:
    buckets = Buckets(rate=1, most=5)
    assert buckets.take("a", 10, now=0.0) == 0
    assert buckets.take("a", 1, now=0.0) == 6
    assert buckets.take("a", 1, now=5.9) > 0
    assert buckets.take("a", 1, now=6.0) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's way of being full")
def test_a_full_disk_is_answered_with_come_again(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        [pages] = cursor.fetchone()
        cursor.execute("PRAGMA max_page_count")
        [before] = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        large = {"batch": [{**MESSAGE, "properties": {"text": "x" * 30_000}}] * 12}
        answers = [post("/v1/batch", large, key) for _ in range(3)]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA max_page_count = {before}")
    assert {code(answer) for answer in answers[1:]} == {(503, "try_again")}
    assert int(answers[-1]["Retry-After"]) > 0
    assert post("/v1/batch", large, key).status_code == 200


def test_browser_libraries_are_told_where_to_send(key: str) -> None:
    said = Client().get(f"/v1/projects/{key}/settings")
    assert said.status_code == 200
    segment = said.json()["integrations"]["Segment.io"]
    assert (segment["apiKey"], segment["protocol"], segment["apiHost"]) == (key, "http", "testserver/v1")
    assert code(Client().get("/v1/projects/wk_nobody/settings")) == (404, "unknown_key")
    source = Client().get("/sourceConfig/", headers=basic(key)).json()["source"]
    assert (source["writeKey"], source["enabled"], source["destinations"]) == (key, True, [])
    # What the team calls its key is nobody's business.
    assert source["name"] == key
    assert Client().get(f"/sourceConfig/?writeKey={key}").status_code == 200
    assert code(Client().get("/sourceConfig/")) == (401, "no_key")


def test_the_address_is_what_a_proxy_of_ours_saw(key: str, settings: Settings) -> None:
    settings.SECURE = True
    made_up = {**basic(key), "X-Forwarded-For": "9.9.9.9"}
    post("/v1/track", MESSAGE, headers=made_up)
    settings.PROXIES = 1
    post("/v1/track", MESSAGE, headers=made_up)
    assert list(Accepted.objects.order_by("pk").values_list("address", flat=True)) == ["127.0.0.1", "9.9.9.9"]


def test_a_write_key_opens_nothing_else(key: str, alice: User) -> None:
    for path in ("/capture/", "/capture/dead-letters/", "/leads/", "/settings/keys/"):
        answer = Client().get(path, headers=basic(key))
        assert (answer.status_code, answer.get("Location", "").partition("?")[0]) == (302, "/sign-in/")
