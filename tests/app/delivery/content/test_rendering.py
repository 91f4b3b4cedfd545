"""The mail of one lead: its parts, its language, its way out; and that nothing a lead says of itself breaks out."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.delivery.email.content.facts import LONGEST, Facts, clean
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.delivery.email.content.rendering import LONGEST_LINE, Tracked, UnrenderableError, render, render_slot

from .written import ENDING, FACTS, ORIGIN, content, knowing, mail

EVERYWHERE = """# Hello {{ lead.name }}

- {{ lead.name }} **{{ lead.name }}** `{{ lead.name }}` [{{ lead.name }}](https://acme.example/?n={{ lead.name }})
- ![{{ lead.name }}](https://acme.example/{{ lead.name }}.png)

> {{ lead.name }}

| {{ lead.name }} |
|---|
| {{ lead.name }} |
"""
"""A value in every place of Markdown where one may stand."""


class Tags(HTMLParser):
    """The tags and addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_a_mail_has_a_subject_a_text_and_a_page_that_can_be_read_out() -> None:
    made = mail("Hello **{{ lead.name }}**", "For {{ lead.first_name }}", preheader="A line about it")
    assert made.subject == "For Ada"
    assert made.text == f"Hello Ada Byron\n\n-- \nUnsubscribe: {ENDING}\n"
    assert '<html lang="en">' in made.html
    assert "<title>For Ada</title>" in made.html
    assert ">Ada Byron</strong>" in made.html
    assert made.html.index("A line about it") < made.html.index("Hello")
    assert "prefers-color-scheme: dark" in made.html
    assert "max-width: 600px" in made.html


def test_styles_are_written_to_the_tags() -> None:
    html = mail("# Big\n\nSmall").html
    assert re.search(r'<h1 style="[^"]*font-size: 24px', html)
    assert re.search(r'<p style="[^"]*margin: 0 0 16px', html)


def test_a_lead_gets_its_language_down_to_the_foot() -> None:
    both = read("---\nname: x\npurpose: email\nsubject: {en: Hi, de: Moin}\n---\nHello\n--- de ---\nHallo")
    german = render(both, FACTS, languages=["de-AT", "en"], origin=ORIGIN)
    assert (german.language, german.subject) == ("de", "Moin")
    assert german.text == f"Hallo\n\n-- \nAbbestellen: {ENDING}\n"
    assert '<html lang="de">' in german.html
    assert render(both, FACTS, languages=["sv"], origin=ORIGIN).text.startswith("Hello")


def test_the_way_out_stands_once_where_the_author_put_it_or_else_in_the_foot() -> None:
    own = mail("Enough? [Stop]({{ links.unsubscribe }})")
    assert own.html.count(ENDING) == 1
    assert "\n-- \n" not in own.text
    facts = replace(FACTS, links={**FACTS.links, "preferences": f"{ORIGIN}/preferences/x/"})
    assert f"Choose what you get: {ORIGIN}/preferences/x/\nUnsubscribe: {ENDING}" in mail("Hi", facts=facts).text


def test_marketing_without_a_way_out_is_not_made_and_service_has_none() -> None:
    without = replace(FACTS, links={})
    with pytest.raises(UnrenderableError, match="unsubscribe"):
        mail("Hello", facts=without)
    made = render(content("Your receipt", purpose="service"), FACTS, origin=ORIGIN)
    assert "nsubscribe" not in made.text + made.html


def test_a_value_that_is_missing_stops_the_mail_with_its_name() -> None:
    with pytest.raises(UnrenderableError, match=r"`lead\.traits\.budget` isn't known of this lead"):
        mail("Your budget: {{ lead.traits.budget }}")
    with pytest.raises(UnrenderableError, match=r"`coupon`"):
        mail("Hello", "Your code {{ coupon }}")
    assert "Hello there" in mail("Hello {{ lead.traits.nick | default: 'there' }}").text


@pytest.mark.parametrize("said", ["", " ", "n/a", "None", "unknown", None, [], {"x": 1}])
def test_what_says_nothing_is_missing(said: object) -> None:
    assert "Hello there" in mail("Hello {{ lead.traits.x | default: 'there' }}", facts=knowing(x=said)).text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (120, "120"),
        (1.5, "1.5"),
        (True, "true"),
        (["a", None, "b"], "a, b"),
        ({"name": "Acme", "size": 4}, "Acme"),
        ("  a \t b\u2028c ", "a b c"),
    ],
)
def test_traits_of_any_kind_are_shown_as_people_read_them(value: object, shown: str) -> None:
    assert mail("<{{ lead.traits.x }}>", facts=knowing(x=value)).text.startswith(f"<{shown}>")


HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "markdown": "](https://evil.example/) [x](https://evil.example/) ![y](https://evil.example/z.png)",
    "markdown blocks": "\n\n# Big\n\n> quote\n\n- list\n\n---\n\n```\n",
    "autolink": "<https://evil.example/>",
    "liquid": "{{ lead.email }} {% for i in (1..999999) %}x{% endfor %}",
    "stand-ins": "qv0x0z qv0x1z",
    "headers": "Ada\r\nBcc: all@evil.example\r\n\r\nHello",
    "turned": "\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f",
    "controls": "a\x00b\x1bc\x7fd\x85e",
    "half a letter": "a\ud800b",
    "huge": "A" * 1_000_000,
    "zalgo": "Z" + "\u0335" * 5000,
    "entities": "&lt;b&gt; &#60;i&#62; &nbsp;",
    "javascript": "javascript:alert(1)",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_nothing_that_a_lead_says_breaks_out_of_its_place(value: str) -> None:
    harmless, made = (
        mail(EVERYWHERE, "Hi {{ lead.name }}", knowing(name="Ada")),
        mail(EVERYWHERE, "Hi {{ lead.name }}", knowing(name=value)),
    )
    assert Tags(made.html).tags == Tags(harmless.html).tags
    hosts = {address.split("/")[2] for address in Tags(made.html).addresses}
    assert hosts == {"acme.example", "testserver"}
    assert not set("\r\n\0\x1b") & set(made.subject)
    assert not set("\u202e\u202c\u2066\u2069\0\x1b\r") & set(made.text + made.html)
    assert len(made.subject) <= LONGEST_LINE
    assert len(made.html) < 12 * 6 * LONGEST + len(harmless.html)
    assert "ada@" not in made.text
    assert made.text.count("\n") == harmless.text.count("\n")


EXPECTED = Tags(mail(EVERYWHERE).html).tags


@given(value=st.text(max_size=400))
def test_any_text_of_a_lead_makes_valid_parts(value: str) -> None:
    body = EVERYWHERE.replace("lead.name", "lead.name | default: 'nobody'")
    made = mail(body, "Hi {{ lead.name | default: 'nobody' }}!", knowing(name=value))
    assert Tags(made.html).tags == EXPECTED
    assert len(made.subject.splitlines()) == 1
    assert made.subject.startswith("Hi ")
    (made.subject + made.text + made.html).encode("utf-8")


@given(value=st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(value: str) -> None:
    once = clean(value)
    assert clean(once) == once


def test_links_are_followed_by_us_where_that_may_be_and_never_the_way_out() -> None:
    body = (
        "[a](https://a.example/) [b](https://b.example/) [a again](https://a.example/) [stop]({{ links.unsubscribe }})"
    )
    tracked = Tracked(lambda url, number: f"{ORIGIN}/m/{number}/", f"{ORIGIN}/m/x.gif")
    made = render(content(body), FACTS, origin=ORIGIN, tracked=tracked)
    page = Tags(made.html).addresses
    assert page == [f"{ORIGIN}/m/1/", f"{ORIGIN}/m/2/", f"{ORIGIN}/m/1/", ENDING, f"{ORIGIN}/m/x.gif"]
    assert made.links == ("https://a.example/", "https://b.example/", ENDING)
    assert f"[1] {ORIGIN}/m/1/" in made.text
    plain = render(content(body), FACTS, origin=ORIGIN)
    assert Tags(plain.html).addresses == [*["https://a.example/", "https://b.example/", "https://a.example/"], ENDING]


def test_a_slot_is_no_mail_and_a_mail_is_no_slot() -> None:
    with pytest.raises(UnrenderableError, match="no mail of its own"):
        mail("Hello", "", kind="slot")
    with pytest.raises(UnrenderableError, match="no slot"):
        render_slot(content("Hello"), FACTS)


def test_what_is_left_empty_is_not_sent() -> None:
    with pytest.raises(UnrenderableError, match="nothing is left"):
        mail("{% if lead.traits.x %}Hello{% endif %}")
    with pytest.raises(UnrenderableError, match="subject is empty"):
        mail("Hello", "{% if lead.traits.x %}Hello{% endif %}")


def test_the_outbox_takes_what_is_made() -> None:
    made = render(content("Hello"), FACTS, origin=ORIGIN)
    payload = made.payload("ada@acme.example")
    assert payload["to"] == "ada@acme.example"
    assert (payload["subject"], payload["text"], payload["html"]) == (made.subject, made.text, made.html)


def test_a_lead_of_which_nothing_is_known_is_no_error_by_itself() -> None:
    assert mail("Hello", facts=Facts(links={"unsubscribe": ENDING})).text.startswith("Hello")
