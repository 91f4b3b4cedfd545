"""Names that were written to do harm are shown as they are on every page, and do nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.evidence.models import Lead, TraitChange
from pyrometer.app.handoff.models import Assignment, Team
from pyrometer.app.people.models import User
from pyrometer.app.temperature.models import Reading
from tests.app.pages.world import came_in, handed_to, publish, rep_of

pytestmark = pytest.mark.django_db

HARM = """<script>alert('x')</script>"><img src=x onerror=alert(1)>' onfocus='alert(2)"""


class Inside(HTMLParser):
    """What of a page a browser would run, and all that it would show."""

    def __init__(self) -> None:
        super().__init__()
        self.runs: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Scripts come from files of ours; pictures too; nothing listens by an attribute."""
        own = dict(attrs)
        if (tag in ("script", "img") and not (own.get("src") or "").startswith("/static/")) or tag == "iframe":
            self.runs.append(f"{tag} {attrs}")
        self.runs += [name for name, _value in attrs if name.startswith("on")]
        self.shown += [value for _name, value in attrs if value]

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.shown.append(data)


@pytest.fixture
def world(bob: User, carol: User) -> Lead:
    """A lead, a rep, a company and a definition whose names are harm; one lead called late, and one that waits."""
    now = timezone.now()
    publish(now)
    User.objects.filter(pk__in=(bob.pk, carol.pk)).update(name=HARM)
    bob.refresh_from_db()
    rep = rep_of(bob)
    Team.objects.update(name=HARM)
    held, waits, accepted = (came_in(name, now, job_title="Countess") for name in ("Ada", "Bo", "Cy"))
    handed_to(rep, held, now - timedelta(hours=5))
    Assignment.objects.filter(lead=held).update(responded_at=None, seen_at=now - timedelta(days=9))
    handed_to(rep, accepted, now)
    Assignment.objects.filter(lead=accepted).update(accepted_at=now)
    handed_to(None, waits, now)
    Assignment.objects.update(because=HARM)
    Lead.objects.update(name=HARM, phone=HARM[:40], email=HARM, company_name=HARM, channel=HARM[:60])
    TraitChange.objects.filter(trait="job_title").update(value=HARM)
    Reading.objects.update(
        strongest=[{"score": "fit", "rule": HARM, "points": 1}],
        missing=[{"what": HARM, "status": "unmet"}],
        grades={"fit": HARM, "interest": HARM},
    )
    return held


@pytest.mark.parametrize(
    "address",
    [
        "/inbox/",
        "/inbox/?rep=",
        "/inbox/nobody/",
        "/leads/?sort=new",
        "/leads/?owner={rep}&q={harm}",
        "/leads/{lead}/",
        "/settings/reps/{rep}/",
    ],
)
def test_a_name_is_a_name(
    address: str, world: Lead, bob: User, carol: User, client_of: Callable[[User], Client]
) -> None:
    for user in (bob, carol):
        page = client_of(user).get(address.format(lead=world.pk, rep=bob.rep.pk, harm="%3Cscript%3E%22"))
        if page.status_code == 403:
            continue  # not for reps
        inside = Inside()
        inside.feed(page.content.decode())
        assert inside.runs == []
        assert any(HARM in text for text in inside.shown)


def test_both_lists_between_the_teams_are_looked_at(
    world: Lead, carol: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(carol).get("/inbox/nobody/").content.decode()
    for expected in ("Every lead has an owner", "Nobody is late"):
        assert expected not in page
