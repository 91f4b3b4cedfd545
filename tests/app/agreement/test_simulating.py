"""Before a version is live, its pages say who would change temperature, and who would go to sales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pyrometer.app.agreement import actions, simulating
from pyrometer.app.agreement.models import Simulation, Version
from pyrometer.app.clock.loop import turn_until_idle
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.columns import columns_of
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.people.templatetags.details import lines
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import EvidenceError
from tests.app.agreement.conftest import NOW, SMALL

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
MILDER = SMALL.replace("within: 30d}", "within: 60d}")


def lead(name: str, *, days: int) -> Lead:
    """Somebody who asked so many days ago."""
    at = NOW - timedelta(days=days)
    mail = f"{name.lower()}@{name.lower()}.example"
    asked = Incoming(
        once=name,
        occurred_at=at,
        received_at=at,
        source="form",
        handles=(("email", mail),),
        event="asked",
        traits={"name": name},
    )
    take(incoming=[asked], now=at)
    return Lead.objects.get(email=mail)


@pytest.fixture
def milder(published: Version, alice: User) -> Version:
    """A draft by which who asked two months ago is still hot."""
    lead("Ada", days=7)
    lead("Ben", days=45)
    lead("Cleo", days=80)
    turn_until_idle(NOW)
    return actions.upload(text=MILDER, note="milder", actor=Actor.of(alice), now=NOW)


def simulated(version: Version) -> Simulation:
    asked = simulating.ask(version, now=NOW)
    assert asked is not None
    while simulating.work(NOW):
        pass
    asked.refresh_from_db()
    return asked


def part(client: Client, version: Version) -> str:
    return client.get(reverse("agreement:simulation", args=[version.number])).content.decode()


def test_it_counts_from_and_to_and_who_goes_to_sales(milder: Version) -> None:
    found = simulated(milder)
    assert found.flips == [("cool", "hot", 1)]
    assert (found.leads, found.changed, found.to_sales, found.trouble) == (3, 1, 1, "")
    assert [row["lead"] for row in found.shown] == [Lead.objects.get(name="Ben").pk]
    assert Reading.objects.get(lead__name="Ben").temperature == "cool"


def test_what_it_foresaw_happens(milder: Version, alice: User, bob: User, carol: User) -> None:
    actions.propose(number=milder.number, user=alice, now=NOW)
    while simulating.work(NOW):
        pass
    actions.sign(number=milder.number, team="marketing", user=alice, now=NOW)
    actions.sign(number=milder.number, team="sales", user=bob, now=NOW)
    actions.publish(number=milder.number, user=carol, now=NOW)
    foreseen = AuditEntry.objects.get(action="agreement.publish", subject=f"version:{milder.number}").detail["foreseen"]
    assert (foreseen["changed"], foreseen["to_sales"]) == (1, 1)
    before = set(Reading.objects.filter(stage="sql").values_list("lead__name", flat=True))
    turn_until_idle(NOW + timedelta(minutes=1))
    after = set(Reading.objects.filter(stage="sql").values_list("lead__name", flat=True))
    assert after - before == {"Ben"}


def test_the_pages_say_it_by_name(milder: Version, bob: User, client_of: Clients) -> None:
    simulated(milder)
    ben = Lead.objects.get(name="Ben")
    for shown in (
        part(client_of(bob), milder),
        client_of(bob).get(reverse("agreement:version", args=[milder.number])).content.decode(),
    ):
        assert "1 of 3 leads" in shown
        assert "1 lead goes to sales" in shown
        assert f'<a href="/leads/{ben.pk}/">Ben</a>' in shown
        assert "Cleo" not in shown


def test_publishing_and_bringing_back_say_it(
    milder: Version, published: Version, alice: User, bob: User, carol: User, client_of: Clients
) -> None:
    actions.propose(number=milder.number, user=alice, now=NOW)
    assert simulating.work(NOW) == 3
    actions.sign(number=milder.number, team="marketing", user=alice, now=NOW)
    actions.sign(number=milder.number, team="sales", user=bob, now=NOW)
    client = client_of(carol)
    assert "1 lead goes to sales" in client.get(f"/agreement/{milder.number}/publish/").content.decode()
    actions.publish(number=milder.number, user=carol, now=NOW)
    turn_until_idle(NOW)
    published.refresh_from_db()
    found = simulated(published)
    assert found.flips == [("hot", "cool", 1)]
    shown = client.get(f"/agreement/{published.number}/roll-back/").content.decode()
    assert "1 of 3 leads" in shown
    assert "Nobody goes to sales by it" in shown


def test_it_is_asked_for_by_the_page_and_shows_how_far_it_is(milder: Version, bob: User, client_of: Clients) -> None:
    client = client_of(bob)
    assert "See who would change" in part(client, milder)
    client.post(reverse("agreement:simulation", args=[milder.number]))
    assert "<progress" in part(client, milder)
    client.post(reverse("agreement:simulation", args=[milder.number]))
    assert Simulation.objects.count() == 1


def test_of_many_leads_a_sample_is_told_as_such(
    milder: Version, bob: User, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(17):
        lead(f"Lead{number}", days=45)
    monkeypatch.setattr(simulating, "MOST", 10)
    found = simulated(milder)
    assert found.of == 20
    assert found.step == 2
    assert 0 < found.leads < 20
    assert "a sample" in part(client_of(bob), milder)


def test_another_text_is_tried_anew(milder: Version, alice: User) -> None:
    simulated(milder)
    text = MILDER.replace("60d", "90d")
    other = actions.change(number=milder.number, text=text, note="", user=alice, now=NOW)
    assert simulating.of(other, Version.objects.get(state="live")) is None
    assert simulated(other).flips == [("cool", "hot", 2)]


def test_it_goes_on_where_a_worker_left_it(milder: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "PAGE", 1)
    monkeypatch.setattr(simulating, "PAGES", 1)
    found = simulating.ask(milder, now=NOW)
    assert found is not None
    assert simulating.work(NOW) == 1
    found.refresh_from_db()
    assert (found.leads, found.percent, found.done_at) == (1, 33, None)
    assert simulated(milder).leads == 3


def test_before_the_first_everybody_is_unread(proposed: Version) -> None:
    lead("Ada", days=7)
    lead("Cleo", days=80)
    found = simulated(proposed)
    assert found.flips == [("", "hot", 1), ("", "cool", 1)]
    assert found.to_sales == 1


def test_who_must_see_nothing_sees_nothing(milder: Version, charlie: User, client_of: Clients) -> None:
    client = client_of(charlie)
    address = reverse("agreement:simulation", args=[milder.number])
    assert client.get(address).status_code == 302
    assert client.post(address).status_code == 302
    assert not Simulation.objects.exists()


def test_the_live_version_and_broken_drafts_have_none(published: Version, alice: User, client_of: Clients) -> None:
    broken = actions.upload(text="format: 1\nname: Broken\nscores: 7\n", note="", actor=Actor.of(alice), now=NOW)
    for version in (published, broken):
        assert client_of(alice).get(reverse("agreement:simulation", args=[version.number])).status_code == 404


def test_a_page_that_was_left_open_stops_asking_once_the_version_is_live(
    published: Version, alice: User, client_of: Clients
) -> None:
    address = reverse("agreement:simulation", args=[published.number])
    answer = client_of(alice).get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 286, "htmx goes on asking after any other"
    assert "is live by now" in answer.content.decode()


def test_who_cannot_be_read_is_left_out_and_stops_nothing(milder: Version) -> None:
    ada = Lead.objects.get(name="Ada").pk

    def refusing(roots: Sequence[int], **names: Any) -> Any:
        if ada in roots:
            raise EvidenceError("the data can't be scored")
        return columns_of(roots, **names)

    found = simulating.ask(milder, now=NOW)
    assert found is not None
    simulating.go_on(found, NOW, by=refusing)
    found.refresh_from_db()
    assert (found.leads, found.changed, found.trouble) == (2, 1, "")


def test_a_draft_that_changes_is_no_longer_tried(milder: Version, alice: User) -> None:
    assert simulating.ask(milder, now=NOW) is not None
    actions.change(number=milder.number, text=MILDER.replace("60d", "90d"), note="", user=alice, now=NOW)
    assert simulating.work(NOW) == 0


def test_the_log_says_in_words_what_was_foreseen() -> None:
    detail = {"former": 1, "foreseen": {"leads": 3, "of": 3, "changed": 1, "to_sales": 0}}
    assert lines(detail) == [("former", "1"), ("foreseen", "leads 3, of 3, changed 1, to sales 0")]
