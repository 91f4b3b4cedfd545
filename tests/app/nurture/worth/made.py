"""Programmes that many have entered, with what became of them: made up, so that the effects are known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Attempt, Outcome
from pyrometer.app.nurture.models import Act, Enrolment, Programme, Version
from pyrometer.app.temperature.models import Transition

NOW = datetime(2026, 6, 15, 10, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=200)
TEXT = """
format: 1
programme: {key}
name: {{en: {name}}}
purpose: email
enter: {{when: {{temperature: [cool, warm]}}, held_back: {share}%}}
steps: [{{send: intro}}, {{wait: 2w}}]
"""
_numbers = count(1)


def programme(key: str = "educate", name: str = "", share: int = 10, *, live: bool = True) -> Programme:
    """A programme with one version, by which people enter; it is called by its key where it has no other name."""
    name = name or key.capitalize()
    text = TEXT.format(key=key, name=name, share=share)
    made = Programme.objects.create(key=key, draft=text, drafted_at=LONG_AGO, created_at=LONG_AGO)
    if live:
        published(made, share, name)
    return made


def published(made: Programme, share: int, name: str = "Educate") -> Version:
    """Another version of it, which holds back another share."""
    number = made.versions.count() + 1
    text = TEXT.format(key=made.key, name=name, share=share)
    made.live = Version.objects.create(
        programme=made, number=number, digest=f"{made.key}{number}", text=text, published_at=LONG_AGO
    )
    made.save()
    return made.live


def leads(many: int) -> list[Lead]:
    """So many leads, each by itself."""
    made = Lead.objects.bulk_create(
        Lead(name=f"Lead {next(_numbers)}", created_at=LONG_AGO, last_seen_at=LONG_AGO) for _ in range(many)
    )
    for lead in made:
        lead.root_id = lead.pk
    Lead.objects.bulk_update(made, ["root"])
    return made


def entered(
    made: Programme, who: Sequence[Lead], *, held: bool = False, at: datetime = LONG_AGO, **more: object
) -> list[Enrolment]:
    """Let leads enter a programme, and end it."""
    given = {"version": made.live, "step": "end", "since": at, "ended_at": at, "standing": "finished"} | more
    return Enrolment.objects.bulk_create(
        Enrolment(programme=made, lead=lead, held_back=held, entered_at=at, **given) for lead in who
    )


def became(who: Sequence[Lead], after: str, at: datetime) -> None:
    """Let leads change their temperature or stage."""
    kind = "temperature" if after in ("hot", "warm", "cool") else "stage"
    Transition.objects.bulk_create(
        Transition(lead=lead, kind=kind, after=after, cause="evidence", at=at) for lead in who
    )


def won(who: Sequence[Lead], at: datetime, revenue: int | None = None, currency: str = "EUR") -> None:
    """Let leads be won."""
    amount = None if revenue is None else Decimal(revenue)
    Outcome.objects.bulk_create(
        Outcome(lead=lead, won=True, decided_at=at, source="crm", revenue=amount, currency=currency if revenue else "")
        for lead in who
    )


def tried(who: Sequence[Lead], at: datetime, times: int = 1) -> None:
    """Let reps try to reach leads."""
    hands = Assignment.objects.bulk_create(Assignment(lead=lead, because="", at=at, ended_at=at) for lead in who)
    Attempt.objects.bulk_create(
        Attempt(assignment=hand, channel="call", reached=False, at=at) for hand in hands for _ in range(times)
    )


def got(who: Sequence[Enrolment], kind: str, at: datetime, number: int = 1, *, taken: bool = True) -> None:
    """Let something be done in enrolments; the mail server took the mails, or didn't."""
    given = {"kind": kind, "number": number, "at": at, "taken_at": at if taken and kind in ("sent", "asked") else None}
    Act.objects.bulk_create(Act(enrolment=row, lead_id=row.lead_id, **given) for row in who)


def compared(
    made: Programme, *, of: int, held_of: int, hot: tuple[int, int] = (0, 0), accepted: tuple[int, int] = (0, 0),
    wins: tuple[int, int] = (0, 0), at: datetime = LONG_AGO,
) -> tuple[list[Lead], list[Lead]]:  # fmt: skip
    """Two groups of which so many of each got so far, a few days after they entered; those who got it got two mails."""
    groups = leads(of), leads(held_of)
    for place, who in enumerate(groups):
        rows = entered(made, who, held=bool(place), at=at)
        if not place:
            for number in (1, 2):
                got(rows, "sent", at + timedelta(days=number), number)
        for day, (after, numbers) in enumerate((("hot", hot), ("accepted", accepted)), start=3):
            became(who[: numbers[place]], after, at + timedelta(days=day))
        won(who[: wins[place]], at + timedelta(days=20), 900)
    return groups
