"""What one message means."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.capture.digest.reading import KINDS, Envelope, Refused, read
from pyrometer.app.capture.digest.values import keepable, text_is_sound
from pyrometer.app.evidence.incoming import Incoming

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENVELOPE = Envelope("accepted:7:0", NOON, key="3")
TRACK: dict[str, Any] = {"type": "track", "event": "demo_requested", "userId": "ada", "messageId": "m-1"}
PAGE: dict[str, Any] = {"type": "page", "anonymousId": "v"}


def said(message: Any, envelope: Envelope = ENVELOPE) -> Incoming:
    """What a message says that can be read."""
    found = read(message, envelope)
    assert isinstance(found, Incoming), found
    return found


def refused(message: Any) -> str:
    """Why a message can't be read."""
    found = read(message, ENVELOPE)
    assert isinstance(found, Refused), found
    return found.reason


def test_track_is_an_event() -> None:
    found = said({**TRACK, "properties": {"product": "Rota", "seats": 12, "price": 0.5, "new": True, "gone": None}})
    assert found.event == "demo_requested"
    assert found.properties == {"product": "Rota", "seats": 12, "price": 0.5, "new": True}
    assert found.handles == (("user", "ada"),)
    assert (found.once, found.source, found.traits) == ("3:m-1", "wire", {})


@pytest.mark.parametrize("kind", ["page", "screen"])
def test_page_and_screen_are_events_with_their_names(kind: str) -> None:
    page = {"url": "https://a.example/p?x=1", "path": "/p", "title": "P", "referrer": "", "search": None}
    message = {"type": kind, "anonymousId": "v", "name": "Prices", "category": "offer"}
    found = said({**message, "properties": {"topic": "prices", "path": "/own"}, "context": {"page": page}})
    assert found.event == f"{kind}_viewed"
    assert found.properties == {
        "topic": "prices",
        "name": "Prices",
        "category": "offer",
        "path": "/own",
        "url": "https://a.example/p?x=1",
        "title": "P",
    }


def test_identify_is_answers_and_handles() -> None:
    traits = {"email": "ada@acme.example", "phone": "+49 30 1234567", "industry": "care", "budget": None}
    message = {"type": "identify", "anonymousId": "v", "userId": 17, "traits": traits}
    found = said({**message, "context": {"traits": {"industry": "retail", "language": "sv"}}})
    assert found.event is None
    assert found.traits == {**traits, "language": "sv"}
    assert set(found.handles) == {
        ("user", "17"),
        ("anonymous", "v"),
        ("email", "ada@acme.example"),
        ("phone", "+49 30 1234567"),
    }


def test_what_a_library_repeats_with_every_event_names_the_lead_and_answers_nothing() -> None:
    found = said({**TRACK, "context": {"traits": {"email": "ada@acme.example", "industry": "care"}}})
    assert found.traits == {}
    assert ("email", "ada@acme.example") in found.handles


def test_who_is_identified_says_where_its_clock_stands() -> None:
    identify = {"type": "identify", "userId": "ada", "context": {"timezone": "Asia/Tokyo"}}
    assert said(identify).traits == {"timezone": "Asia/Tokyo"}
    assert said({**identify, "traits": {"timezone": "Europe/Paris"}}).traits == {"timezone": "Europe/Paris"}
    assert said({**TRACK, "context": {"timezone": "Asia/Tokyo"}}).traits == {}
    for nothing in (None, 7, "", "../../etc", "A" * 65, {"a": 1}, "Tokyo\n"):
        assert said({**identify, "context": {"timezone": nothing}}).traits == {}


def test_group_is_answers_about_the_company() -> None:
    traits = {"name": "Acme", "employees": 120, "company_size": "large", "address": {"city": "Uppsala"}}
    found = said({"type": "group", "userId": "ada", "groupId": 8, "traits": traits})
    assert found.traits == {
        "company": "Acme",
        "company_employees": 120,
        "company_size": "large",
        "company_address_city": "Uppsala",
        "company_id": "8",
    }


def test_a_company_among_the_traits_of_a_person_is_the_same() -> None:
    found = said({"type": "identify", "userId": "ada", "traits": {"company": {"name": "Acme", "industry": "care"}}})
    assert found.traits == {"company": "Acme", "company_industry": "care"}


def test_alias_says_who_is_the_same() -> None:
    found = said({"type": "alias", "userId": "ada", "previousId": "v-1"})
    assert found.handles == (("user", "ada"),)
    assert set(found.also) == {("anonymous", "v-1"), ("user", "v-1")}
    assert (found.event, found.traits) == (None, {})


def test_social_names_are_handles() -> None:
    traits = {"linkedin": "https://linkedin.com/in/ada", "twitter": "@ada", "mastodon": "@ada@home.example"}
    found = said({"type": "identify", "userId": "a", "traits": traits})
    assert {("social", "https://linkedin.com/in/ada"), ("social", "twitter:@ada"), ("social", "@ada@home.example")} <= {
        *found.handles
    }


@pytest.mark.parametrize(
    ("said_id", "meant"),
    [("ada", "ada"), (" ada ", "ada"), (17, "17"), (17.0, "17"), (1.5, "1.5"), (10**30, "1" + "0" * 30), (0, "0")],
)
def test_ids_of_any_kind_are_texts(said_id: Any, meant: str) -> None:
    assert said({**TRACK, "userId": said_id}).handles == (("user", meant),)


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_no_user_is_no_user(nothing: Any) -> None:
    assert said({**TRACK, "userId": nothing, "anonymousId": "v"}).handles == (("anonymous", "v"),)


def test_a_message_is_known_by_its_id_within_its_key_or_by_its_arrival() -> None:
    assert said({**TRACK, "messageId": 8}).once == "3:8"
    assert said({**TRACK, "messageId": None}).once == "accepted:7:0"
    long = said({**TRACK, "messageId": "x" * 5000}).once
    assert len(long) <= 120
    assert long != said({**TRACK, "messageId": "x" * 5001}).once


@pytest.mark.parametrize(
    ("stamp", "meant"),
    [
        ("2026-05-01T10:00:00.123Z", "2026-05-01T10:00:00.123000+00:00"),
        ("2026-05-01T10:00:00.123456Z", "2026-05-01T10:00:00.123456+00:00"),
        ("2026-05-01T10:00:00.123456789Z", "2026-05-01T10:00:00.123456+00:00"),
        ("2026-05-01T10:00:00", "2026-05-01T10:00:00+00:00"),
        ("2026-05-01 10:00:00.5", "2026-05-01T10:00:00.500000+00:00"),
        ("2026-05-01T12:00:00+02:00", "2026-05-01T10:00:00+00:00"),
        ("2026-05-01", "2026-05-01T00:00:00+00:00"),
        (1777629600, "2026-05-01T10:00:00+00:00"),
        (1777629600123, "2026-05-01T10:00:00.123000+00:00"),
    ],
)
def test_times_are_read_as_clients_write_them(stamp: Any, meant: str) -> None:
    assert said({**TRACK, "timestamp": stamp}).occurred_at.isoformat() == meant
    assert said({**TRACK, "originalTimestamp": stamp}).occurred_at.isoformat() == meant


def test_a_clock_that_is_wrong_is_put_right_by_when_it_was_sent() -> None:
    sent = Envelope("x", NOON, sent_at="2026-06-01T15:00:00.000Z")
    assert said({**TRACK, "timestamp": "2026-06-01T14:50:00Z"}, sent).occurred_at == NOON - timedelta(minutes=10)
    late = Envelope("x", NOON, sent_at="2026-05-31T12:00:00.000Z")
    assert said({**TRACK, "timestamp": "2026-05-31T11:50:00Z"}, late).occurred_at == NOON - timedelta(minutes=10)


def test_the_way_of_a_request_is_no_wrong_clock() -> None:
    sent = Envelope("x", NOON, sent_at="2026-06-01T11:59:58Z")
    assert said({**TRACK, "timestamp": "2026-06-01T11:50:00Z"}, sent).occurred_at == NOON - timedelta(minutes=10)


def test_nothing_occurs_after_it_was_received() -> None:
    assert said({**TRACK, "timestamp": "2031-01-01T00:00:00Z"}).occurred_at == NOON
    assert said(TRACK).occurred_at == NOON


def test_a_sent_at_that_is_no_time_says_nothing() -> None:
    sent = Envelope("x", NOON, sent_at={"a": 1})
    assert said({**TRACK, "timestamp": "2026-06-01T11:50:00Z"}, sent).occurred_at == NOON - timedelta(minutes=10)


def test_a_campaign_is_the_channel() -> None:
    campaign = {"name": "spring", "source": "News", "medium": "Email "}
    found = said({**TRACK, "context": {"campaign": campaign}})
    assert found.channel == "email"
    assert found.properties == {"campaign_name": "spring", "campaign_source": "News", "campaign_medium": "Email "}
    assert said({**TRACK, "context": {"campaign": {"source": "News"}}}).channel == "news"
    assert said(TRACK).channel == ""


def test_the_agent_and_address_are_the_leads_not_a_servers() -> None:
    server = Envelope("x", NOON, address="10.0.0.1", agent="analytics-python/2.4")
    assert (said(TRACK, server).agent, said(TRACK, server).address) == ("", None)
    context = {"ip": "2001:db8::1", "userAgent": "Mozilla/5.0 Firefox"}
    found = said({**TRACK, "context": context}, server)
    assert (found.agent, found.address) == ("Mozilla/5.0 Firefox", "2001:db8::1")
    browser = Envelope("x", NOON, address="192.0.2.7", agent="Mozilla/5.0 Firefox")
    assert (said(TRACK, browser).agent, said(TRACK, browser).address) == ("Mozilla/5.0 Firefox", "192.0.2.7")
    assert said({**TRACK, "context": {"ip": "fe80::1%eth0"}}, browser).address is None


def test_consent_is_handed_on() -> None:
    consent = {"categoryPreferences": {"profiling": True, "ads": False, "odd": "yes"}}
    assert said({**TRACK, "context": {"consent": consent}}).consents == {"profiling": True, "ads": False}


def deep(levels: int) -> dict[str, Any]:
    """Something nested."""
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("message", "word"),
    [
        (None, "object"),
        ([], "object"),
        ({}, "`type` is missing"),
        ({**TRACK, "type": 7}, "`type` is a number"),
        ({**TRACK, "type": "trak"}, "did you mean `track`?"),
        ({**TRACK, "type": "delete"}, "it is one of"),
        ({**TRACK, "event": None}, "`event` is missing"),
        ({**TRACK, "event": ["x"]}, "`event` is a list"),
        ({**TRACK, "event": "x" * 121}, "`event` is longer"),
        ({**TRACK, "event": "a\x00b"}, "`event`"),
        ({**TRACK, "userId": None}, "nobody is named"),
        ({**TRACK, "userId": True}, "`userId` is true or false"),
        ({**TRACK, "userId": {"id": 1}}, "`userId` is an object"),
        ({**TRACK, "userId": "a\x00b"}, "NUL"),
        ({**TRACK, "userId": "x" * 255}, "`userId` is longer"),
        ({**TRACK, "userId": float("nan")}, "`userId` is not a finite number"),
        ({**TRACK, "messageId": []}, "`messageId` is a list"),
        ({**TRACK, "context": "x"}, "`context` is a text"),
        ({**TRACK, "properties": [1]}, "`properties` is a list"),
        ({**TRACK, "properties": {"a": "x\x00"}}, "`properties.a` holds a NUL"),
        ({**TRACK, "properties": {"a": "\ud800"}}, "`properties.a` holds"),
        ({**TRACK, "properties": {"a": float("inf")}}, "`properties.a` is not a finite number"),
        ({**TRACK, "properties": {"a": [1, float("nan")]}}, "`properties.a[1]` is not a finite number"),
        ({**TRACK, "properties": {"a": 2**63}}, "`properties.a` is a whole number beyond"),
        ({**TRACK, "properties": {"": 1}}, "empty"),
        ({**TRACK, "properties": {"a" * 101: 1}}, "longer than 100"),
        ({**TRACK, "properties": deep(20)}, "nested deeper than 12"),
        ({**TRACK, "properties": {"a": [deep(20)]}}, "nested deeper than 12"),
        ({**TRACK, "properties": deep(5000)}, "nested"),
        ({**TRACK, "timestamp": "yesterday"}, "`timestamp` is no time: `yesterday`"),
        ({**TRACK, "timestamp": True}, "`timestamp` is true or false"),
        ({**TRACK, "timestamp": 1e300}, "`timestamp` is no time"),
        ({**TRACK, "timestamp": "0001-01-01T00:00:00Z"}, "before 1990"),
        ({**TRACK, "timestamp": "0001-01-01T00:00:00+14:00"}, "`timestamp`"),
        ({"type": "identify", "userId": "a", "traits": "x"}, "`traits` is a text"),
        ({"type": "identify", "userId": "a", "traits": {str(n): n for n in range(201)}}, "more than 200 traits"),
        ({"type": "group", "userId": "a"}, "`groupId` is missing"),
        ({"type": "alias", "userId": "a"}, "`previousId` is missing"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(message: Any, word: str) -> None:
    reason = refused(message)
    assert word in reason
    assert len(reason) <= 400
    assert text_is_sound(reason)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.text(st.characters(categories=["Cs", "Cc", "L"]))
    | st.sampled_from([*KINDS, "2026-05-01T10:00:00Z", "0001-01-01", "a@b.example", 2**63, 10**400, 1e308]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = (
    "type event userId anonymousId messageId groupId previousId traits properties context timestamp"
    " originalTimestamp sentAt name category"
).split()
CONTEXT = "traits campaign page ip userAgent consent library".split()
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional={
        **{name: ANYTHING for name in FIELDS if name not in ("type", "context")},
        "userId": st.text(max_size=8) | ANYTHING,
        "event": st.text(max_size=8) | ANYTHING,
        "context": st.fixed_dictionaries({}, optional=dict.fromkeys(CONTEXT, ANYTHING)) | ANYTHING,
    },
)


@given(ANYTHING | MESSAGES | st.dictionaries(st.sampled_from(FIELDS), ANYTHING), ANYTHING)
def test_whatever_comes_is_read_or_refused(message: Any, sent_at: Any) -> None:
    envelope = Envelope("accepted:7:0", NOON, sent_at=sent_at, key="3")
    found = read(message, envelope)
    assert found == read(message, envelope)
    if isinstance(found, Refused):
        assert 0 < len(found.reason) <= 400
        assert text_is_sound(found.reason)
        return
    assert datetime(1990, 1, 1, tzinfo=UTC) <= found.occurred_at <= NOON
    assert 0 < len(found.once) <= 120
    assert found.handles
    assert all(0 < len(value) <= 254 and text_is_sound(value) for _, value in (*found.handles, *found.also))
    kept = json.dumps([found.once, found.event, found.properties, found.traits, found.channel], allow_nan=False)
    assert "\\u0000" not in kept
    json.loads(kept)


@given(ANYTHING)
def test_whatever_is_refused_can_be_kept(message: Any) -> None:
    text = json.dumps(keepable(message), allow_nan=False)
    assert text_is_sound(json.dumps(json.loads(text), ensure_ascii=False))
    assert keepable(json.loads(text)) == json.loads(text)
