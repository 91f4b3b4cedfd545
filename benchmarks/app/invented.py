"""A block of invented leads: their evidence, who works for them, and what sales did; read and handed over for real."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pyrometer.app.agreement.models import State, Version
from pyrometer.app.evidence import bulk
from pyrometer.app.evidence.models import Company, CompanyWord, Event, Handle, Lead, LeadWord, TraitChange
from pyrometer.app.evidence.words import words_of
from pyrometer.app.handoff.models import Assignment, Attempt, Rep, Team, Verdict
from pyrometer.app.people.models import Role, User
from pyrometer.app.temperature.models import Reading, Stage, Transition
from pyrometer.app.temperature.reading import read
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

Row = tuple[Any, ...]
REPS, PER_TEAM = 240, 12
MANAGER, REP = "carol@example.com", "rep{}@example.com"
DAYS = 730
FIRST = "Anna Bo Carl Dana Erik Freja Gustav Hanna Ivan Jun Kaori Lena Maja Nils Olga Per Rosa Sven Tea Ulf".split()
LAST = ("Lind", "Berg", "Sato", "Novak", "Meyer", "Okafor", "Strand", "Holm", "Weiss", "Tanaka", "Kraus", "Falk")
ENDS = ("", "er", "sen", "mann", "qvist", "ström", "ova", "ing")
PLACES = ("nord", "sol", "hafen", "kyoto", "berg", "see", "wald", "stad")
TRADES = ("klinik", "logistik", "hotel", "markt", "werk", "care", "shift", "trade")
COUNTRIES = {"DE": 30, "SE": 15, "GB": 15, "US": 20, "JP": 10, "NL": 6, "FR": 3, "IE": 1}
CHANNELS = {"search": 40, "ads": 25, "webinar": 10, "referral": 8, "linkedin": 7, "event": 5, "partner": 3, "list": 2}
INDUSTRIES = ("hospitality", "care", "retail", "logistics", "manufacturing", "software", "other")
TITLES = ("Head of operations", "HR manager", "Director", "Shift planner", "Developer", "Student", "Owner", "Analyst")
DID = {
    "page_viewed": 70, "email_opened": 12, "email_clicked": 7, "asset_downloaded": 5, "webinar_attended": 2,
    "linkedin_engaged": 2, "chat_started": 1, "demo_requested": 1.5, "trial_started": 1,
}  # fmt: skip
SAYS = {"need": "confirmed", "current_tool": "spreadsheet", "budget_amount": 12_000, "influence": "decides"}
STAGES = {Stage.MQL: 80, Stage.UNQUALIFIED: 60, Stage.QUIET: 90, Stage.LET_GO: 60, Stage.RECYCLED: 20}
"""How many of a thousand cool or warm leads stand at a stage."""


def settle(text: str, now: datetime) -> None:
    """A manager, reps in teams, and the live definition."""
    User.objects.create_user(email=MANAGER, role=Role.MANAGER, name="Carol")
    hours = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    for number in range(REPS):
        team, _ = Team.objects.get_or_create(name=f"Team {number // PER_TEAM + 1}")
        user = User.objects.create_user(email=REP.format(number), role=Role.SALES, name=f"Rep {number:03}")
        Rep.objects.create(user=user, team=team, hours=hours, time_zone="Europe/Berlin", holidays="DE", capacity=60)
    definition = load(text)
    Version.objects.create(
        number=1,
        text=text,
        fingerprint=fingerprint(definition),
        name=definition.name,
        state=State.LIVE,
        created_at=now,
        live_at=now,
    )


@transaction.atomic
def evidence(leads: int, events: int, now: datetime) -> None:
    """So many leads with their companies, handles, answers and events, as if they had come in over two years."""
    draw = random.Random(1)
    firms = max(leads // 4, 1)
    domains = [f"{draw.choice(PLACES)}-{draw.choice(TRADES)}{number}.example" for number in range(firms)]
    bulk.insert(Company, ("domain", "name"), [(domain, _firm(domain)) for domain in domains])
    named = [(number, word) for number, domain in enumerate(domains, 1) for word in sorted(words_of(_firm(domain)))]
    bulk.insert(CompanyWord, ("company", "word"), named)
    people = [_person(draw, number, draw.randrange(firms), domains, now) for number in range(1, leads + 1)]
    did = sorted(_events(draw, people, events, now), key=lambda row: row[2])
    latest = {row[0]: row[2] for row in did}
    columns = (
        "id", "root", "company", "name", "email", "language", "country", "channel", "anonymous", "created_at",
        "last_seen_at", "touched_at", "phone",
    )  # fmt: skip
    rows = [(*each[:10], latest.get(each[0], each[9]), now, "") for each in people]
    bulk.insert(Lead, columns, rows)
    bulk.insert(
        LeadWord, ("lead", "word"), [(each[0], word) for each in people for word in words_of(each[3], [each[4]])]
    )
    handles = [("email", each[4], each[0], each[9]) for each in people]
    bulk.insert(Handle, ("kind", "value", "lead", "first_seen_at"), handles)
    answers = [
        (each[0], trait, value, each[9], each[9], f"a{each[0]}-{trait}", "form") for each in people
        for trait, value in _answers(draw, each)
    ]  # fmt: skip
    names = ("lead", "trait", "value", "occurred_at", "received_at", "message_id", "source")
    bulk.insert(TraitChange, (*names, "author", "retracted_at"), [(*row, "", None) for row in answers])
    names = ("lead", "name", "occurred_at", "received_at", "message_id", "properties", "source", "bot", "retracted_at")
    numbered = [(*row[:3], row[2], f"m{number}", row[3], "wire", "", None) for number, row in enumerate(did)]
    bulk.insert(Event, names, numbered)


def _firm(domain: str) -> str:
    return domain.removesuffix(".example").replace("-", " ").title()


def _person(draw: random.Random, number: int, firm: int, domains: Sequence[str], now: datetime) -> Row:
    first, last = draw.choice(FIRST), draw.choice(LAST) + draw.choice(ENDS)
    created = now - timedelta(days=DAYS * draw.random() ** 1.3, seconds=draw.randrange(86_400))
    return (
        number, number, firm + 1, f"{first} {last}", f"{first}.{last}{number}@{domains[firm]}".lower(), "en",
        _weighted(draw, COUNTRIES), _weighted(draw, CHANNELS), False, created,
    )  # fmt: skip


def _answers(draw: random.Random, person: Row) -> Iterator[tuple[str, Any]]:
    yield from (("name", person[3]), ("email", person[4]), ("country", person[6]), ("channel", person[7]))
    yield "industry", draw.choice(INDUSTRIES)
    yield "employees", int(10 ** (0.5 + 3 * draw.random()))
    yield "job_title", draw.choice(TITLES)
    eager = draw.random()
    yield from ((trait, value) for trait, value in SAYS.items() if draw.random() < eager**3)


def _events(draw: random.Random, people: Sequence[Row], count: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """A few do a lot, most a little; everybody for some weeks, and some come back."""
    weights = [draw.paretovariate(1.2) for _ in people]
    names, shares = list(DID), list(DID.values())
    for person in draw.choices(people, [min(weight, 60) for weight in weights], k=count):
        age = (now - person[9]).total_seconds()
        after = min(draw.expovariate(1 / (40 * 86_400)) if draw.random() < 0.8 else age * draw.random(), age * 0.999)
        name = draw.choices(names, shares)[0]
        yield person[0], name, person[9] + timedelta(seconds=int(after)), _properties(draw, name)


def _properties(draw: random.Random, name: str) -> dict[str, Any]:
    if name == "page_viewed":
        topic = draw.choice(("pricing", "blog", "docs", "careers", "case study"))
        return {"topic": topic, "seconds": draw.choice((3, 20, 60, 180))}
    return {"campaign": "monthly"} if name.startswith("email") else {}


def handed_over(now: datetime) -> None:
    """Read all of them by the live definition, which hands some over; then give them a past."""
    while read(now):
        pass
    draw = random.Random(2)
    days = Reading.objects.in_bulk()
    reps = list(Rep.objects.values_list("pk", flat=True))
    turned, staged, given = [], [], []
    for reading in days.values():
        reading.rough, reading.recheck_on = False, now.date() + timedelta(days=draw.randrange(1, 60))
        if reading.stage == Stage.LEAD and draw.random() < 0.31:
            reading.stage = _weighted(draw, STAGES)
            reading.stage_since = now - timedelta(days=draw.randrange(1, 200))
            staged.append(_change(reading, "stage", Stage.LEAD, reading.stage, reading.stage_since))
        for _ in range(draw.choice((0, 0, 1, 2, 4))):
            at = now - timedelta(days=draw.randrange(30, DAYS), seconds=draw.randrange(86_400))
            turned.append(_change(reading, "temperature", *draw.choice((("cool", "warm"), ("warm", "cool"))), at))
        if reading.stage in (Stage.RECYCLED, Stage.UNQUALIFIED):
            given.append(reading)
    names = ("rough", "recheck_on", "stage", "stage_since", "pk")
    bulk.update(Reading, names[:-1], [[getattr(reading, name) for name in names] for reading in days.values()])
    Transition.objects.bulk_create([*turned, *staged], 2000)
    for reading in given:
        _worked(draw, reading, draw.choice(reps), now)


def _worked(draw: random.Random, reading: Reading, rep: int, now: datetime) -> None:
    """Sales had it once, tried, and gave it back."""
    at = reading.stage_since - timedelta(days=9)
    held = Assignment.objects.create(
        lead_id=reading.pk, rep_id=rep, because="seeded", at=at, responded_at=at, seen_at=at, ended_at=at
    )
    for day in range(draw.randrange(1, 5)):
        Attempt.objects.create(assignment=held, channel="call", reached=day == 3, at=at + timedelta(days=day))
    kind = Verdict.Kind.NOT_NOW if reading.stage == Stage.RECYCLED else Verdict.Kind.NOT_A_FIT
    Verdict.objects.create(assignment=held, kind=kind, reason="timing", attempted=True, at=reading.stage_since)


def _change(reading: Reading, kind: str, before: str, after: str, at: datetime) -> Transition:
    return Transition(
        lead_id=reading.pk, kind=kind, before=before, after=after, cause="evidence", at=at, reasons=reading.strongest
    )


def _weighted(draw: random.Random, shares: dict[Any, int]) -> Any:
    return draw.choices(list(shares), list(shares.values()))[0]
