"""Mails of programmes on their way: written as they leave, to a real server; held, barred and counted."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest

from pyrometer.app.capture.models import Form
from pyrometer.app.consent import actions as consent
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.merging import merge, unmerge
from pyrometer.app.nurture.actions import contents, people, programmes
from pyrometer.app.nurture.models import Asked, Content, CouponCode, CouponList, Enrolment
from tests.app.nurture.conftest import (
    CONTENT,
    MARKETING,
    MONDAY,
    Person,
    content,
    does,
    publish,
    read,
    text_of,
    travel,
    work,
)
from tests.app.nurture.mailing import Mailbox, hung_up, mailbox, one_thread, send

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SERIES = "- send: one\n- wait: 1w\n- send: two\n- wait: 1w"
assert hung_up
assert mailbox
assert one_thread


def got(box: Mailbox) -> list[EmailMessage]:
    return [message_from_bytes(each.original_content, policy=default) for each in box.mails]  # type: ignore[misc]


def waiting() -> list[tuple[str, str]]:
    """What became of the mails: its content (where it is known), and what is said of it."""
    return [
        (row.payload.get("content", ""), row.error) for row in Outgoing.objects.filter(channel="email").order_by("pk")
    ]


def test_a_mail_says_what_is_true_when_it_leaves(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", SERIES))
    person("ada")
    work(MONDAY)
    contents.save(
        text=Content.objects.get(name="one").text.replace("About one", "One once more"),
        name="one",
        actor=MARKETING,
        now=MONDAY,
    )
    send(MONDAY)
    (mail,) = got(mailbox)
    assert (mail["To"], mail["Subject"]) == ("ada@example.org", "One once more")
    assert "Hello Ada" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Hello Ada" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "/unsubscribe/" in mail["List-Unsubscribe"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (row,) = Outgoing.objects.filter(channel="email")
    assert row.done_at is not None
    assert "Ada" not in str(row.payload), "what it said isn't kept"
    send(MONDAY + DAY)
    assert len(mailbox.mails) == 1


def test_a_pause_stops_what_waits_and_going_on_lets_it_leave(person: Person, mailbox: Mailbox) -> None:
    programme = publish(text_of("series", SERIES))
    person("ada"), person("bob")
    work(MONDAY)
    assert programmes.pause(programme=programme, actor=MARKETING, now=MONDAY) == 2
    send(MONDAY + timedelta(minutes=1))
    person("eve")
    work(MONDAY + HOUR)
    assert mailbox.mails == []
    assert Enrolment.objects.count() == 2, "nobody enters"
    programmes.resume(programme=programme, actor=MARKETING, now=MONDAY + 2 * HOUR)
    send(MONDAY + 2 * HOUR)
    assert sorted(mail["To"] for mail in got(mailbox)) == ["ada@example.org", "bob@example.org"]
    travel(MONDAY + 2 * HOUR, MONDAY + 8 * DAY)
    assert Enrolment.objects.count() == 3


def test_a_mail_that_was_posted_while_it_was_paused_is_held(person: Person, mailbox: Mailbox) -> None:
    programme = publish(text_of("series", SERIES))
    person("ada")
    work(MONDAY)
    programmes.pause(programme=programme, actor=MARKETING, now=MONDAY)
    Outgoing.objects.update(held_at=None)  # a worker that looked before the pause posted it after
    send(MONDAY + HOUR)
    assert mailbox.mails == []
    assert Outgoing.objects.get().held_at is not None
    assert Outgoing.objects.get().attempts == 0
    programmes.resume(programme=programme, actor=MARKETING, now=MONDAY + 2 * HOUR)
    send(MONDAY + 2 * HOUR)
    assert len(mailbox.mails) == 1


def test_a_mail_that_was_held_as_its_programme_went_on_leaves_a_day_later(person: Person, mailbox: Mailbox) -> None:
    programme = publish(text_of("series", SERIES))
    person("ada")
    work(MONDAY)
    programmes.pause(programme=programme, actor=MARKETING, now=MONDAY)
    programmes.resume(programme=programme, actor=MARKETING, now=MONDAY + HOUR)
    Outgoing.objects.update(held_at=MONDAY + HOUR)  # a worker that asked before it went on held it after
    work(MONDAY + DAY)
    send(MONDAY + DAY)
    assert len(mailbox.mails) == 1
    assert Outgoing.objects.get().held_at is None


@pytest.mark.parametrize("how", ["out", "paused"])
def test_what_needs_nobody_s_word_is_stopped_as_well(person: Person, mailbox: Mailbox, how: str) -> None:
    content("papers", purpose="service")
    programme = publish(text_of("series", "- send: papers\n- wait: 1w").replace("purpose: email", "purpose: service"))
    person("ada")
    work(MONDAY)
    assert not Outgoing.objects.get().marketing
    if how == "out":
        people.remove(enrolment=Enrolment.objects.get(), because="it asked", actor=MARKETING, now=MONDAY)
    else:
        programmes.pause(programme=programme, actor=MARKETING, now=MONDAY)
        Outgoing.objects.update(held_at=None)  # a worker that looked before the pause posted it after
    send(MONDAY + HOUR)
    assert mailbox.mails == []


def test_a_content_that_is_for_something_else_by_now_isn_t_sent(person: Person, mailbox: Mailbox) -> None:
    """It was papers that somebody asked for; nobody agreed to what it says now."""
    content("papers", purpose="service")
    publish(text_of("series", "- send: papers\n- wait: 1w").replace("purpose: email", "purpose: service"))
    person("ada", agrees=None)
    work(MONDAY)
    assert Outgoing.objects.count() == 1
    contents.save(text=CONTENT.format(name="papers", purpose="email"), name="papers", actor=MARKETING, now=MONDAY)
    send(MONDAY)
    assert mailbox.mails == []
    assert waiting() == [("papers", "`papers` is for `email` by now, and not for `service`")]


def test_leads_that_are_one_get_a_mail_that_waits_once(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", SERIES))
    ada, bob = person("ada"), person("bob")
    work(MONDAY)
    merge(winner=ada.pk, loser=bob.pk, actor=MARKETING, reason="the same", now=MONDAY)
    send(MONDAY)
    assert [mail["Subject"] for mail in got(mailbox)] == ["About one"]


def test_leads_that_are_taken_apart_have_a_code_each(person: Person, mailbox: Mailbox) -> None:
    """One of them may have got the code for the mail of the other, while they were one."""
    codes = CouponList.objects.create(name="spring", at=MONDAY)
    for number in range(3):
        CouponCode.objects.create(list=codes, code=f"CODE-{number}", number=number)
    content("code")
    text = Content.objects.get(name="code").text.replace("and it says", "{{ coupon }}, and it says")
    contents.save(text=text, name="code", actor=MARKETING, now=MONDAY)
    publish(text_of("series", "- offer: {coupon: spring, for: 4w}\n- send: code\n- wait: 2d\n- send: code\n- wait: 1w"))
    ada, bob = person("ada"), person("bob", agrees=None)
    work(MONDAY)
    done = merge(winner=bob.pk, loser=ada.pk, actor=MARKETING, reason="the same", now=MONDAY)
    send(MONDAY)
    assert len(mailbox.mails) == 1
    unmerge(merge=done.pk, actor=MARKETING, now=MONDAY + DAY)
    read(MONDAY + DAY)
    travel(MONDAY + DAY, MONDAY + 3 * DAY)
    send(MONDAY + 3 * DAY)
    assert [row.error for row in Outgoing.objects.filter(payload__lead=ada.pk)] == []
    assert len(mailbox.mails) == 2


@pytest.mark.parametrize("seen", [True, False])
def test_who_left_since_gets_no_mail(person: Person, mailbox: Mailbox, *, seen: bool) -> None:
    """Whether or not the step that sees it came first."""
    publish(text_of("series", SERIES))
    ada = person("ada")
    work(MONDAY)
    does("ada", "asked", at=MONDAY + HOUR, size=6000)
    read(MONDAY + HOUR)
    if seen:
        work(MONDAY + HOUR)
        assert Enrolment.objects.get().why == "handed_over"
    send(MONDAY + HOUR)
    assert [mail["To"] for mail in got(mailbox) if mail["To"] == "ada@example.org"] == []
    row = Outgoing.objects.get(payload__lead=ada.pk)
    assert "left the programme" in row.error
    assert row.given_up_at is not None


def test_who_said_no_since_gets_no_mail(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    work(MONDAY)
    consent.record(lead=ada.pk, purpose="email", given=False, text="No", at=MONDAY, now=MONDAY, source="hand")
    send(MONDAY + HOUR)
    assert mailbox.mails == []


def test_the_last_mail_of_a_programme_is_sent_after_its_end(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", "- send: one"))
    person("ada")
    work(MONDAY)
    assert Enrolment.objects.get().why == "finished"
    send(MONDAY + HOUR)
    assert len(mailbox.mails) == 1


def test_a_mail_that_can_t_be_written_is_given_up_with_the_reason(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", SERIES))
    person("ada"), person("bob")
    work(MONDAY)
    broken = Content.objects.get(name="one").text.replace('| default: "there"', "| upcase: 7")
    Content.objects.filter(name="one").update(text=broken)
    send(MONDAY + HOUR)
    assert mailbox.mails == []
    assert all("one" in error or "upcase" in error for _, error in waiting()), waiting()
    assert Outgoing.objects.filter(given_up_at__isnull=False).count() == 2


def test_a_notice_reaches_the_rep_and_else_the_managers(person: Person, mailbox: Mailbox, bob: Any, carol: Any) -> None:
    from pyrometer.app.handoff.models import Assignment, Rep, Team

    publish(text_of("series", '- notify: {to: rep, say: {en: "It clicked", de: "Sie hat geklickt"}}\n- wait: 1w'))
    ada, eve = person("ada"), person("eve")
    rep = Rep.objects.create(user=bob, team=Team.objects.create(name="Sales"))
    Assignment.objects.create(lead=ada, rep=rep, because="asked", at=MONDAY)
    bob.language = "de"
    bob.save()
    work(MONDAY)
    send(MONDAY)
    told = {mail["To"]: mail for mail in got(mailbox)}
    assert sorted(told) == ["bob@example.com", "carol@example.com"]
    assert "Sie hat geklickt" in told["bob@example.com"]["Subject"]
    assert f"/leads/{eve.pk}/" in told["carol@example.com"].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_mail_asks_its_question_with_answers_a_click_away(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", "- {send: one, asking: need}\n- wait: 1w"))
    person("ada"), person("bob", need="met")
    work(MONDAY)
    send(MONDAY)
    told = {mail["To"]: mail.get_body(("html",)).get_content() for mail in got(mailbox)}  # type: ignore[union-attr]
    assert "/survey/" in told["ada@example.org"]
    assert "/survey/" not in told["bob@example.org"], "what is known isn't asked"


def test_a_question_is_a_mail_of_its_own(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", '- ask: {question: {en: "What should we do better?"}, trait: liking}\n- wait: 1w'))
    person("ada")
    work(MONDAY)
    send(MONDAY)
    (mail,) = got(mailbox)
    assert mail["Subject"] == "What should we do better?"
    assert "/unsubscribe/" in mail["List-Unsubscribe"]
    assert "/survey/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_coupon_is_given_once_to_each_and_stands_in_the_mail(person: Person, mailbox: Mailbox) -> None:
    source = CouponList.objects.create(name="spring", limit=2, at=MONDAY)
    for number, code in enumerate(["AAA", "BBB"]):
        CouponCode.objects.create(list=source, code=code, number=number)
    contents.save(
        text=CONTENT.format(name="one", purpose="email").replace("Hello", "{{ coupon }} is yours. Hello"),
        actor=MARKETING,
        now=MONDAY,
    )
    publish(text_of("series", "- offer: {coupon: spring, for: 30d}\n- send: one\n- wait: 2w\n- send: one"))
    for name in ("ada", "bob", "eve"):
        person(name)
    work(MONDAY)
    send(MONDAY)
    travel(MONDAY, MONDAY + 15 * DAY)
    send(MONDAY + 15 * DAY)
    codes = sorted((mail["To"], mail.get_body(("plain",)).get_content()[:3]) for mail in got(mailbox))  # type: ignore[union-attr]
    assert len(codes) == 4, "who got none gets no mail that promises one"
    assert len(set(codes)) == 2
    assert {code for _, code in codes} == {"AAA", "BBB"}
    refused = [row.error for row in Outgoing.objects.filter(given_up_at__isnull=False)]
    assert refused == ["all codes of the list `spring` are given, so there is none for this lead"] * 2


def test_a_content_that_asks_by_a_form_is_a_question_asked(person: Person, mailbox: Mailbox) -> None:
    field = {"trait": "liking", "label": {"en": "What do you like?"}}
    Form.objects.create(kind="form", slug="liking", name="Liking", fields=[field], texts={"en": {"title": "Well?"}})
    text = CONTENT.format(name="one", purpose="email").replace("pitch: low", "pitch: low\nkind: survey")
    contents.save(text=text + "\n[Tell us]({{ links.forms.liking }})\n", actor=MARKETING, now=MONDAY)
    publish(text_of("series", "- send: one\n- wait: 2w"))
    ada = person("ada")
    work(MONDAY)
    send(MONDAY)
    assert "/f/liking?k=" in got(mailbox)[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert Asked.objects.values_list("lead", "content", "form", "act").get() == (ada.pk, "one", "liking", 1)


def test_a_content_that_became_a_sales_pitch_reaches_no_cool_lead(person: Person, mailbox: Mailbox) -> None:
    publish(text_of("series", "- send: one\n- wait: 2w"))
    person("ada"), person("bob", event="seen")
    work(MONDAY)
    text = Content.objects.get(name="one").text.replace("pitch: low", "pitch: sales")
    contents.save(text=text, name="one", actor=MARKETING, now=MONDAY)
    send(MONDAY)
    assert [mail["To"] for mail in got(mailbox)] == ["bob@example.org"], "he is warm, and his programme's own risk"
    assert "sales pitch, and the lead is cool" in Outgoing.objects.get(given_up_at__isnull=False).error
