"""Fills an empty database with invented people: leads of all kinds, their journeys, three reps and their inboxes.

    PYROMETER_DATA=build/demo python -m tests.app.pages.seed

Everybody signs in as alice, bob, carol or dora @rotavane.example with the password that it prints.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PASSWORD = "a thermometer for leads"
DEFINITION = ROOT / "examples" / "b2b-saas" / "definition.yaml"
STEP = timedelta(days=9)
STEPS = 20
"""How far the days lie apart on which history was read."""
TRAITS = {
    "Name": "name",
    "Email": "email",
    "Company": "company",
    "Job title": "job_title",
    "Industry": "industry",
    "Employees": "employees",
    "Country": "country",
    "Lead source": "channel",
    "Newsletter": "newsletter",
}
EMPTY = {"", "NA", "n/a", "-", None}
PEOPLE = (
    ("alice", "Alice Moreau", "marketing"),
    ("bob", "Bob Lindqvist", "sales"),
    ("erin", "Erin Oyelaran", "sales"),
    ("frank", "Frank Aspinall", "sales"),
    ("carol", "Carol Weiss", "manager"),
    ("dora", "Dora Ahn", "admin"),
)
HOURS = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def seed(now: datetime, *, leads: int = 200) -> None:
    """All of it, as of a time; the same people for the same time."""
    users(now)
    publish(now)
    stories = made(leads, now)
    roots = [lead_of(story, number) for number, story in enumerate(stories)]
    read(roots, now)
    oddities(roots, now)
    stages(now)
    hand_over(now)
    consents(roots, now)


def users(now: datetime) -> None:
    """Six people, three of them reps of a team."""
    from pyrometer.app.handoff.models import Rep, Team
    from pyrometer.app.people.models import User

    team = Team.objects.create(name="Northern Europe")
    for short, name, role in PEOPLE:
        user = User.objects.create_user(email=f"{short}@rotavane.example", role=role, name=name, password=PASSWORD)
        if role == "sales":
            Rep.objects.create(user=user, team=team, hours=HOURS, time_zone="Europe/Berlin")


def publish(now: datetime) -> None:
    """The example's definition, live since half a year."""
    from pyrometer.app.agreement.models import Signature, Version
    from pyrometer.definition import load
    from pyrometer.definition.fingerprint import fingerprint

    text = DEFINITION.read_text(encoding="utf-8")
    definition = load(text)
    since = now - timedelta(days=180)
    version = Version.objects.create(
        number=1,
        text=text,
        fingerprint=fingerprint(definition),
        name=definition.name,
        state="live",
        created_at=since,
        proposed_at=since,
        live_at=since,
    )
    for team, name in (("marketing", "Alice Moreau"), ("sales", "Carol Weiss")):
        Signature.objects.create(version=version, team=team, name=name, at=since)


def made(leads: int, now: datetime) -> list[Any]:
    """The journeys of the example workspace's people."""
    sys.path.insert(0, str(ROOT / "examples"))
    try:
        from generator import make
    finally:
        sys.path.pop(0)
    return make("b2b-saas", leads=leads, seed=7, until=now.replace(microsecond=0))


def lead_of(story: Any, number: int) -> Any:
    """One person with handles, company, events and answers."""
    from pyrometer.app.evidence.models import Company, Event, Handle, Lead, TraitChange

    profile = {TRAITS[column]: value for column, value in story.profile.items() if value not in EMPTY}
    begun = min((event["occurred_at"] for event in story.events), default=story.until - timedelta(days=20))
    last = max((event["occurred_at"] for event in story.events), default=begun)
    email, domain = profile.get("email", ""), profile.get("email", "@").rpartition("@")[2]
    phone = f"+4930555{number:04d}" if number % 3 else ""
    company = None
    if profile.get("company") and "mail" not in domain:
        company, _ = Company.objects.get_or_create(domain=domain, defaults={"name": profile["company"]})
    lead = Lead.objects.create(
        name=profile.get("name", ""),
        email=email,
        phone=phone,
        company=company,
        language="de" if profile.get("country") == "DE" else "en",
        country=profile.get("country", "")[:2].upper(),
        channel=profile.get("channel", ""),
        anonymous=False,
        created_at=begun,
        last_seen_at=last,
    )
    lead.root = lead
    lead.save(update_fields=["root"])
    handles = [("email", email), ("anonymous", f"visitor-{story.lead_id.lower()}")]
    if phone:
        handles.append(("phone", phone))
    Handle.objects.bulk_create(
        [Handle(kind=kind, value=value, lead=lead, first_seen_at=begun) for kind, value in handles if value],
        ignore_conflicts=True,
    )
    Event.objects.bulk_create(
        [
            Event(
                lead=lead,
                name=event["event"],
                occurred_at=event["occurred_at"],
                received_at=event["received_at"],
                message_id=event["message_id"],
                properties=event["properties"],
                source="wire",
            )
            for event in story.events
        ]
    )
    answers = [
        TraitChange(lead=lead, trait=trait, value=value, occurred_at=begun, received_at=begun,
                    message_id=f"{story.lead_id}-profile", source="form")
        for trait, value in profile.items()
    ]  # fmt: skip
    answers += [
        TraitChange(lead=lead, trait=said["trait"], value=said["value"], occurred_at=said["occurred_at"],
                    received_at=said["received_at"], message_id=f"{story.lead_id}-said-{place}",
                    source=said["source"], author=said["author"])
        for place, said in enumerate(story.traits)
    ]  # fmt: skip
    TraitChange.objects.bulk_create(answers)
    return lead


def read(roots: list[Any], now: datetime) -> None:
    """Read everybody on several days, the last of them now, so that there is a history."""
    from pyrometer.app.evidence.actions import touch
    from pyrometer.app.temperature.reading import read as read_due

    for step in range(STEPS, -1, -1):
        day = now - STEP * step
        begun = [root.pk for root in roots if root.created_at < day]
        touch(roots=begun, now=day)
        while read_due(day):
            pass


def oddities(roots: list[Any], now: datetime) -> None:
    """What a real database has, too: visitors without a name, bots, retractions, merged leads, hostile texts."""
    from pyrometer.app.evidence.models import Event, Lead, Merge

    busy = sorted(roots, key=lambda root: -root.events.count())
    Event.objects.filter(pk__in=list(busy[0].events.values_list("pk", flat=True)[:4])).update(
        bot="clicked every link within 2 s"
    )
    Event.objects.filter(pk__in=list(busy[1].events.values_list("pk", flat=True)[:2])).update(retracted_at=now)
    for number in range(12):
        seen = now - timedelta(hours=5 * number + 1)
        lead = Lead.objects.create(anonymous=True, created_at=seen, last_seen_at=seen, channel="search")
        lead.root = lead
        lead.save(update_fields=["root"])
    winner, loser = busy[2], busy[3]
    loser.root = winner
    loser.save(update_fields=["root"])
    loser.reading.delete()
    Merge.objects.create(
        winner=winner, loser=loser, moved=[loser.pk], reason="same phone", actor="carol@rotavane.example", at=now
    )
    Lead.objects.filter(pk=busy[4].pk).update(name='=HYPERLINK("http://x.example","Ann")')
    Lead.objects.filter(pk=busy[5].pk).update(name="<b>Wilhelmine-Charlotte von und zu Hohenlohe-Waldenburg</b>")


def stages(now: datetime) -> None:
    """A stage that goes with each temperature, where the hand-off hasn't given one."""
    from pyrometer.app.temperature.models import Reading

    for reading in Reading.objects.filter(stage="lead"):
        if reading.temperature == "cool":
            reading.stage = ("lead", "lead", "quiet", "unqualified", "recycled", "let_go")[reading.pk % 6]
        else:
            reading.stage = "sql" if reading.temperature == "hot" else "mql"
        reading.save(update_fields=["stage"])


def hand_over(now: datetime) -> None:
    """Hot leads to the reps, at several points of their clocks; some to nobody."""
    from pyrometer.app.handoff.models import Assignment, Attempt, Rep, Verdict
    from pyrometer.app.temperature.models import Reading

    dice = random.Random(7)
    reps = list(Rep.objects.order_by("pk"))
    Assignment.objects.all().delete()
    found = list(Reading.objects.filter(temperature__in=["hot", "warm"]).order_by("temperature", "-total")[:45])
    for place, reading in enumerate(found):
        at = now - timedelta(minutes=dice.choice((4, 35, 90, 400, 1500, 4000)))
        rep = None if place % 12 == 11 else reps[place % 2 if place % 5 else 2]
        assignment = Assignment.objects.create(
            lead_id=reading.pk,
            rep=rep,
            because="covers this country and has waited longest" if rep else "no rep covers this country",
            at=at,
            due_at=at + timedelta(minutes=60),
            seen_at=at + timedelta(minutes=20) if place % 3 == 0 and rep else None,
        )
        if rep and place % 4 == 0:
            Attempt.objects.create(
                assignment=assignment, by=rep.user, channel="call", reached=False, at=at + timedelta(minutes=30)
            )
            assignment.responded_at = at + timedelta(minutes=30)
            assignment.save()
        if rep and place % 17 == 16:
            Verdict.objects.create(assignment=assignment, kind="accepted", attempted=True, by=rep.user, at=now)
            assignment.ended_at = now
            assignment.save()


def consents(roots: list[Any], now: datetime) -> None:
    """Some agreed to be written to, some took it back."""
    from pyrometer.app.consent.models import Consent, Purpose

    mail, _ = Purpose.objects.get_or_create(slug="email", defaults={"texts": {"en": "Letters by email"}})
    Consent.objects.bulk_create(
        [
            Consent(lead=root, purpose=mail, given=number % 7 != 0, confirmed_at=now if number % 2 else None,
                    text="Write to me once a week, at most.", at=root.created_at, source="form")
            for number, root in enumerate(roots) if number % 3
        ]
    )  # fmt: skip


def main() -> None:
    """Make the database in PYROMETER_DATA."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pyrometer.app.settings")
    from pyrometer.app.starting import migrate

    migrate()
    seed(datetime.now(UTC))
    print(f"bob@rotavane.example (and alice, carol, dora), password: {PASSWORD}")


if __name__ == "__main__":
    main()
