"""Rotavane, shift planning for companies with shift workers: journeys of weeks, a buying team, demos and trials."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from .journey import OFFICE, Pace, arrival, days, dwell, likely, visits, weekly
from .people import address, chance, domain_of, full_name, pick, typed
from .story import Story


@dataclass(frozen=True)
class Persona:
    """A kind of visitor: hidden intent (beta) and fit, and what its profile looks like."""

    share: float
    intent: tuple[float, float]
    fit: float
    titles: tuple[str, ...]
    staff: float  # median number of employees
    influence: tuple[float, float, float]  # decides, influences, none


PERSONAS = {
    "operations": Persona(30, (2.4, 2.4), 0.9, ("Operations Manager", "Head of Operations", "Director of Operations",
                          "COO", "Shift Lead"), 160, (5, 4, 1)),
    "people": Persona(21, (2, 2.6), 0.8, ("HR Manager", "Head of People", "HR Director", "VP People", "HR Assistant"),
                      220, (3, 5, 2)),
    "owner": Persona(18, (2, 2.2), 0.35, ("Owner", "Founder", "Manager"), 9, (9, 1, 0)),
    "enterprise": Persona(9, (1.6, 3), 0.6, ("IT Manager", "Procurement Manager", "Head of IT"), 3200, (1, 6, 3)),
    "student": Persona(8, (1, 9), 0.0, ("Student", "Research Assistant"), 0, (0, 0, 1)),
    "jobseeker": Persona(6, (1, 9), 0.0, ("Account Executive", "Software Engineer", "Looking for work"), 40, (0, 0, 1)),
    "competitor": Persona(5, (1, 6), 0.0, ("Product Manager", "Product Marketing Manager"), 70, (0, 1, 3)),
    "bot": Persona(3, (1, 30), 0.0, ("Manager",), 50, (0, 0, 1)),
}  # fmt: skip
RIVALS = {"planwise.example": "Planwise", "shiftloop.example": "Shiftloop"}
INDUSTRIES = {"hospitality": 5, "care": 5, "retail": 4, "logistics": 4, "manufacturing": 3, "software": 2, "other": 2}
WORDS = ("Alder", "Bright", "Cobalt", "Delta", "Ember", "Falcon", "Granite", "Harbour", "Juniper", "Linden", "Meridian",
         "North", "Orchard", "Quarry", "River", "Summit", "Tandem", "Union")  # fmt: skip
TRADE = {"hospitality": "Hotels", "care": "Care", "retail": "Stores", "logistics": "Freight", "manufacturing": "Works",
         "software": "Systems", "other": "Group"}  # fmt: skip
CHANNELS = {"search": 30, "ads": 22, "webinar": 10, "referral": 8, "linkedin": 12, "event": 8, "partner": 5, "list": 5}
WARMER = {"referral": 0.15, "partner": 0.12, "webinar": 0.05, "ads": -0.06, "list": -0.18}
PAGES = (
    {"blog": 8, "home": 4, "product": 2, "customers": 1},
    {"product": 6, "customers": 3, "blog": 3, "integrations": 2, "pricing": 1},
    {"pricing": 5, "product": 4, "customers": 3, "integrations": 3, "security": 2},
    {"pricing": 4, "security": 4, "integrations": 3, "help": 3},
)
ASSETS = {"care-homes-halve-overtime": "case_study", "hotel-group-14-sites": "case_study",
          "cold-store-night-shifts": "case_study", "rota-template": "template", "working-time-rules": "guide",
          "overtime-calculator": "template", "buyers-checklist": "guide"}  # fmt: skip
REPS = ("m.aspinall", "t.oyelaran", "k.lindqvist")
PACE = Pace(gaps=(10, 7, 5, 4), advance=0.7, leave=0.26, revive=0.35, silence=50)


def live(rng: random.Random, story: Story) -> None:
    """Make one lead of Rotavane: profile, journey, answers, mail and outcome."""
    kind = pick(rng, {name: persona.share for name, persona in PERSONAS.items()})
    persona, channel = PERSONAS[kind], pick(rng, CHANNELS)
    intent = min(0.98, max(0.01, rng.betavariate(*persona.intent) + WARMER.get(channel, 0)))
    start = arrival(rng, story.until, 180)
    influence = pick(rng, dict(zip(("decides", "influences", "none"), persona.influence, strict=True)))
    staff = round(rng.lognormvariate(0, 0.8) * persona.staff)
    _profile(rng, story, kind, channel, staff)
    if kind == "bot":
        return _crawl(rng, story, start)
    last, stage = start, 0
    for count, (when, stage) in enumerate(visits(rng, PACE, OFFICE, start=start, until=story.until, intent=intent)):
        last = _visit(rng, story, kind, when, stage, intent)
        if count == 0 and channel in ("webinar", "event", "linkedin"):
            _came_by(rng, story, channel, when)
        if kind in ("student", "jobseeker", "competitor"):
            stage = min(stage, 1)
        else:
            _act(rng, story, last, stage, intent, influence, staff)
        if stage == 3 and chance(rng, 0.15) and _decide(rng, story, last, intent, persona.fit, influence, staff):
            break
    _mail(rng, story, kind, start, intent, story.decided_at or story.until)
    if stage < 3 and last < story.until - timedelta(days=60) and chance(rng, 0.75):
        story.ended("lost", last + timedelta(days=60))


def _profile(rng: random.Random, story: Story, kind: str, channel: str, staff: int) -> None:
    first, last = full_name(rng)
    country = pick(rng, {"GB": 6, "DE": 5, "SE": 3, "NL": 3, "IE": 2, "US": 2, "IN": 1})
    industry = pick(rng, INDUSTRIES)
    company = f"{rng.choice(WORDS)} {TRADE[industry]}"
    domain: str | None = domain_of(company, country)
    if kind == "student":
        company, industry, domain = "", "other", "students.uni.example"
    elif kind == "competitor":
        domain, company = rng.choice(list(RIVALS.items()))
        industry = "software"
    elif kind in ("jobseeker", "bot") or chance(rng, 0.45 if kind == "owner" else 0.06):
        domain = None
    title = rng.choice(PERSONAS[kind].titles)
    story.profile = {
        "Name": f"{first} {last}",
        "Email": address(rng, first, last, domain),
        "Company": company,
        "Job title": typed(rng, title, blank=0.12),
        "Industry": typed(rng, industry, blank=0.15, slip=0.03),
        "Employees": typed(rng, staff, blank=0.2) if staff else "",
        "Country": typed(rng, country, blank=0.04),
        "Lead source": channel,
        "Newsletter": chance(rng, 0.7),
    }


def _visit(rng: random.Random, story: Story, kind: str, when: datetime, stage: int, intent: float) -> datetime:
    """One session of pages, longer with intent; returns its last moment."""
    topics = {"careers": 6.0, "home": 1.0, "blog": 1.0} if kind == "jobseeker" else dict(PAGES[stage])
    if kind == "competitor":
        topics = {"pricing": 5, "product": 5, "integrations": 3}
    for _ in range(1 + min(9, int(rng.expovariate(1 / (1 + 3 * intent))))):
        seconds = dwell(rng, intent)
        story.did("page_viewed", when, topic=pick(rng, topics), seconds=seconds)
        when += timedelta(seconds=seconds + 2)
    if chance(rng, 0.5 if kind == "student" else (0.12, 0.3, 0.25, 0.08)[stage]):
        asset = rng.choice(list(ASSETS))
        story.did("asset_downloaded", when, asset=asset, kind=ASSETS[asset])
    if chance(rng, 0.05 + 0.1 * intent):
        story.did("linkedin_engaged", when, kind=pick(rng, {"follow": 3, "like": 5, "comment": 1}))
    return when


def _came_by(rng: random.Random, story: Story, channel: str, when: datetime) -> None:
    if channel == "webinar":
        story.did("webinar_attended", when, webinar=rng.choice(("overtime-in-care", "first-rota-in-an-hour")),
                  minutes=rng.randint(4, 55))  # fmt: skip
    elif channel == "linkedin":
        story.did("linkedin_engaged", when, kind="follow")


def _act(
    rng: random.Random, story: Story, when: datetime, stage: int, intent: float, influence: str, staff: int
) -> None:
    """Signals and answers that belong to a stage; calls reach the log hours later, when the rep writes them up."""
    done = {event["event"] for event in story.events}
    rep, call_late = rng.choice(REPS), days(rng, 0.2, 1).total_seconds()
    if stage >= 1 and chance(rng, 0.08):
        story.did("chat_started", when)
    if stage >= 1 and "form" not in {t["source"] for t in story.traits} and chance(rng, 0.5):
        need = pick(rng, {"confirmed": intent, "possible": 0.5, "none": 0.3 * (1 - intent)})
        story.said("need", need, when, "form")
        story.said("current_tool", pick(rng, {"spreadsheet": 5, "paper": 2, "other_software": 3}), when, "form")
    if stage >= 2:
        if "demo_requested" not in done and chance(rng, 0.12 + 0.45 * intent):
            story.did("demo_requested", when)
        if "trial_started" not in done and chance(rng, 0.08 + 0.25 * intent):
            story.did("trial_started", when)
    if "trial_started" in done and chance(rng, 0.25 + 0.6 * intent):
        story.did("rota_published", when, shifts=rng.randint(5, 30 + min(staff, 400) // 4))
    if stage >= 2 and ("demo_requested" in done or chance(rng, 0.15)) and chance(rng, 0.6):
        story.did("call_held", when + timedelta(hours=2), late=call_late, minutes=rng.randint(3, 40))
        for trait, value in _answers(rng, when, intent, influence, staff):
            if chance(rng, 0.65):
                story.said(trait, value, when + timedelta(hours=2), "call", rep, call_late)


def _answers(rng: random.Random, when: datetime, intent: float, influence: str, staff: int) -> list[tuple[str, object]]:
    need = pick(rng, {"confirmed": 0.3 + intent, "possible": 0.4, "none": 0.25 * (1 - intent)})
    budget = round(max(staff, 3) * 40 * rng.lognormvariate(0, 0.4) * (0.25 + intent) / 100) * 100
    ahead = days(rng, 50 + 260 * (1 - intent), 0.6)
    return [
        ("need", need),
        ("budget_amount", budget),
        ("influence", influence),
        ("buying_on", (when + ahead).date().isoformat()),
    ]


def _decide(
    rng: random.Random, story: Story, when: datetime, intent: float, fit: float, influence: str, staff: int
) -> bool:
    """Win or lose the lead a while after the visit; true if that falls before `until`."""
    said = {"decides": 0.5, "influences": 0.0, "none": -1.2}[influence]
    won = chance(rng, likely(-4.9, 4.5 * intent, 2.6 * fit, said))
    amount = round(max(staff, 3) * 40 * rng.lognormvariate(0, 0.3)) if won else None
    return story.ended("won" if won else "lost", when + days(rng, 9, 0.6), amount)


def _mail(rng: random.Random, story: Story, kind: str, start: datetime, intent: float, end: datetime) -> None:
    """The Tuesday newsletter: opened, clicked, answered or left; some company gateways click every link at once."""
    if not story.profile["Newsletter"]:
        return
    scanner = chance(rng, 0.05)
    for when in weekly(start, end, weekday=1, hour=9):
        campaign = f"newsletter-{when:%G-%V}"
        if scanner:
            story.did("email_clicked", when + timedelta(seconds=rng.randint(2, 6)), campaign=campaign)
            continue
        read = when + timedelta(minutes=int(rng.lognormvariate(5, 1.2)))
        if chance(rng, 0.12 + 0.4 * intent):
            story.did("email_opened", read, campaign=campaign)
            if chance(rng, 0.1 + 0.35 * intent):
                story.did("email_clicked", read + timedelta(seconds=40), campaign=campaign)
            if chance(rng, 0.01 + 0.03 * intent):
                story.did("survey_answered", read + timedelta(minutes=3), question="what-should-we-improve")
            if chance(rng, 0.02 * (1 - intent)):
                return story.did("unsubscribed", read + timedelta(minutes=1))


def _crawl(rng: random.Random, story: Story, start: datetime) -> None:
    """A bot that filled the form in: dozens of pages in a minute, never to be seen again."""
    when = start + timedelta(hours=rng.randrange(18))
    for _ in range(rng.randint(25, 70)):
        story.did("page_viewed", when, topic=pick(rng, {**PAGES[0], **PAGES[2]}), seconds=rng.randint(0, 1))
        when += timedelta(seconds=rng.randint(0, 2))
