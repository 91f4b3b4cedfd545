"""The pages of contents: written, checked, previewed, sent to oneself, brought back; images; and the terms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pyrometer.app.consent import actions as consent
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.evidence.models import Event
from pyrometer.app.nurture.counting import results
from pyrometer.app.nurture.keeping import terms
from pyrometer.app.nurture.models import Act, Content, Programme, Results, Version
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.nurture import shipped_contents
from tests.app.pages.world import came_in

from .conftest import HELLO, inside
from .test_programmes import words

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000"
    "000049454e44ae426082"
)


def test_the_list_says_who_uses_what(programme: Programme, alice: User, bob: User, client_of: Clients) -> None:
    page = words(client_of(alice), "/nurture/contents/")
    assert "hello" in page
    assert "/nurture/programmes/keep-warm/" in page
    assert "en, de" in page
    assert "/nurture/contents/new/" not in words(client_of(bob), "/nurture/contents/")


def test_none_yet_offers_what_comes_with_it(alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    assert "quiet-useful" in words(client, "/nurture/contents/")
    for name in shipped_contents():
        assert f"name: {name}" in words(client, f"/nurture/contents/new/?from={name}")
    assert client.get("/nurture/contents/new/?from=../../etc/passwd").status_code == 404


def test_a_slot_begins_with_what_a_slot_needs(alice: User, client_of: Clients) -> None:
    from pyrometer.app.nurture.views.contents import SLOT

    client = client_of(alice)
    assert "kind: slot" in words(client, "/nurture/contents/new/?kind=slot")
    assert client.post("/nurture/contents/new/", {"text": SLOT, "keep": "1"}).status_code == 302


def test_a_content_is_written_checked_and_kept_in_wordings(
    programme: Programme, alice: User, client_of: Clients
) -> None:
    client = client_of(alice)
    new = HELLO.replace("this is", "here is")
    assert client.post("/nurture/contents/hello/edit/", {"text": new, "base": "1"}).status_code == 302
    here = Content.objects.get()
    assert (here.number, here.text, here.by) == (2, new, "alice@example.com")
    page = words(client, "/nurture/contents/hello/wordings/1/")
    assert "this is" in page
    assert "here is" in page
    client.post("/nurture/contents/hello/wordings/1/")
    here.refresh_from_db()
    assert (here.number, here.text) == (3, HELLO)
    assert list(here.wordings.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_what_is_broken_is_not_kept(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    broken = HELLO.replace("lead.first_name", "lead.frist_name")
    answer = client.post("/nurture/contents/hello/edit/", {"text": broken, "base": "1"})
    assert answer.status_code == 422
    assert "lead.first_name" in answer.content.decode()  # what was probably meant
    assert 'data-line="7"' in answer.content.decode()
    assert Content.objects.get().number == 1
    page = client.post("/nurture/contents/check/", {"text": broken}).content.decode()
    assert "frist_name" in page
    assert "<html" not in page


@pytest.mark.parametrize("text", ["", "\0", "---\n", "x" * 200_000, "---\nname: é\n---\n", "{% if %}" * 1000])
def test_no_text_breaks_the_check(text: str, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    assert "error" in client.post("/nurture/contents/check/", {"text": text}).content.decode()
    assert client.post("/nurture/contents/new/", {"text": text}).status_code == 422
    assert not Content.objects.exists()


def test_two_who_write_lose_nothing(programme: Programme, alice: User, carol: User, client_of: Clients) -> None:
    hers, mine = HELLO.replace("this is", "hers is"), HELLO.replace("this is", "mine is")
    client_of(carol).post("/nurture/contents/hello/edit/", {"text": hers, "base": "1"})
    answer = client_of(alice).post("/nurture/contents/hello/edit/", {"text": mine, "base": "1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "hers is" in page
    assert "mine is" in page
    assert "carol@example.com" in page
    assert client_of(alice).post("/nurture/contents/hello/edit/", {"text": mine, "base": "2"}).status_code == 302


def test_a_name_stays_and_is_taken_once(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    other = HELLO.replace("name: hello", "name: hallo")
    page = client.post("/nurture/contents/hello/edit/", {"text": other, "base": "1"}).content.decode()
    assert "a new name is a new content" in page
    assert "There is a content of that name" in client.post("/nurture/contents/new/", {"text": HELLO}).content.decode()
    assert client.post("/nurture/contents/new/", {"text": other}).status_code == 302
    assert "It goes with all its wordings" in words(client, "/nurture/contents/hallo/delete/")
    client.post("/nurture/contents/hallo/delete/")
    assert not Content.objects.filter(name="hallo").exists()


def test_what_is_used_is_not_removed(live: Version, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    page = words(client, "/nurture/contents/hello/delete/")
    assert "keep-warm names it" in page
    client.post("/nurture/contents/hello/delete/")
    assert Content.objects.filter(name="hello").exists()


def test_a_draft_that_cant_be_read_still_holds_its_contents(
    programme: Programme, alice: User, client_of: Clients
) -> None:
    programme.draft = programme.draft.replace("- send: hello", "- {send: hello, askin: budget}")
    programme.save()
    client = client_of(alice)
    assert ">keep-warm</a>" in words(client, "/nurture/contents/hello/")
    client.post("/nurture/contents/hello/delete/")
    assert Content.objects.filter(name="hello").exists()


def test_a_preview_stands_in_a_frame_that_can_do_nothing(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    page = words(client, "/nurture/contents/hello/look/")
    assert 'sandbox=""' in page
    assert "Hello there" in page
    frame = client.get("/nurture/contents/hello/frame/?language=de")
    assert "Guten Tag" in frame.content.decode()
    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy
    # Of all other pages nobody may make a frame, and the page that holds this one says which frames it has.
    outer = client.get("/nurture/contents/hello/look/").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in outer
    assert "frame-ancestors 'none'" in outer


def test_a_preview_of_a_lead_says_why_there_is_none(programme: Programme, alice: User, client_of: Clients) -> None:
    now = timezone.now()
    Content.objects.update(text=HELLO.replace('{{ lead.first_name | default: "there" }}', "{{ lead.last_name }}"))
    lead = came_in("Ada Byron", now)
    client = client_of(alice)
    assert "Ada Byron" in words(client, "/nurture/contents/hello/look/?q=ada")
    assert "There is no mail" in words(client, f"/nurture/contents/hello/look/?lead={lead.pk}")
    assert words(client, "/nurture/contents/hello/look/?lead=999999999")


def test_hostile_leads_are_only_words(programme: Programme, alice: User, client_of: Clients) -> None:
    lead = came_in("Ada <script>alert(1)</script>", timezone.now(), first_name="<script>alert(1)</script>")
    client = client_of(alice)
    for part in ("look", "frame"):
        assert "<script>alert" not in words(client, f"/nurture/contents/hello/{part}/?lead={lead.pk}")


def test_a_test_mail_goes_to_oneself(programme: Programme, alice: User, bob: User, client_of: Clients) -> None:
    now = timezone.now()
    lead = came_in("Ada Byron", now)
    consent.record(lead=lead.pk, purpose="email", given=True, text="Yes?", at=now, now=now, source="hand")
    client = client_of(alice)
    page = client.post("/nurture/contents/hello/test/", {"lead": ""}, follow=True).content.decode()
    assert "Choose a lead first" in page
    client.post("/nurture/contents/hello/test/", {"lead": lead.pk, "language": "de"})
    (mail,) = Outgoing.objects.filter(channel="email", once__startswith="test:")
    assert mail.payload["to"] == "alice@example.com"
    assert mail.payload["subject"] == "[Test] Guten Tag"
    assert client_of(bob).post("/nurture/contents/hello/test/", {"lead": lead.pk}).status_code == 403


def test_images_are_kept_and_refused_in_words(
    alice: User, client_of: Clients, settings: Any, tmp_path: Path, programme: Programme
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_of(alice)
    assert "No images yet" in words(client, "/nurture/contents/images/")

    def sent(name: str, data: bytes) -> str:
        file = SimpleUploadedFile(name, data)
        return client.post("/nurture/contents/images/", {"file": file}, follow=True).content.decode()

    assert "mail programs show no SVG" in sent("a.svg", b"<svg></svg>")
    assert "none of png, jpg, gif, webp" in sent("a.png", b"MZ\x90\x00")
    assert "make it smaller" in sent("a.png", DOT + b"0" * 2_100_000)
    page = sent("a.png", DOT)
    address = re.search(r"http://testserver(/i/[0-9a-f]{32}\.png)", page)
    assert address is not None
    assert client.get(address[1]).content == DOT
    assert "![what is on it](http://testserver/i/" in page
    assert AuditEntry.objects.filter(action="image.kept").count() == 1


def test_terms_are_kept_and_say_what_is_wrong(alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    page = client.get("/nurture/settings/")
    shown = {field.html_name: field.value() for field in page.context["form"] if field.value() is not None}
    assert shown["mon_from"] == "08:00"
    wrong = {**shown, "tue_to": "07:00", "currency": "euro", "wed_from": "", "per_day": "0"}
    text = client.post("/nurture/settings/", wrong).content.decode()
    for said in (
        "It ends after it begins",
        "Three letters",
        "A day has a beginning and an end",
        "greater than or equal",
    ):
        assert said in text
    none = {**shown, **{f"{day}_{end}": "" for day in ("mon", "tue", "wed", "thu", "fri") for end in ("from", "to")}}
    assert "Mails need hours" in client.post("/nurture/settings/", none).content.decode()
    given = {**shown, "sat_from": "10:00", "sat_to": "24:00", "per_week": "", "holidays": "DE-BY", "mail_cost": "0.02"}
    assert client.post("/nurture/settings/", given).status_code == 302
    kept = terms()
    assert kept.hours["sat"] == ["10:00", "24:00"]
    assert (kept.per_week, kept.holidays, str(kept.mail_cost)) == (None, "DE-BY", "0.0200")
    assert AuditEntry.objects.filter(action="nurture.terms").exists()
    assert "DE-BY" in words(client, "/nurture/settings/")


def test_results_are_counted_by_step(live: Version, now: datetime) -> None:
    rows = inside(live, 3, now)
    for row in rows:
        of = {"enrolment": row, "lead": row.lead, "kind": "sent", "number": 1, "step": "send hello", "what": "hello"}
        Act.objects.create(**of, at=now, taken_at=now)
    Act.objects.create(enrolment=rows[0], lead=rows[0].lead, kind="skipped", step="later", what="no consent", at=now)
    about = {"programme": "keep-warm", "enrolment": rows[0].pk, "act": 1, "content": "hello"}
    Mail.objects.create(
        token="t",
        lead=rows[0].lead,
        to="a@b.example",
        digest="d",
        marketing=True,
        about=about,
        handed_at=now,
        bounced="hard",
    )
    opened = [("email_opened", 1), ("email_clicked", 1), ("email_clicked", 2), ("email_clicked", 1)]
    Event.objects.bulk_create(
        Event(
            lead=rows[which].lead,
            name=name,
            occurred_at=now,
            received_at=now,
            message_id=f"e{number}",
            properties={"mail": f"nurture:{rows[which].pk}:1", "content": "hello"},
            source="mail",
        )
        for number, (name, which) in enumerate(opened)
    )
    assert results.work(now) == 4
    assert Results.objects.get().steps == {
        "send hello": {"sent": 3, "bounced": 1, "opened": 1, "clicked": 2},
        "later": {"skipped": 1},
    }
