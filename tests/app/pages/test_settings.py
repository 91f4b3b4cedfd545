"""The pages of people, settings and the agreement in a real browser: for everybody's eyes, by day and by night."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from pyrometer.app.agreement import actions as agreement
from pyrometer.app.agreement.models import Signature, Version
from pyrometer.app.delivery import outbox, suppressing
from pyrometer.app.delivery.email import domains
from pyrometer.app.delivery.models import Outgoing, ReceivingDomain, Suppression, Webhook
from pyrometer.app.people import actions as people
from pyrometer.app.people import invitations, keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import KeyKind, User
from tests.app.pages.conftest import Visits
from tests.app.pages.rules import problems
from tests.app.pages.world import DEFINITION, publish

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMES = [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")]
EXAMPLES = """
examples:
  - name: The director who asked for a demo
    profile: {country: DE}
    events: [{event: demo_requested, age: 1d}]
    expect: {temperature: hot}
"""


@pytest.mark.parametrize(("on", "scheme"), SCHEMES)
def test_people_and_settings_are_for_everybody(
    visits: Visits, alice: User, charlie: User, dora: User, axe: str, on: str, scheme: str
) -> None:
    now = timezone.now()
    actor = Actor.of(dora)
    people.invite(actor=actor, email="eve@example.com", role="sales", language="en", now=now)
    write = keys.create(actor=actor, kind=KeyKind.WRITE, name="Shop", now=now, origins=["https://shop.example"])
    secret = keys.create(actor=actor, kind=KeyKind.SECRET, name="CRM", now=now, scopes=["read"])
    keys.revoke(actor=actor, key=secret.key, now=now)
    webhook = Webhook.objects.create(
        url="https://crm.example/hook", topics=["verdict"], secret="sealed", created_at=now
    )
    outbox.post(channel="email", once="a", payload={"to": "bob@example.com", "subject": "s", "text": "t"}, now=now)
    Outgoing.objects.filter(channel="email").update(error="the mail server can't be reached", attempts=3)
    suppressing.suppress(address="eve@example.com", reason="hand", actor=actor, now=now, note="asked by phone")
    domains.set_pace(name="mailbox.example", per_minute=60, actor=actor, now=now)
    ReceivingDomain.objects.update(paused_until=now + timedelta(hours=1), said="450 4.7.1 too many from you")
    visit = visits(dora, on=on, scheme=scheme)
    addresses = [
        "/settings/",
        "/settings/people/",
        f"/settings/people/{alice.pk}/",
        f"/settings/people/{charlie.pk}/",
        f"/settings/people/{alice.pk}/deactivate/",
        "/settings/keys/",
        f"/settings/keys/?made={write.key.pk}",
        "/settings/keys/new/write/",
        "/settings/keys/new/secret/",
        f"/settings/keys/{write.key.pk}/revoke/",
        "/settings/webhooks/",
        "/settings/webhooks/new/",
        f"/settings/webhooks/{webhook.pk}/",
        "/settings/unsent/",
        "/settings/mail/",
        "/settings/suppressions/",
        f"/settings/suppressions/{Suppression.objects.get().pk}/lift/",
        "/settings/audit/",
        "/account/",
        "/account/password/",
        "/account/second-factor/",
        "/nothing/here/",
    ]
    assert problems(visit, axe, addresses) == {}
    assert [text for text in visit.complaints if "404" not in text] == []


@pytest.mark.parametrize(("on", "scheme"), SCHEMES)
def test_the_door_is_for_everybody(visits: Visits, dora: User, axe: str, on: str, scheme: str) -> None:
    now = timezone.now()
    visit = visits(dora, on=on, scheme=scheme)
    visit.context.clear_cookies()
    token = invitations.invite(email="eve@example.com", role="sales", now=now)
    addresses = ["/sign-in/", "/way-back/", f"/welcome/{token}", "/welcome/spent"]
    assert problems(visit, axe, addresses) == {}


@pytest.mark.parametrize(("on", "scheme"), SCHEMES)
def test_the_agreement_is_for_everybody(
    visits: Visits, alice: User, bob: User, carol: User, axe: str, on: str, scheme: str
) -> None:
    now = timezone.now()
    visit = visits(carol, on=on, scheme=scheme)
    found = problems(visit, axe, ["/agreement/"])
    live = publish(now - timedelta(days=9))
    for team, user in (("marketing", alice), ("sales", bob)):
        Signature.objects.create(version=live, team=team, user=user, name=str(user), at=now)
    changed = DEFINITION.replace("points: 30.25", "points: 40") + EXAMPLES
    agreement.upload(text=changed, note="Demos count for more", actor=Actor.of(alice), now=now)
    agreement.upload(text="format: 1\nname: Broken\nscores: 7\n", note="", actor=Actor.of(alice), now=now)
    agreement.propose(number=2, user=alice, now=now)
    Version.objects.filter(number=3).update(note="Not finished")
    found |= problems(
        visit,
        axe,
        [
            "/agreement/",
            "/agreement/1/",
            "/agreement/2/",
            "/agreement/3/",
            "/agreement/2/compare/?with=1",
            "/agreement/new/",
        ],
    )
    assert found == {}
    assert visit.complaints == []


def test_a_version_begins_with_what_it_comes_to(visits: Visits, alice: User, carol: User) -> None:
    now = timezone.now()
    publish(now - timedelta(days=9))
    changed = DEFINITION.replace("points: 30.25", "points: 40") + EXAMPLES
    agreement.upload(text=changed, note="", actor=Actor.of(alice), now=now)
    page = visits(carol).open("/agreement/2/")
    short = page.locator("section.summary").inner_text()
    assert "1 change against version 1" in short
    assert "nobody for marketing" in short
    assert "no errors" in short
    assert "1 of 1 come out as agreed" in short
    assert not page.locator("text=In our country").first.is_visible()
    page.click("summary:has-text('Score: fit')")
    assert page.locator("text=In our country").first.is_visible()


def test_a_link_is_copied_with_one_click(visits: Visits, dora: User) -> None:
    visit = visits(dora)
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.open("/settings/people/")
    page.fill("input[name=email]", "eve@example.com")
    page.check("input[value=sales]")
    page.click("text=Invite >> nth=-1")
    page.click("[data-copy]")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#secret").inner_text()
    assert "/welcome/" in copied
