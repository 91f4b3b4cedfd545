"""What a site is told of a slot, and what it is not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.evidence.erasing import erase
from pyrometer.app.nurture.models import (
    Act,
    CouponGiven,
    CouponList,
    Enrolment,
    Offered,
    Programme,
    Seen,
    Version,
)
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey
from pyrometer.app.temperature.models import Reading
from tests.app.nurture.slots.conftest import NOW, Ask, content, lead_of, slot

pytestmark = pytest.mark.django_db
STAGED = (
    Choice("buy", temperature=("hot",)),
    Choice("compare", temperature=("warm", "hot")),
    Choice("hello"),
)


def test_each_temperature_gets_its_own(ask: Ask) -> None:
    slot(*STAGED)
    lead_of("cool")
    lead_of("warm", pages=2)
    lead_of("hot", pages=1, demo=True)
    told = {visitor: ask(anonymousId=visitor).json()["content"] for visitor in ("cool", "warm", "hot", "stranger")}
    assert told == {"cool": "hello", "warm": "compare", "hot": "buy", "stranger": "hello"}


def test_an_answer_says_what_to_show(ask: Ask) -> None:
    slot(*STAGED)
    answer = ask()
    assert answer.json() == {
        "slot": "hero",
        "content": "hello",
        "html": '<p>Read <strong>how it works</strong>: <a href="https://www.example.com/how">have a look</a>.</p>\n',
        "text": answer.json()["text"],
        "until": None,
        "once": "hero/hello/1",
    }
    assert "https://www.example.com/how" in answer.json()["text"]
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Set-Cookie", "Vary"} & set(answer.headers)
    again = ask(headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_did_not_agree_is_nobody(ask: Ask) -> None:
    slot(*STAGED)
    lead = lead_of("ada", demo=True)
    assert ask(anonymousId="ada").json()["content"] == "buy"
    purpose = Purpose.objects.get(slug="profiling")
    later = NOW + timedelta(minutes=1)
    Consent.objects.create(lead=lead, purpose=purpose, given=False, at=later, basis="consent", source="hand")
    # The reading is still there; it may not be used from now on.
    assert Reading.objects.get(pk=lead.pk).temperature == "hot"
    assert ask(anonymousId="ada").json()["content"] == "hello"
    # Where the house doesn't ask, an interest is enough.
    Consent.objects.all().delete()
    assert ask(anonymousId="ada").json()["content"] == "hello"
    Purpose.objects.filter(pk=purpose.pk).update(basis="interest")
    assert ask(anonymousId="ada").json()["content"] == "buy"


def test_what_needs_something_known_is_never_for_nobody(ask: Ask) -> None:
    # Of nobody it is true that they are no customer, and got no mail.
    slot(Choice("hello", when="not: {sent: x}"), Choice("hello", stage=("lead",)))
    assert ask().status_code == 204
    lead_of("ada")
    assert ask(anonymousId="ada").json()["content"] == "hello"


def test_a_user_id_that_is_an_address_is_nobodys(ask: Ask) -> None:
    slot(*STAGED)
    lead_of("one", demo=True, user="customer-17")
    lead_of("two", demo=True, user="ada@acme.example")
    assert ask(userId="customer-17").json()["content"] == "buy"
    assert ask(userId="ada@acme.example").json()["content"] == "hello"
    assert ask(userId="ada@acme.example", anonymousId="two").json()["content"] == "buy"


def test_flags_traits_and_programmes_decide(ask: Ask) -> None:
    ada = lead_of("ada", pages=3, industry="care")
    lead_of("bob", pages=1, industry="retail")
    for when in ("flag: researcher", "{trait: industry, is: care}", "{sent: intro, within: 30d}",
                 "{programme: educate, is: finished}", "all: [{flag: researcher}, {grade: fit, is: A}]"):  # fmt: skip
        slot(Choice("compare", when=when), Choice("hello"))
        if "sent" in when:
            programme = Programme.objects.create(key="educate", draft="", drafted_at=NOW, created_at=NOW)
            version = Version.objects.create(programme=programme, number=1, digest="x", text="", published_at=NOW)
            enrolment = Enrolment.objects.create(
                programme=programme,
                version=version,
                lead=ada,
                step="x",
                since=NOW,
                entered_at=NOW,
                standing="finished",
                ended_at=NOW,
            )
            Act.objects.create(enrolment=enrolment, lead=ada, kind="sent", number=1, what="intro", at=timezone.now())
        # The same temperature, so that nothing else tells them apart.
        told = {visitor: ask(anonymousId=visitor).json()["content"] for visitor in ("ada", "bob")}
        assert told == {"ada": "compare", "bob": "hello"}, when


def test_an_answer_that_may_not_be_used_decides_nothing(ask: Ask) -> None:
    ada = lead_of("ada", pages=3, industry="care")
    slot(Choice("compare", when="{trait: industry, is: care}"), Choice("hello"))
    assert ask(anonymousId="ada").json()["content"] == "compare"
    other = Purpose.objects.create(slug="answers", basis="consent", covers={"traits": ["industry"]}, position=5)
    Consent.objects.create(lead=ada, purpose=other, given=False, at=NOW, basis="consent", source="hand")
    assert ask(anonymousId="ada").json()["content"] == "hello"


def test_the_same_is_not_seen_for_ever(ask: Ask) -> None:
    hero = slot(*STAGED, most_seen=2)
    lead = lead_of("ada", pages=2)
    seen = Seen.objects.create(lead=lead, slot=hero, content="compare", count=1)
    assert ask(anonymousId="ada").json()["content"] == "compare"
    Seen.objects.filter(pk=seen.pk).update(count=2)
    assert ask(anonymousId="ada").json()["content"] == "hello"
    # There is nothing after the last one; but what was closed stays closed.
    last = Seen.objects.create(lead=lead, slot=hero, content="hello", count=9)
    assert ask(anonymousId="ada").json()["content"] == "hello"
    Seen.objects.filter(pk=last.pk).update(dismissed_at=NOW)
    assert ask(anonymousId="ada").status_code == 204


def test_what_a_programme_offers_comes_first_until_its_end(ask: Ask) -> None:
    slot(*STAGED)
    lead = lead_of("ada", pages=2)
    content("offer", "medium", "[For you](https://www.example.com/offer)")
    until = timezone.now() + timedelta(days=1)
    offered = Offered.objects.create(lead=lead, content="offer", slot="hero", at=NOW, until=until)
    Offered.objects.create(lead=lead, content="hello", slot="footer", at=NOW)
    told = ask(anonymousId="ada").json()
    assert (told["content"], told["until"]) == ("offer", until.isoformat())
    assert ask().json()["content"] == "hello"
    Offered.objects.filter(pk=offered.pk).update(until=timezone.now())
    assert ask(anonymousId="ada").json()["content"] == "compare"


def test_nobody_is_asked_for_more_than_they_are_ready_for(ask: Ask) -> None:
    slot(Choice("buy"), Choice("compare"), Choice("hello"))
    cool, warm, hot = lead_of("cool"), lead_of("warm", pages=2), lead_of("hot", demo=True)
    told = [ask(anonymousId=visitor).json()["content"] for visitor in ("cool", "warm", "hot", "nobody")]
    assert told == ["hello", "compare", "buy", "hello"]
    for lead in (cool, warm, hot):
        Offered.objects.create(lead=lead, content="buy", slot="hero", at=NOW)
    assert [ask(anonymousId=visitor).json()["content"] for visitor in ("cool", "warm", "hot")] == told[:3]


def test_a_page_is_in_its_language(ask: Ask) -> None:
    content("hello", "low", "Hello\n\n--- de ---\nHallo")
    slot(Choice("hello"))
    for language, text in (("de-AT", "Hallo"), ("en", "Hello"), ("fr", "Hello"), ("x" * 9000, "Hello"), ("", "Hello")):
        assert text in ask(language=language).json()["html"]


def test_what_was_changed_is_shown_at_once(ask: Ask) -> None:
    slot(Choice("hello"))
    before = ask()
    content("hello", "low", "Something else", number=2)
    after = ask(headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert (after.json()["html"], after.json()["once"]) == ("<p>Something else</p>\n", "hero/hello/2")
    slot(Choice("hello"), active=False)
    assert ask().status_code == 204


@pytest.mark.parametrize(
    ("name", "params", "status"),
    [
        ("hero", {"key": ""}, 401),
        ("hero", {"key": "wk_of_another"}, 401),
        ("hero", {"key": "x" * 5000}, 401),
        ("nothing", {}, 404),
        ("x" * 2000, {}, 404),
        ("hero%00", {}, 404),
        ("..%2f..%2fadmin", {}, 404),
        ("hero/more", {}, 404),
        ("", {}, 404),
        ("<script>", {}, 404),
        ("hero", {"anonymousId": "x" * 100_000}, 200),
        ("hero", {"anonymousId": "\0", "userId": "' OR 1=1 --"}, 200),
        ("hero", {"anonymousId": "null", "userId": "undefined"}, 200),
        ("hero", {"language": "\0\ud7ff"}, 200),
    ],
)
def test_what_is_sent_wrongly_is_answered(ask: Ask, name: str, params: dict[str, str], status: int) -> None:
    slot(*STAGED)
    answer = ask(name, **params)
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if status == 200:
        assert answer.json()["content"] == "hello"
    elif status != 204:
        assert "<" not in answer.json()["message"]


def test_a_key_is_asked_for_at_each_request(ask: Ask) -> None:
    slot(*STAGED)
    assert ask().status_code == 200
    ApiKey.objects.update(origins=["https://www.example.com"])
    assert ask(headers={"origin": "https://evil.example"}).status_code == 403
    assert ask(headers={"origin": "https://www.example.com"}).status_code == 200
    ApiKey.objects.update(revoked_at=NOW)
    assert ask().status_code == 401


def test_only_get(ask: Ask) -> None:
    slot(*STAGED)
    assert Client().post("/v1/content/hero").status_code == 405
    assert Client().options("/v1/content/hero").status_code == 204


def test_nothing_of_a_person_is_said(ask: Ask) -> None:
    slot(Choice("personal"), Choice("hello"))
    lead_of("ada", pages=2, first_name="Ada", email="ada@acme.example")
    answer = ask(anonymousId="ada")
    # A content that would say it isn't shown at all.
    assert answer.json()["content"] == "hello"
    content(
        "personal", "low", "Hello {{ lead.first_name | default: 'you' }}, {{ lead.email | default: 'there' }}", number=2
    )
    assert ask(anonymousId="ada").json()["html"] == "<p>Hello you, there</p>\n"


HOSTILE = """
<script>alert(1)</script><style>body{display:none}</style><p onclick="alert(1)" onmouseover=alert(1)>text</p>
<img src=x onerror=alert(1)><svg onload=alert(1)><a href="javascript:alert(1)">no</a></svg>
<a href=" java&#10;script:alert(1)">no</a><a href="data:text/html,<script>alert(1)</script>">no</a>
<iframe src="https://evil.example"></iframe><object data="x"></object><embed src="x"><form action="https://evil.example">
<input name="p"><button formaction="javascript:alert(1)">b</button></form><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example">
<link rel="stylesheet" href="https://evil.example/x.css">
<math><mtext><table><mglyph><style><!--</style>
<img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;"></table></mtext></math>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript><template><script>alert(1)</script></template>
<p style="background:url(javascript:alert(1));position:fixed;top:0">styled</p>
"""


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_what_is_shown_holds_nothing_that_runs(ask: Ask, form: str) -> None:
    row = content("hostile", "low", HOSTILE)
    row.text = row.text.replace("purpose:", f"format: {form}\npurpose:")
    row.save()
    clean = content("clean", "low", "<p>" + HOSTILE.split("<img src=x")[0] + "</p>")
    clean.text = clean.text.replace("purpose:", f"format: {form}\npurpose:")
    clean.save()
    for name in ("hostile", "clean"):
        slot(Choice(name), Choice("hello"))
        # What was taken out of HTML left links without an address; in Markdown all of it is only text.
        assert ask().json()["content"] == ("hello" if (name, form) == ("hostile", "html") else name)
        html = ask().json()["html"]
        tags = set(_tags(html))
        assert tags <= {"p", "a", "strong", "img", "table", "b", "em"}, tags
        assert not _attributes(html) & {"onclick", "onmouseover", "onerror", "onload", "formaction"}
        assert "javascript:" not in [value.strip().lower()[:11] for value in _values(html)]


def _tags(html: str) -> list[str]:
    return [tag for tag, _ in _parsed(html)]


def _attributes(html: str) -> set[str]:
    return {name for _, attributes in _parsed(html) for name, _ in attributes}


def _values(html: str) -> list[str]:
    return [value or "" for _, attributes in _parsed(html) for name, value in attributes if name in ("href", "src")]


def _parsed(html: str) -> list[Any]:
    from html.parser import HTMLParser

    found: list[Any] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            found.append((tag, attrs))

    Reader().feed(html)
    return found


def test_a_code_is_given_once_and_only_to_its_own_device(ask: Ask) -> None:
    CouponList.objects.create(name="spring", shared="SPRING-10", at=NOW)
    slot(Choice("code", temperature=("warm",), coupon="spring"), Choice("hello"))
    lead_of("ada", pages=2, user="customer-17")
    assert ask(userId="customer-17").json()["content"] == "hello"
    for _ in range(3):
        assert "SPRING-10" in ask(anonymousId="ada").json()["html"]
    assert "SPRING-10" in ask(anonymousId="ada", userId="customer-17").json()["html"]
    assert CouponGiven.objects.count() == 1
    assert CouponList.objects.get().given == 1
    assert ask(anonymousId="stranger").json()["content"] == "hello"


def test_without_a_code_the_next_choice_has_its_turn(ask: Ask) -> None:
    source = CouponList.objects.create(name="spring", shared="SPRING-10", limit=1, at=NOW)
    slot(Choice("code", temperature=("warm",), coupon="spring"), Choice("hello"))
    lead_of("ada", pages=2)
    lead_of("bob", pages=2)
    assert ask(anonymousId="ada").json()["content"] == "code"
    assert ask(anonymousId="bob").json()["content"] == "hello"
    CouponList.objects.filter(pk=source.pk).update(valid_until=timezone.now())
    assert ask(anonymousId="ada").json()["content"] == "hello"


def test_an_offer_shows_the_code_that_a_programme_gave(ask: Ask) -> None:
    until = timezone.now() + timedelta(days=3)
    source = CouponList.objects.create(name="spring", shared="S", valid_until=until, at=NOW)
    slot(Choice("hello"))
    lead = lead_of("ada", pages=2)
    Offered.objects.create(lead=lead, content="code", slot="hero", at=NOW)
    assert ask(anonymousId="ada").json()["content"] == "hello"
    CouponGiven.objects.create(list=source, lead=lead, code="FOR-ADA", once="nurture:1:2", at=NOW)
    told = ask(anonymousId="ada").json()
    assert "FOR-ADA" in told["html"]
    assert told["until"] == until.isoformat()


def test_an_erased_lead_is_nobody(ask: Ask) -> None:
    hero = slot(*STAGED)
    lead = lead_of("ada", demo=True)
    Seen.objects.create(lead=lead, slot=hero, content="buy", count=1)
    source = CouponList.objects.create(name="spring", shared="S", at=NOW, given=1)
    CouponGiven.objects.create(list=source, lead=lead, code="S", once="x", at=NOW)
    assert ask(anonymousId="ada").json()["content"] == "buy"
    erase(lead=lead.pk, actor=Actor("test"), now=NOW)
    assert ask(anonymousId="ada").json()["content"] == "hello"
    assert not Seen.objects.exists()
    assert CouponGiven.objects.get().lead is None


def test_it_takes_few_statements(ask: Ask) -> None:
    slot(*STAGED, Choice("compare", when="{trait: industry, is: care}"), most_seen=3)
    lead_of("ada", pages=2, industry="care")
    ask(anonymousId="ada")
    with CaptureQueriesContext(
        connection,
    ) as counted:
        ask(anonymousId="ada")
    assert len(counted) <= 14, json.dumps([each["sql"] for each in counted.captured_queries], indent=1)
    slot(*STAGED, name="plain")
    ask("plain", anonymousId="ada")
    with CaptureQueriesContext(connection) as counted:
        ask("plain", anonymousId="ada")
    assert len(counted) <= 10, json.dumps([each["sql"] for each in counted.captured_queries], indent=1)
