"""What a lead sees and does by a link in its mail: its choices, its data, its end; and what such a link must not do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.consent import access, choosing, links, queries, wanting
from pyrometer.app.consent.actions import settle_house, write_purpose
from pyrometer.app.consent.choosing import Where
from pyrometer.app.consent.models import Consent, MailWish, Purpose, Wanted
from pyrometer.app.consent.views import public
from pyrometer.app.consent.words import WORDS
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence import forgetting
from pyrometer.app.evidence.actions import erase, merge, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead, ToErase
from pyrometer.app.handoff.actions import log_attempt
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.people.pace import Pace
from pyrometer.app.people.sealed import MAILED_LINK, unseal
from pyrometer.errors import UsageError
from tests.app.mails import message
from tests.app.pages.world import came_in, handed_to, publish, rep_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HAND = Actor("carol@example.com")
HERE = Where("203.0.113.7", "en", "/choices/")


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "pace", Pace(clock=lambda: 0.0))


def lead(address: str = "ada@kettles.example", **traits: Any) -> Lead:
    now = timezone.now()
    said = Incoming(
        once=address,
        occurred_at=now,
        received_at=now,
        source="form",
        handles=(("email", address),),
        event="page_viewed",
        properties={"topic": "pricing"},
        traits=traits,
    )
    taken = take(incoming=[said], now=now)
    root = Lead.objects.get(pk=taken.lead_of[address]).root
    assert root is not None
    return root


def link(of: Lead, now: datetime | None = None) -> str:
    return links.choices(of.pk, now or timezone.now())


def mailed(kind: str = "") -> str:
    """The link of the last mail."""
    mail = Outgoing.objects.filter(channel="email").order_by("pk").last()
    assert mail is not None
    assert mail.payload["template"] == "to_lead"
    return unseal(mail.payload["sealed_link"], purpose=MAILED_LINK)


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def does(client: Client, address: str, do: str, **more: str) -> str:
    """Press a button; what the page says then."""
    answer = client.post(address, {"do": do, **more})
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).content.decode()


def test_all_languages_say_the_same_things() -> None:
    def holes(texts: dict[str, str]) -> dict[str, list[str]]:
        return {name: sorted(re.findall(r"\{(\w+)\}", text)) for name, text in texts.items()}

    for language in ("de", "sv", "ja"):
        assert holes(WORDS[language]) == holes(WORDS["en"])


def test_a_no_counts_at_once_and_a_yes_once_it_was_confirmed_by_mail() -> None:
    ada, client = lead(), Client(enforce_csrf_checks=True)
    page = does(client, link(ada), "yes", purpose="email")
    assert "click the link in the mail" in page
    assert queries.may_mail([ada.pk]) == set()
    assert client.get(mailed()).status_code == 200
    assert queries.may_mail([ada.pk]) == set(), "a scanner that looks at links confirms nothing"
    assert client.post(mailed()).status_code == 200
    assert queries.may_mail([ada.pk]) == {ada.pk}
    proof = Consent.objects.get(given=True)
    assert (proof.text, proof.address, proof.source, proof.page, proof.basis) == (
        Purpose.objects.get(slug="email").texts["en"], "127.0.0.1", "preferences", "/choices/", queries.DOUBLE,
    )  # fmt: skip
    page = does(client, link(ada), "no", purpose="email")
    assert "Your no counts from now on" in page
    assert queries.may_mail([ada.pk]) == set()
    page = does(client, link(ada), "no", purpose="profiling")
    assert "You objected on" in page
    assert queries.may_profile([ada.pk]) == set()
    assert "Allow it again" in page
    page = does(client, link(ada), "anew", purpose="profiling")
    assert "It counts once you have clicked" in page
    assert queries.may_profile([ada.pk]) == set()


def test_the_page_speaks_the_leads_language_and_shows_little() -> None:
    ada = lead(language="de", name="Ada Byron", budget=5000)
    client = Client()
    page = client.get(link(ada), headers={"Accept-Language": "sv"}).content.decode()
    assert '<html lang="de">' in page
    assert "a•••@k•••.example" in page
    for secret in ("ada@", "kettles", "Byron", "5000", "pricing"):
        assert secret not in page
    assert '<html lang="sv">' in client.get(f"{link(ada)}?lang=sv").content.decode()
    assert (
        '<html lang="ja">'
        in client.get(link(lead("bo@kettles.example")), headers={"Accept-Language": "ja"}).content.decode()
    )
    answer = client.get(link(ada))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_one_button_stops_everything_even_by_an_old_link() -> None:
    ada, client = lead(), Client()
    write_purpose(slug="contracted", names={"en": "Delivery"}, texts={"en": "x"}, basis="contract", reason="We must.",
                  covers={}, active=True, position=5, actor=HAND, now=NOW)  # fmt: skip
    old = link(ada, timezone.now() - timedelta(days=200))
    page = client.get(old).content.decode()
    assert "more than half a year old" in page
    assert "a•••@" not in page
    for what in ("yes", "no", "often", "pause", "export", "erase"):
        does(client, old, what, purpose="email", often="week", months="3")
    assert not Consent.objects.exists()
    assert not Wanted.objects.exists()
    assert not MailWish.objects.exists()
    assert "said no to everything" in does(client, old, "stop")
    assert {(each.purpose.slug, each.given) for each in queries.current(ada.pk)} == {
        ("email", False),
        ("profiling", False),
    }
    does(client, old, "stop")
    assert Consent.objects.count() == 2
    does(client, old, "link")
    assert "/choices/" in mailed()
    assert "Your choices" in text_of(client, mailed())


def test_mails_are_paused_and_made_fewer() -> None:
    ada, client = lead(), Client()
    other = lead("bea@kettles.example")
    does(client, link(ada), "yes", purpose="email")
    client.post(mailed())
    now = timezone.now()
    assert "You won’t hear from us" in does(client, link(ada), "pause", months="3")
    assert queries.may_mail([ada.pk]) == set()
    assert queries.may_mail([ada.pk], now=now + timedelta(days=89)) == set()
    assert queries.may_mail([ada.pk], now=now + timedelta(days=91)) == {ada.pk}
    does(client, link(ada), "resume")
    assert queries.may_mail([ada.pk], now=now) == {ada.pk}
    does(client, link(ada), "often", often="week")
    assert queries.wishes([ada.pk], {ada.pk: now - timedelta(days=2)}, now) == {ada.pk: now + timedelta(days=5)}
    assert queries.wishes([ada.pk], {ada.pk: now - timedelta(days=9)}, now) == {}
    # Nothing that the page doesn't offer.
    for months in ("2", "999", "-1", "x", ""):
        does(client, link(ada), "pause", months=months)
    does(client, link(ada), "often", often="hourly")
    wish = MailWish.objects.get()
    assert (wish.often, wish.paused_until) == ("week", None)
    # Leads that are one have one wish: the last one.
    does(client, link(other), "pause", months="1")
    merge(winner=ada.pk, loser=other.pk, reason="one", actor=HAND, now=timezone.now())
    assert queries.may_mail([ada.pk], now=now) == set()
    does(client, link(other), "resume")
    assert queries.may_mail([ada.pk], now=now) == {ada.pk}


@pytest.mark.parametrize("token", ["nonsense", "WzEsMV0:1abc:def", "%00", "a" * 3000, "W10:1:x"])
def test_what_nobody_signed_opens_nothing(client: Client, token: str) -> None:
    for place in ("choices", "yours", "confirm", "unsubscribe"):
        assert client.get(f"/{place}/{token}/").status_code == 404
        assert client.post(f"/{place}/{token}/", {"do": "stop"}).status_code == 404
    assert client.get(f"/yours/{token}/data/").status_code == 404


def test_links_of_one_kind_open_nothing_of_another(client: Client) -> None:
    ada = lead()
    made = wanting.want(root=ada, kind="export", language="en", address=None, now=timezone.now())
    addresses = link(ada), links.wanted(made), links.unsubscribe(ada.pk, "email")
    tokens = {address.split("/")[1]: address.split("/")[2] for address in addresses}
    for mine, token in tokens.items():
        for place in ("choices", "yours", "unsubscribe", "confirm"):
            assert (client.get(f"/{place}/{token}/").status_code == 200) is (place == mine)


def test_nobodys_mailbox_is_filled_and_nobody_asks_without_end(client: Client) -> None:
    ada = lead()
    for what in ("export", "erase"):
        for _ in range(5):
            page = does(client, link(ada), what)
        assert "mailed you several times today" in page
    for _ in range(5):
        page = does(client, link(ada), "yes", purpose="email")
    assert "mailed you several times today" in page
    assert Outgoing.objects.filter(channel="email").count() == 9
    answers = [client.get(link(ada)).status_code for _ in range(60)]
    assert answers[-1] == 429
    slow = client.get(link(ada))
    assert int(slow.headers["Retry-After"]) > 0
    # Saying no with one click is never too often.
    assert client.post(links.unsubscribe(ada.pk, "email")).status_code == 200


def test_who_has_no_address_is_told_to_write(client: Client) -> None:
    said = Incoming(once="1", occurred_at=NOW, received_at=NOW, source="call", handles=(("phone", "+49301234567"),))
    cy = Lead.objects.get(pk=take(incoming=[said], now=NOW).lead_of["1"])
    page = text_of(client, link(cy))
    assert "We know no email address of yours" in page
    assert "I agree" not in page.replace("I agree that", "")
    does(client, link(cy), "export")
    does(client, link(cy), "yes", purpose="email")
    assert not Wanted.objects.exists()
    assert not Consent.objects.exists()


def test_a_lead_sees_everything_about_itself_after_a_second_confirmation(
    client: Client,
) -> None:
    ada = lead(language="de", budget=5000, company="Kettles & <b>Sons</b>", fits=True)
    does(client, link(ada), "no", purpose="email")
    assert "Postfach" in does(client, link(ada), "export")
    address = mailed()
    for closed in ("data/", "data.json"):
        assert client.get(address + closed).status_code == 404
    page = text_of(client, address)
    assert "Ja, das war ich" in page
    assert Wanted.objects.get().confirmed_at is None
    assert client.post(address).status_code == 303
    assert "Hier sind sie" in text_of(client, address)
    page = text_of(client, address + "data/")
    for told in ("ada@kettles.example", "5000", "ja", "Kettles &amp; &lt;b&gt;Sons&lt;/b&gt;", "topic: pricing",
                 "ein Formular", "die Seite mit Ihren Entscheidungen", "niemand im Vertrieb"):  # fmt: skip
        assert told in page, told
    file = client.get(address + "data.json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="data.json"'
    found = json.loads(file.content)
    assert found["handles"] == [
        {"kind": "email", "value": "ada@kettles.example", "since": found["handles"][0]["since"]}
    ]
    assert {each["trait"]: each["value"] for each in found["known"]}["budget"] == 5000
    assert [(each["answer"], each["from"]) for each in found["choices"]] == [("no", "127.0.0.1")]
    assert found["requests"][0]["kind"] == "export"
    request = Wanted.objects.get()
    assert request.uses == 2
    assert AuditEntry.objects.filter(action="export.opened", subject=f"lead:{ada.pk}").count() == 2
    assert "2 × geöffnet" in text_of(client, address)
    assert client.head(address + "data/").status_code == 405
    # Not without end, and not for ever.
    Wanted.objects.update(uses=wanting.USES)
    assert client.get(address + "data/").status_code == 404
    Wanted.objects.update(uses=0, expires_at=timezone.now() - timedelta(minutes=1))
    assert client.get(address + "data/").status_code == 404
    assert client.get(address).status_code == 404


def test_a_mail_that_is_answered_too_late_confirms_nothing(client: Client) -> None:
    ada = lead()
    made = wanting.want(root=ada, kind="erase", language="en", address=None, now=timezone.now() - timedelta(days=4))
    assert client.get(links.wanted(made)).status_code == 404
    client.post(links.wanted(made))
    made.refresh_from_db()
    assert made.confirmed_at is None


def test_a_lead_is_erased_by_who_may_after_it_asked(
    client: Client, client_of: Callable[[User], Client], alice: User, bob: User, carol: User, charlie: User
) -> None:
    ada = lead()
    does(client, link(ada), "erase")
    address = mailed()
    assert "Yes, erase everything" in text_of(client, address)
    assert Lead.objects.get(pk=ada.pk).erased_at is None
    assert "wants to be erased" not in text_of(client_of(carol), "/settings/consent/")
    client.post(address)
    assert "Somebody here looks at it" in text_of(client, address)
    assert "We are looking at it" in text_of(client, link(ada))
    decide = f"/wanted/{Wanted.objects.get().pk}/"
    assert client.get(decide).status_code == client_of(charlie).get(decide).status_code == 302
    assert client_of(bob).get(decide).status_code == client_of(alice).post(decide, {"do": "erase"}).status_code == 403
    assert "Leads who want to be erased" not in text_of(client_of(alice), "/settings/consent/")
    manager = client_of(carol)
    assert "Leads who want to be erased" in text_of(manager, "/settings/consent/")
    assert "wants to be erased" in text_of(manager, f"/leads/{ada.pk}/")
    assert manager.get(decide).status_code == 200
    assert manager.post(decide, {"do": "erase"}).status_code == 302
    assert Lead.objects.get(pk=ada.pk).erased_at is not None
    page = text_of(client, address)
    assert "You are erased" in page
    assert "follows within the hour" in page
    while forgetting.work(timezone.now()):
        pass
    ToErase.objects.all().delete()
    assert "follows within the hour" not in text_of(client, address)
    assert client.get(link(ada)).status_code == 410
    entry = AuditEntry.objects.get(action="erase.on_request")
    assert (entry.user, entry.detail["asked_by"]) == (carol, "the lead itself")


def test_where_the_house_decided_so_a_lead_is_erased_at_once(client: Client) -> None:
    settle_house(name="Kettles", contact="", erase_at_once=True, actor=HAND, now=NOW)
    ada = lead()
    does(client, link(ada), "erase")
    address = mailed()
    client.get(address)
    assert Lead.objects.get(pk=ada.pk).erased_at is None
    assert client.post(address).status_code == 303
    assert "You are erased" in text_of(client, address)
    assert client.post(address).status_code == 200


def test_who_is_refused_is_told_why(client: Client, carol: User, client_of: Callable[[User], Client]) -> None:
    ada = lead()
    made = wanting.want(root=ada, kind="erase", language="en", address=None, now=timezone.now())
    with pytest.raises(UsageError, match="hasn't confirmed"):
        wanting.carry_out(wanted=made, actor=HAND, now=timezone.now())
    wanting.confirm(wanted=made, now=timezone.now())
    decide, manager = f"/wanted/{made.pk}/", client_of(carol)
    assert "say why" in manager.post(decide, {"do": "refuse", "why": " "}, follow=True).content.decode()
    assert manager.post(decide, {"do": "refuse", "why": "The tax office <b>wants</b> it."}).status_code == 302
    assert "somebody has decided" in manager.post(decide, {"do": "refuse", "why": "x"}, follow=True).content.decode()
    mail = Outgoing.objects.order_by("pk").last()
    assert mail is not None
    assert "The tax office" in mail.payload["context"]["text"]
    assert "&lt;b&gt;wants&lt;/b&gt;" in text_of(client, links.wanted(made))
    assert "The tax office" in text_of(client, link(ada))
    with pytest.raises(UsageError, match="refused"):
        wanting.carry_out(wanted=made, actor=HAND, now=timezone.now())


def test_a_manager_hands_out_the_data(
    client: Client, client_of: Callable[[User], Client], alice: User, bob: User, carol: User, charlie: User
) -> None:
    ada = lead(language="sv", budget=7)
    for who, status in ((alice, 403), (bob, 403), (charlie, 302)):
        for place in ("data/", "data/read/", "data/file/"):
            assert client_of(who).post(f"/leads/{ada.pk}/{place}").status_code == status
    manager = client_of(carol)
    assert manager.get(f"/leads/{ada.pk}/data/").status_code == 200
    assert "Vad vi vet om dig" in manager.post(f"/leads/{ada.pk}/data/read/").content.decode()
    assert json.loads(manager.post(f"/leads/{ada.pk}/data/file/").content)["handles"]
    assert AuditEntry.objects.filter(user=carol, action="export.handed_out").count() == 2
    assert manager.post(f"/leads/{ada.pk}/data/").status_code == 302
    assert "Här är de" in text_of(client, mailed())
    assert "7" in text_of(client, mailed() + "data/")
    assert "opened 1 time" in text_of(manager, f"/leads/{ada.pk}/data/")
    erase(lead=ada.pk, actor=HAND, now=timezone.now())
    assert manager.get(f"/leads/{ada.pk}/data/").status_code == 404


def test_nobody_elses_notes_are_given(client: Client, bob: User, carol: User) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    held = handed_to(rep_of(bob), ada, now)
    log_attempt(assignment=held, channel="call", reached=True, actor=Actor.of(bob), now=now, note="Her boss is zqxjkv")
    told = json.dumps([access.everything(ada, "en", now), access.told(ada, "en", now)], default=str, ensure_ascii=False)
    assert "zqxjkv" not in told
    assert "bob@example.com" not in told
    assert "team North" in told
    assert "Attempts to reach you so far: 1." in told
    assert "Hot: it looks as if you are about to buy" in told
    assert "“Asked for a demo” gives 30.25 points (1 ×, last on" in told


def test_the_mails_arrive_in_the_leads_language() -> None:
    ada = lead(language="ja")
    choosing.agree(root=ada, purpose="email", where=Where(None, "ja", ""), now=NOW)
    row = Outgoing.objects.get(channel="email")
    mail = message(row.payload, once=row.once, at=NOW)
    assert mail["Subject"] == "ご確認のお願い"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "メールの受け取りを希望します" in text
    assert "/confirm/" in text
    assert 'lang="ja"' in html
