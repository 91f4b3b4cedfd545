"""The mail of a real lead: what is known of it, whether it may get it, how it is tried before."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.test import Client

from pyrometer import load
from pyrometer.app.agreement.models import Version
from pyrometer.app.capture.models import Form
from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import DOUBLE
from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email.content import collecting
from pyrometer.app.delivery.email.content.examining import examine
from pyrometer.app.delivery.email.content.making import make, preview
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.delivery.email.content.rendering import UnrenderableError
from pyrometer.app.delivery.email.content.trying import AN_HOUR, send_test
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.handoff.models import Assignment, Rep, Team
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature import reading
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.errors import UsageError
from tests.app.delivery.conftest import Mailbox
from tests.app.mails import message

from .leads import NOW, lead, says
from .written import ORIGIN, content

pytestmark = pytest.mark.django_db

DEFINITION = """format: 1
name: Ours
profile:
  need: {type: text, values: [met, unmet], unknown: [please choose]}
  Lead Source: {type: text}
events: {email_clicked: {}}
frameworks: {bant: {}}
scores: {interest: {rules: [{name: Clicks, event: email_clicked, points: 5}]}}
temperature: {warm: {when: {score: interest, at_least: 5}}}
"""
EVERYTHING = """{{ lead.name }} {{ lead.first_name }} {{ lead.last_name }} {{ lead.email }} {{ lead.country }}
{{ company.name }} {{ company.domain }} {{ rep.name }} {{ rep.email }} {{ coupon }} {{ lead.traits["Lead Source"] }}

{{ question }}

[form]({{ links.forms.demo }})
"""


@pytest.fixture
def live(db: None) -> Version:
    """The definition in force."""
    found = fingerprint(load(DEFINITION))
    return Version.objects.create(
        number=1, text=DEFINITION, fingerprint=found, name="Ours", state="live", created_at=NOW, live_at=NOW
    )


@pytest.fixture
def ada(live: Version) -> int:
    """A lead of whom much is known, who wants mails."""
    found = lead(
        firstName="Ada", lastName="Byron", company="Acme", country="DE", language="de", **{"Lead Source": "a fair"}
    )
    says(found, True, "email")
    return found


@pytest.fixture
def demo(db: None) -> Form:
    """A form that is open."""
    return Form.objects.create(kind="form", slug="demo", name="Demo", texts={"en": {"title": "Demo"}}, language="en")


@pytest.fixture
def bobs(bob: User, ada: int) -> None:
    """Bob has Ada in hand."""
    rep = Rep.objects.create(user=bob, team=Team.objects.create(name="Sales"))
    Assignment.objects.create(lead_id=ada, rep=rep, because="it is his", at=NOW)


@pytest.mark.usefixtures("demo", "bobs")
def test_a_mail_says_what_is_known_of_the_lead(ada: int) -> None:
    reading.read(NOW)
    made = make(content(EVERYTHING), lead=ada, once="m:1", now=NOW, coupon="TEN")
    assert made.to == "ada@acme.example"
    assert made.mail.text.startswith(
        "Ada Byron Ada Byron ada@acme.example DE Acme acme.example Bob bob@example.com TEN a fair\n\n"
    )
    # The first letter of BANT, asked in English, the only language of the content.
    assert "budget" in made.mail.text.split("\n\n")[1].lower()
    assert f"{ORIGIN}/f/demo?k=" in made.mail.text
    assert f"Unsubscribe: {ORIGIN}/unsubscribe/" in made.mail.text


def test_the_question_is_asked_in_the_language_of_the_mail(ada: int) -> None:
    reading.read(NOW)
    both = read("---\nname: x\npurpose: email\nlanguage: de\nsubject: Hallo\n---\n{{ question }}")
    assert "Budget" in make(both, lead=ada, once="m:1", now=NOW).mail.text


def test_the_links_of_a_mail_do_what_they_say(ada: int, demo: Form, client: Client) -> None:
    body = "[form]({{ links.forms.demo }}) [stop]({{ links.unsubscribe }})"
    made = make(content(body), lead=ada, once="m:1", now=NOW)
    form, ending = made.mail.links
    assert client.get(form.removeprefix(ORIGIN)).status_code == 200
    assert client.get(ending.removeprefix(ORIGIN)).status_code == 200
    assert not Consent.objects.filter(lead=ada, given=False).exists()
    # As mail programs do it, with the header alone: no page, no cookie, no token.
    sent = message(made.payload(), once="m:1", at=NOW)
    header = sent["List-Unsubscribe"]
    assert header == f"<{ending}>"
    secure = made.payload() | {"marketing": {"unsubscribe": ending.replace("http:", "https:")}}
    assert message(secure, once="m:1", at=NOW)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(header.strip("<>").removeprefix(ORIGIN), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Consent.objects.get(lead=ada, given=False).purpose.slug == "email"
    with pytest.raises(UnrenderableError, match="didn't agree to `email`"):
        make(content(body), lead=ada, once="m:2", now=NOW + timedelta(days=1))


def test_a_mail_is_tracked_only_where_the_lead_agreed_to_it(ada: int) -> None:
    look = content("[look](https://acme.example/) and [stop]({{ links.unsubscribe }})")
    plain = make(look, lead=ada, once="m:1", now=NOW).mail
    assert 'href="https://acme.example/"' in plain.html
    assert "/m/" not in plain.html + plain.text
    says(ada, True)
    seen = make(look, lead=ada, once="m:1", now=NOW).mail
    assert 'href="https://acme.example/"' not in seen.html
    assert seen.html.count(f"{ORIGIN}/m/") == 2
    assert seen.links[0] == plain.links[0] == "https://acme.example/"
    assert 'height="1"' in seen.html


def test_from_a_mail_to_evidence_and_back_to_a_temperature(ada: int, client: Client, mailbox: Mailbox) -> None:
    says(ada, True)
    made = make(content("[look](https://acme.example/plans)", topic="pricing"), lead=ada, once="m:1", now=NOW)
    outbox.post(channel="email", once="m:1", payload=made.payload(), now=NOW)
    sending.work(NOW)
    (envelope,) = mailbox.mails
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["List-Unsubscribe"].startswith(f"<{ORIGIN}/unsubscribe/")
    text = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    link = next(line.split(" ")[1] for line in text.splitlines() if line.startswith("[1] "))
    answer = client.get(link.removeprefix(ORIGIN), headers={"User-Agent": "Mozilla/5.0 (X11) Firefox/130.0"})
    assert answer.headers["Location"] == "https://acme.example/plans"
    later = Outgoing.objects.get(channel="seen").created_at
    sending.work(later)
    event = Event.objects.get(name="email_clicked")
    assert (event.lead_id, event.properties["topic"], event.properties["delivered_at"]) == (
        ada,
        "pricing",
        NOW.isoformat(),
    )
    reading.read(later)
    assert Lead.objects.get(pk=ada).reading.temperature == "warm"


def test_who_has_no_address_or_is_erased_gets_none_and_the_reason_says_so(ada: int, carol: User) -> None:
    Lead.objects.filter(pk=ada).update(email="")
    with pytest.raises(UnrenderableError, match="no address"):
        make(content("Hello"), lead=ada, once="m:1", now=NOW)
    evidence.erase(lead=ada, actor=Actor.of(carol), now=NOW)
    with pytest.raises(UnrenderableError, match="erased"):
        make(content("Hello"), lead=ada, once="m:1", now=NOW)
    with pytest.raises(UnrenderableError, match="erased"):
        preview(content("Hello"), lead=ada, now=NOW)


def test_service_needs_no_yes_and_has_no_way_out(live: Version) -> None:
    bo = lead("bo@acme.example")
    made = make(content("Your receipt", purpose="service"), lead=bo, once="m:1", now=NOW)
    assert message(made.payload(), once="m:1", at=NOW)["List-Unsubscribe"] is None


def test_an_answer_that_the_definition_reads_as_unknown_is_missing(ada: int) -> None:
    asked = content("Your need: {{ lead.traits.need | default: 'nobody knows' }}")
    assert "nobody knows" in make(asked, lead=ada, once="m:1", now=NOW).mail.text
    bo = lead("bo@acme.example", need="Please choose")
    says(bo, True, "email")
    assert "nobody knows" in make(asked, lead=bo, once="m:1", now=NOW).mail.text


def test_a_yes_that_waits_can_be_confirmed_from_the_mail(ada: int, client: Client) -> None:
    Purpose.objects.create(slug="news", texts={"en": "News?"})
    record(lead=ada, purpose="news", given=True, text="News?", at=NOW, now=NOW, basis=DOUBLE)
    made = make(content("[yes]({{ links.confirm }})", purpose="service"), lead=ada, once="m:1", now=NOW)
    assert made.mail.links[0].startswith(f"{ORIGIN}/confirm/")
    assert "/m/" not in made.mail.html


def test_a_content_is_examined_by_what_there_is_here(ada: int, demo: Form) -> None:
    good = content("{{ lead.traits['Lead Source'] | default: 'x' }} {{ links.forms.demo }}")
    assert [each for each in examine(good, collecting.ground()) if each.level == "error"] == []
    bad = content("{{ lead.traits.needs }} {{ links.forms.dmo }}", purpose="emial")
    said = [each.fix for each in examine(bad, collecting.ground()) if each.level == "error"]
    for meant in ("`lead.traits.need`", "`links.forms.demo`", "`email`"):
        assert f"did you mean {meant}?" in said


def test_a_preview_is_the_mail_with_links_that_decide_nothing(ada: int, demo: Form, client: Client) -> None:
    says(ada, True)
    body = "Hello {{ lead.name }} [form]({{ links.forms.demo }}) [x](https://acme.example/)"
    seen = preview(content(body), lead=ada, now=NOW)
    real = make(content(body), lead=ada, once="m:1", now=NOW).mail
    assert seen.text.startswith("Hello Ada Byron form [1] x [2]")
    assert seen.subject == real.subject
    assert seen.links == (f"{ORIGIN}/f/demo", "https://acme.example/")
    assert "/m/" not in seen.html
    assert client.post(f"{ORIGIN}/unsubscribe/preview/").status_code == 404
    assert f"{ORIGIN}/unsubscribe/preview/" in seen.text
    assert "unsubscribe/preview" not in real.text


def test_a_preview_says_why_a_lead_wouldnt_get_it_and_needs_no_yes(live: Version) -> None:
    bo = lead("bo@acme.example")
    with pytest.raises(UnrenderableError, match=r"`lead\.name` isn't known"):
        preview(content("Hello {{ lead.name }}"), lead=bo, now=NOW)
    assert preview(content("Hello"), lead=bo, now=NOW).text.startswith("Hello")
    slot = preview(content("Hello **you**", "", kind="slot"), lead=bo, now=NOW)
    assert (slot.subject, slot.text, slot.html) == ("", "Hello you\n", "<p>Hello <strong>you</strong></p>\n")


def test_a_test_mail_goes_to_the_users_own_address_and_does_nothing_to_the_lead(
    ada: int, alice: User, mailbox: Mailbox
) -> None:
    says(ada, True)
    send_test(user=alice, content=content("Hello {{ lead.name }}", "Hi"), lead=ada, now=NOW)
    sending.work(NOW)
    (envelope,) = mailbox.mails
    assert envelope.rcpt_tos == ["alice@example.com"]
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert mail["Subject"] == "[Test] Hi"
    assert mail["List-Unsubscribe"] is None
    text = mail.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    assert text.startswith("Hello Ada Byron")
    assert f"{ORIGIN}/unsubscribe/preview/" in text
    entry = AuditEntry.objects.get(action="mail.tested")
    assert (entry.user, entry.subject, entry.detail) == (alice, f"lead:{ada}", {"content": "hello", "language": "en"})


def test_a_user_sends_so_many_test_mails_an_hour(ada: int, alice: User, bob: User) -> None:
    def tries(user: User, at: Any) -> str:
        return send_test(user=user, content=content("Hello"), lead=ada, now=at)

    assert len({tries(alice, NOW + timedelta(minutes=number)) for number in range(AN_HOUR)}) == AN_HOUR
    with pytest.raises(UsageError, match="the next in 31 minutes"):
        tries(alice, NOW + timedelta(minutes=30))
    assert Outgoing.objects.filter(once__startswith=f"test:{alice.pk}:").count() == AN_HOUR
    tries(bob, NOW + timedelta(minutes=30))
    tries(alice, NOW + timedelta(minutes=61))


def test_who_left_and_a_slot_are_not_tried(ada: int, charlie: User, alice: User) -> None:
    with pytest.raises(UsageError, match="left"):
        send_test(user=charlie, content=content("Hello"), lead=ada, now=NOW)
    with pytest.raises(UsageError, match="slot"):
        send_test(user=alice, content=content("Hello", "", kind="slot"), lead=ada, now=NOW)
    assert not Outgoing.objects.exists()
