"""Aspen Quay, a school with fixed starts: brochures, info sessions, phone calls, and somebody else who pays."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .journey import LEISURE, OFFICE, Pace, arrival, days, dwell, likely, visits, weekly
from .people import address, chance, full_name, pick, typed
from .story import Story

Weights = dict[str, float]


@dataclass(frozen=True)
class Persona:
    """A kind of enquirer: hidden intent (beta) and fit, age, schooling, occupation, who pays and why they come."""

    share: float
    intent: tuple[float, float]
    fit: float
    age: tuple[int, int]
    schooling: Weights
    occupation: str
    payer: Weights
    goal: Weights


PERSONAS = {
    "changer": Persona(30, (2.3, 2.5), 0.85, (25, 48), {"secondary": 4, "bachelor": 4, "vocational": 3}, "employed",
                       {"self": 6, "job_centre": 1, "undecided": 2}, {"new_job": 7, "own_business": 2, "curiosity": 1}),
    "promoted": Persona(14, (2.8, 2.2), 1.0, (28, 52), {"bachelor": 5, "vocational": 3, "master": 1}, "employed",
                        {"employer": 7, "self": 2}, {"promotion": 8, "new_job": 2}),
    "jobless": Persona(15, (2.1, 2.6), 0.7, (21, 57), {"secondary": 4, "vocational": 4, "none": 2}, "unemployed",
                       {"job_centre": 7, "self": 1, "undecided": 2}, {"new_job": 9, "curiosity": 1}),
    "school_leaver": Persona(20, (2, 2.8), 0.6, (16, 20), {"secondary": 8, "none": 2}, "school",
                             {"parents": 8, "undecided": 2}, {"new_job": 6, "curiosity": 4}),
    "browser": Persona(15, (1, 8), 0.4, (20, 70), {"master": 4, "bachelor": 3, "secondary": 2}, "employed",
                       {"undecided": 5, "self": 2}, {"curiosity": 8, "new_job": 1}),
    "visa": Persona(6, (2, 5), 0.1, (20, 34), {"bachelor": 4, "secondary": 3}, "unemployed",
                    {"parents": 2, "self": 3}, {"visa": 9, "new_job": 1}),
}  # fmt: skip
INTAKES = tuple(date(year, month, 24 if month == 8 else 12) for year in (2025, 2026, 2027) for month in (1, 4, 8, 10))
COURSES = {"data": 5.0, "design": 3.0, "care": 3.0}
FEES = {"data": 5400, "design": 4800, "care": 3900}
BARRIERS = ("no statistics in the degree", "needs the diploma for the post", "tried to learn it alone twice",
            "cannot leave the job by day", "portfolio gets no answers", "out of the trade for six years")  # fmt: skip
ADVISERS = ("s.holm", "p.adeyemi")
PACE = Pace(gaps=(9, 6, 4, 3), advance=0.65, leave=0.36, revive=0.25, silence=45)


def live(rng: random.Random, story: Story) -> None:
    """Make one lead of the school: enquiry, visits, sessions, calls, application and outcome."""
    kind = pick(rng, {name: persona.share for name, persona in PERSONAS.items()})
    persona = PERSONAS[kind]
    heard = pick(rng, {"search": 8, "social": 6, "friend": 3, "fair": 3, "employer": 1, "job_centre": 2, "print": 2})
    intent = min(0.98, max(0.02, rng.betavariate(*persona.intent) + (0.12 if heard == "friend" else 0)))
    start = arrival(rng, story.until, 150)
    course = pick(rng, COURSES)
    intake = _next_intake(start + days(rng, 25 + 130 * (1 - intent), 0.6))
    payer = pick(rng, persona.payer)
    _profile(rng, story, persona, heard, course, intent, intake)
    rhythm = OFFICE if kind == "jobless" else LEISURE
    last, stage, sections = start, 0, 0
    for count, (when, stage) in enumerate(visits(rng, PACE, rhythm, start=start, until=story.until, intent=intent)):
        last = _visit(rng, story, kind, course, when, stage, intent)
        if count == 0:
            _form(rng, story, persona, when, payer)
        if count == 0 or (stage >= 1 and chance(rng, 0.5)):
            _call(rng, story, persona, last, stage, intent, payer, intake)
        if stage >= 1 and chance(rng, 0.14 + 0.12 * stage):
            _session(rng, story, course, last, intent)
        if stage >= 2 and sections < 5 and chance(rng, 0.1 + 0.5 * intent):
            for section in ("person", "schooling", "letter", "payment", "documents")[sections : sections + 2]:
                story.did("application_saved", last, section=section)
            sections += 2
        if sections >= 4 and chance(rng, 0.35) and _decide(rng, story, last, persona.fit, intent, payer, course):
            break
    _series(rng, story, start, intent, story.decided_at or story.until)
    if last < story.until - timedelta(days=60) and chance(rng, 0.7):
        story.ended("lost", last + timedelta(days=60))


def _next_intake(after: datetime) -> date:
    return next((day for day in INTAKES if day > after.date()), INTAKES[-1])


def _profile(
    rng: random.Random, story: Story, persona: Persona, heard: str, course: str, intent: float, intake: date
) -> None:
    first, last = full_name(rng)
    story.profile = {
        "name": f"{first} {last}",
        "email": address(rng, first, last),
        "phone": typed(rng, f"+46 70 {rng.randint(100, 999)} {rng.randint(1000, 9999)}", blank=0.25, slip=0),
        "age": typed(rng, rng.randint(*persona.age), blank=0.1),
        "city": typed(rng, pick(rng, {"Malmo": 6, "Lund": 4, "Copenhagen": 3, "Helsingborg": 2, "Kalmar": 1,
                                      "online only": 3}), blank=0.12, slip=0.03),
        "occupation": typed(rng, persona.occupation, blank=0.15),
        "schooling": typed(rng, pick(rng, persona.schooling), blank=0.2),
        "course_of_interest": "undecided" if chance(rng, 0.45 - 0.4 * intent) else course,
        "heard_from": heard,
        "apply_by": (intake - timedelta(days=40)).isoformat(),
    }  # fmt: skip


def _form(rng: random.Random, story: Story, persona: Persona, when: datetime, payer: str) -> None:
    """The enquiry form asks two things; the rest is for the call."""
    if chance(rng, 0.7):
        story.said("goal", pick(rng, persona.goal), when, "form")
    if chance(rng, 0.4):
        story.said("payer", payer, when, "form")


def _visit(
    rng: random.Random, story: Story, kind: str, course: str, when: datetime, stage: int, intent: float
) -> datetime:
    topics = ({"course": 5, "stories": 3, "fees": 1}, {"course": 4, "fees": 2, "dates": 2, "entry": 1},
              {"fees": 3, "dates": 3, "entry": 3, "course": 1}, {"entry": 3, "dates": 2, "fees": 2})[stage]  # fmt: skip
    for _ in range(1 + min(7, int(rng.expovariate(1 / (1 + 2.5 * intent))))):
        looked = course if chance(rng, 0.5 + 0.4 * intent) else pick(rng, COURSES)
        seconds = dwell(rng, intent)
        story.did("page_viewed", when, topic=pick(rng, dict(topics)), course=looked, seconds=seconds)
        when += timedelta(seconds=seconds + 3)
    for looked in COURSES if kind == "browser" and chance(rng, 0.4) else (course,):
        if chance(rng, (0.3, 0.25, 0.08, 0.02)[stage]):
            story.did("brochure_downloaded", when, course=looked)
    if stage >= 1 and chance(rng, 0.1):
        story.did("message_sent", when, channel=pick(rng, {"whatsapp": 3, "chat": 3, "mail": 2}))
    if stage >= 1 and chance(rng, 0.03):
        story.did("scholarship_asked", when)
    return when


def _call(
    rng: random.Random, story: Story, persona: Persona, when: datetime, stage: int, intent: float, payer: str,
    intake: date,
) -> None:  # fmt: skip
    """An adviser tries up to four times, or the lead phones; what was said is written up an hour or a day later."""
    late = days(rng, 0.1, 1.2).total_seconds()
    inbound = stage >= 1 and chance(rng, 0.05 + 0.3 * intent)
    moment = OFFICE.settle(rng, when + timedelta(hours=rng.randint(2, 60)))
    for attempt in range(4):
        if inbound or chance(rng, 0.2 + 0.5 * intent):
            minutes = max(1, round(rng.lognormvariate(1.6 + intent, 0.6)))
            direction = "inbound" if inbound else "outbound"
            story.did("call", moment, late=late, direction=direction, result="answered", minutes=minutes)
            if minutes >= 3:
                _answers(rng, story, persona, moment, late, stage, intent, payer, intake)
            return
        result = pick(rng, {"no_answer": 3, "voicemail": 2})
        story.did("call", moment, late=60, direction="outbound", result=result, minutes=0)
        if chance(rng, 0.45):
            return
        moment = OFFICE.settle(rng, moment + timedelta(days=1 + attempt))


def _answers(
    rng: random.Random, story: Story, persona: Persona, when: datetime, late: float, stage: int, intent: float,
    payer: str, intake: date,
) -> None:  # fmt: skip
    agreed = intent * 0.5 + 0.15 * stage
    agrees = pick(rng, {"agreed": agreed, "asked": 0.3, "not_asked": 0.3, "refused": 0.15 * (1 - intent)})
    answers: dict[str, object] = {
        "goal": pick(rng, persona.goal),
        "plan": pick(rng, {"concrete": intent + 0.1 * stage, "vague": 0.5, "none": 0.3 * (1 - intent)}),
        "challenge": rng.choice(BARRIERS) if chance(rng, 0.3 + 0.6 * intent) else "",
        "start_on": intake.isoformat(),
        "payer": payer,
        "payer_agrees": agrees if payer not in ("self", "undecided") else "",
        "hours_a_week": rng.randint(3, 10) if chance(rng, 1 - intent) else rng.randint(8, 25),
    }
    author = rng.choice(ADVISERS)
    for trait, value in answers.items():
        if value != "" and chance(rng, 0.65):
            story.said(trait, value, when, "call", author, late)


def _session(rng: random.Random, story: Story, course: str, when: datetime, intent: float) -> None:
    """Booked now, held on the next Wednesday at 17:00; some stay away."""
    held = next(weekly(when + timedelta(hours=12), when + timedelta(days=15), weekday=2, hour=17))
    session = f"{course}-{held:%m%d}"
    story.did("session_booked", when, session=session)
    if chance(rng, 0.35 + 0.5 * intent):
        story.did("session_attended", held, session=session, minutes=rng.randint(12, 75))
    else:
        story.did("session_missed", held, session=session)


def _series(rng: random.Random, story: Story, start: datetime, intent: float, end: datetime) -> None:
    """The prospectus series, every Monday for twelve weeks; every fourth letter asks a question."""
    for number, when in enumerate(weekly(start, min(end, start + timedelta(weeks=12)), weekday=0, hour=6), 1):
        campaign, read = f"series-{number}", when + timedelta(minutes=int(rng.lognormvariate(5, 1.2)))
        if chance(rng, 0.2 + 0.4 * intent):
            story.did("email_opened", read, campaign=campaign)
            if chance(rng, 0.1 + 0.3 * intent):
                story.did("email_clicked", read + timedelta(seconds=30), campaign=campaign)
        elif number % 4 == 0:
            story.did("survey_ignored", when + timedelta(days=5), campaign=campaign)


def _decide(
    rng: random.Random, story: Story, when: datetime, fit: float, intent: float, payer: str, course: str
) -> bool:
    """Enrolled or not, some days after the application; true if that falls before `until`."""
    won = chance(rng, likely(-3.4, 3.8 * intent, 2.4 * fit, 0.4 if payer in ("employer", "job_centre") else 0))
    return story.ended("won" if won else "lost", when + days(rng, 8, 0.5), FEES[course] if won else None)
