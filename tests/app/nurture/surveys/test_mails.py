"""Questions in mails: a mail of its own, and a part of a content, in the languages of leads."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.capture.models import Form
from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email.content.examining import Ground, examine
from pyrometer.app.delivery.email.content.making import Made, make
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.delivery.email.content.rendering import UnrenderableError
from pyrometer.app.delivery.email.content.variables import Known
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import tokens
from pyrometer.app.nurture.surveys.ignoring import ARRIVES, WAIT, ignored, mail_key
from pyrometer.app.nurture.surveys.mails import MOST_LINKS, asking_content, asking_parts
from pyrometer.app.nurture.surveys.words import WORDS
from tests.app.delivery.conftest import Mailbox, hung_up, mailbox  # noqa: F401

from .conftest import Ask, NewLead

pytestmark = pytest.mark.django_db
ORIGIN = "http://testserver"
CONTENT = """---
name: tips
purpose: email
pitch: low
subject: Three tips
---
Hello {{ lead.first_name | default: "there" }},

here they are.
"""


def ask_mail(asked: Asked, root: Lead, language: str, now: datetime, purpose: str = "email") -> Made:
    """The mail that a programme sends which asks one question."""
    content = asking_content(asked, language, purpose)
    parts = asking_parts(asked, root, language, now)
    return make(content, lead=root.pk, once="asked", now=now, question=parts.question, answers=parts.block)


def hrefs(html: str) -> list[str]:
    """The links of a mail."""
    return [unescape(each) for each in re.findall(r'href="([^"]+)"', html)]


def tags(html: str) -> set[str]:
    """The tags of a mail, as a browser reads it."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.add(tag)

    Reader().feed(html)
    return found


def test_a_mail_that_asks_one_question(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    asked = ask(ada)
    mail = ask_mail(asked, ada, "en", now).mail
    assert mail.subject == "What goes wrong today?"
    path = ORIGIN + tokens.path(asked, now)
    links = hrefs(mail.html)
    assert links[:3] == [f"{path}?a={value}" for value in ("confirmed", "possible", "none")]
    assert any("/unsubscribe/" in each for each in links[3:])
    assert "Hello Ada," in mail.text
    assert all(each in mail.text for each in (*links[:3], "Confirmed [1]", "Unsubscribe: "))
    # Nothing inline is left to a style sheet that some programs drop.
    assert re.search(r'<a [^>]*class="button"[^>]*style="[^"]*background-color', mail.html)
    assert not any("/m/" in each for each in links), "answers aren't followed by way of us"


@pytest.mark.parametrize("language", sorted(WORDS))
def test_it_speaks_as_the_lead_does(new_lead: NewLead, ask: Ask, now: datetime, language: str) -> None:
    ada = new_lead()
    mail = ask_mail(ask(ada), ada, language, now).mail
    assert mail.language == language
    assert f'lang="{language}"' in mail.html
    assert WORDS[language]["click"] in mail.text
    assert mail.subject == {
        "en": "What goes wrong today?", "de": "Was läuft heute schief?", "sv": "Vad går fel i dag?",
        "ja": "お困りのことは何ですか",
    }[language]  # fmt: skip
    wide = ask_mail(ask(ada, "influence"), ada, language, now).mail
    assert f"{WORDS[language]['yes']} [1]" in wide.text
    free = ask_mail(ask(ada, "timeline"), ada, language, now).mail
    assert f"{WORDS[language]['write']} [1]" in free.text
    assert ask_mail(ask(ada), ada, "fr", now).mail.language == "en"


def test_what_has_too_many_answers_is_answered_on_its_page(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    options = [{"value": f"{number}", "label": {}} for number in range(MOST_LINKS + 1)]
    Form.objects.create(slug="f", name="F", fields=[{"trait": "shade", "type": "choice", "options": options}])
    ada = new_lead()
    asked = ask(ada, "", question={"en": "Shade?"}, trait="shade")
    assert hrefs(asking_parts(asked, ada, "en", now).html) == [ORIGIN + tokens.path(asked, now)]


def test_own_words_are_words_and_nothing_else(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    words = "{{ lead.email }} {% if %} <script>x</script> [a](https://evil.example) **?**\r\nBcc: a@b.example"
    asked = ask(ada, "", question={"en": words})
    mail = ask_mail(asked, ada, "en", now).mail
    assert "\n" not in mail.subject
    assert mail.subject.startswith("{{ lead.email }} {% if %} <script>")
    assert "script" not in tags(mail.html)
    assert "https://evil.example" not in hrefs(mail.html)
    assert "[a](https://evil.example)" in mail.text


def test_what_nobody_is_asked_any_more_makes_no_mail(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    for asked in (ask(ada, "silent"), ask(ada, "gone")):
        with pytest.raises(UnrenderableError):
            ask_mail(asked, ada, "en", now)


def test_the_links_of_a_mail_that_is_only_looked_at_lead_nowhere(
    client: Client, new_lead: NewLead, live: object, now: datetime
) -> None:
    (first, *_) = hrefs(asking_parts(Asked(criterion="need"), new_lead(), "en", now).html)
    assert first == f"{ORIGIN}/survey/preview/?a=confirmed"
    assert client.get(first.removeprefix(ORIGIN)).status_code == 404


@pytest.mark.parametrize(
    ("text", "text_says"),
    [
        # Without a word of it in the content, question and answers stand below.
        ("", ["here they are.", "What goes wrong today?", "Confirmed [1]"]),
        ("By the way: {{ question }}\n", ["By the way: What goes wrong today?", "Confirmed [1]"]),
        ("{{ question }}\n\n{{ answers }}\n\nBest, Bob\n", ["What goes wrong today?", "Confirmed [1]", "Best, Bob"]),
        ("{% if answers %}{{ answers }}{% endif %}\n\n{{ question }}", ["Confirmed [1]", "What goes wrong today?"]),
    ],
)
def test_a_content_that_asks(new_lead: NewLead, ask: Ask, now: datetime, text: str, text_says: list[str]) -> None:
    ada = new_lead()
    found = asking_parts(ask(ada), ada, "en", now)
    content = read(CONTENT + "\n" + text)
    mail = make(content, lead=ada.pk, once="x", now=now, question=found.question, answers=found.block).mail
    places = [mail.text.index(each) for each in text_says]
    assert places == sorted(places)
    assert mail.text.count("Confirmed [1]") == 1
    assert mail.text.count("What goes wrong today?") == 1
    # This lead is tracked, and what it answers isn't known by way of that.
    assert any("/m/" in each for each in re.findall(r'src="([^"]+)"', mail.html))
    assert sum("/survey/" in each for each in hrefs(mail.html)) == 3
    plain = make(read(CONTENT), lead=ada.pk, once="x", now=now).mail
    assert "/survey/" not in plain.html


def test_answers_stand_on_a_line_of_their_own(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    found = asking_parts(ask(ada), ada, "en", now)
    content = read(CONTENT + "\nSo: {{ answers }}, please.\n")
    ground = Ground(Known({}), ("email",), ORIGIN)
    problems = [problem for problem in examine(content, ground) if problem.level == "error"]
    assert [problem.what for problem in problems] == ["a block within a text"]
    assert problems[0].line == 11
    with pytest.raises(UnrenderableError):
        make(content, lead=ada.pk, once="x", now=now, question=found.question, answers=found.block)
    good = read(CONTENT + "\n{% if question %}{{ question }}{% endif %}\n\n{% if answers %}{{ answers }}{% endif %}\n")
    assert [problem for problem in examine(good, ground) if problem.level != "note"] == []


def test_links_of_mails_last_half_a_year(client: Client, new_lead: NewLead, ask: Ask, now: datetime) -> None:
    asked = ask(new_lead())
    token = tokens.path(asked, now).split("/")[2]
    assert tokens.asked_by(token, now + timedelta(days=180)) == asked.pk
    assert tokens.asked_by(token, now + timedelta(days=180, seconds=1)) is None


def test_a_mail_goes_only_to_who_agreed(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    shy = new_lead("shy", agrees=False)
    with pytest.raises(UnrenderableError, match="didn't agree"):
        ask_mail(ask(shy), shy, "en", now)
    # What a lead asked for needs no yes, and has no way out.
    made = ask_mail(ask(shy), shy, "en", now, purpose="service")
    assert "marketing" not in made.payload()
    assert "/unsubscribe/" not in made.mail.html
    unreachable = Lead.objects.create(created_at=now, last_seen_at=now)
    Lead.objects.filter(pk=unreachable.pk).update(root=unreachable)
    with pytest.raises(UnrenderableError, match="no address"):
        ask_mail(Asked(criterion="need"), unreachable, "en", now)


def test_from_the_outbox_to_an_answer_and_to_silence(
    client: Client,
    mailbox: Mailbox,  # noqa: F811
    new_lead: NewLead,
    ask: Ask,
) -> None:
    """By a real mail server: one answers by the link that arrived, one doesn't, and one mail is refused."""
    now = timezone.now() - 2 * WAIT
    mailbox.says = lambda command, envelope: (
        "550 5.1.1 no such user" if command == "DATA" and "nobody@kettles.example" in envelope.rcpt_tos else None
    )
    asked = {}
    for name in ("ada", "bea", "nobody"):
        lead = new_lead(name, at=now - WAIT)
        asked[name] = ask(lead, at=now)
        made = ask_mail(asked[name], lead, "en", now)
        outbox.post(channel="email", once=mail_key(asked[name]), payload=made.payload(), now=now)
    while sending.work(now):
        pass
    bodies = {}
    for envelope in mailbox.mails:
        received = message_from_bytes(envelope.content, policy=default)
        assert "/unsubscribe/" in received["List-Unsubscribe"]
        plain = received.get_body(("plain",))
        assert plain is not None
        bodies[envelope.rcpt_tos[0]] = plain.get_content()
    assert set(bodies) == {"ada@kettles.example", "bea@kettles.example"}
    found = re.search(r"http://testserver(/survey/\S+)\?a=none", bodies["ada@kettles.example"])
    assert found is not None
    client.post(found[1], {"answer": "none"}, headers={"user-agent": "Firefox"})
    ignored(now + ARRIVES)
    for row in asked.values():
        row.refresh_from_db()
    assert asked["ada"].answer == "none"
    assert asked["bea"].ignored_at is not None
    assert (asked["nobody"].ignored_at, asked["nobody"].lapsed_at) == (None, now + ARRIVES)
