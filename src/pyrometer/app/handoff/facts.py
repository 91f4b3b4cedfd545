"""What decisions about leads are made from, gathered for many leads with a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Max, Q

from pyrometer.app.evidence.models import Event
from pyrometer.app.handoff.models import Assignment, Outcome, Standing
from pyrometer.app.handoff.terms import TARGET_MARKET, Agreed
from pyrometer.app.temperature.models import Reading
from pyrometer.lifecycle import Facts, Fit, Said, Stage, State

BOUGHT = 200
"""Past customers, the latest ones, whose fit says what is usual."""
ENOUGH = 8
"""Fewer past customers say nothing."""


def states(readings: Sequence[Reading], agreed: Agreed, now: datetime) -> dict[int, State]:
    """Where leads stand, by root. The readings come with their leads."""
    roots = [reading.pk for reading in readings]
    facts = facts_of(readings, agreed, now)
    standings = Standing.objects.in_bulk(roots)
    owned = set(
        Assignment.objects.filter(lead__in=roots, ended_at__isnull=True, rep__isnull=False).values_list(
            "lead", flat=True
        )
    )
    found = {}
    for reading in readings:
        standing = standings.get(reading.pk)
        found[reading.pk] = State(
            stage=Stage(reading.stage),
            since=reading.stage_since,
            facts=facts[reading.pk],
            owned=reading.pk in owned,
            verdict=Said(standing.verdict) if standing and standing.verdict else None,
            recycle_on=standing.recycle_on if standing else None,
            promised=standing.promised if standing else False,
        )
    return found


def facts_of(readings: Sequence[Reading], agreed: Agreed, now: datetime) -> dict[int, Facts]:
    """How leads read now, by root. What no decision would look at isn't asked for."""
    fits = {reading.pk: agreed.fit(reading.grades) for reading in readings}
    asked = sales_actions([reading for reading in readings if fits[reading.pk] == Fit.GOOD], agreed, now)
    won, usual = _companies_that_bought(readings), _usual_fit(agreed.fit_score)
    return {
        reading.pk: Facts(
            temperature=reading.temperature,
            hot_since=reading.hot_since,
            fit=fits[reading.pk],
            sales_action_at=asked.get(reading.pk),
            ready=any(framework.get("ready") for framework in reading.frameworks.values()),
            met=sum(status == "met" for status in reading.criteria.values()),
            in_market=reading.flags.get(TARGET_MARKET) is True or reading.lead.country in agreed.markets,
            like_customers=_like_customers(reading, won, agreed.fit_score, usual),
            reachable=not reading.lead.anonymous,
            last_seen=reading.lead.last_seen_at,
        )
        for reading in readings
    }


def sales_actions(readings: Sequence[Reading], agreed: Agreed, now: datetime) -> dict[int, datetime]:
    """When leads last did what only a buyer does, or when we learned of it, as far as it still counts.

    Sales can't have judged what wasn't known yet: a phone may have been offline, a list may be of last week.

    Whether, is for the definition's flag to say, where there is one; when, for the events that it looks at. A flag that
    holds for another reason is as old as the stage: it is no news.
    """
    flag = agreed.sales_flag
    asked = {reading.pk: reading for reading in readings if flag is None or reading.flags.get(flag) is True}
    found = {} if flag is None else {root: reading.stage_since for root, reading in asked.items()}
    for root, occurred, received in _latest(asked, agreed, now):
        at = max(occurred, received)
        found[root] = max(at, found.get(root, at))
    return found


def _latest(roots: Iterable[int], agreed: Agreed, now: datetime) -> Iterable[tuple[int, datetime, datetime]]:
    roots = list(roots)
    if not roots or not agreed.sales_events:
        return ()
    by_days: dict[int, list[str]] = {}
    for name, days in agreed.sales_events.items():
        by_days.setdefault(days, []).append(name)
    still = [Q(name__in=names, occurred_at__gte=now - timedelta(days=days)) for days, names in by_days.items()]
    done = Event.objects.filter(
        reduce(or_, still),
        lead__root__in=roots,
        occurred_at__lte=now,
        bot="",
        retracted_at__isnull=True,
    )
    return done.values_list("lead__root").annotate(Max("occurred_at"), Max("received_at"))


def _like_customers(reading: Reading, won: set[int], fit_score: str, usual: float | None) -> bool:
    """Whether somebody of its company bought, or it fits as well as three of four past customers do."""
    if reading.lead.company_id is not None and reading.lead.company_id in won:
        return True
    fit = reading.scores.get(fit_score)
    return usual is not None and fit is not None and fit >= usual


def _usual_fit(fit_score: str) -> float | None:
    """The fit that three of four past customers reach, as they read now; None where too few bought to say."""
    bought = Outcome.objects.filter(won=True, lead__root__reading__isnull=False).order_by("-decided_at")
    fits = sorted(
        scores[fit_score]
        for scores in bought.values_list("lead__root__reading__scores", flat=True)[:BOUGHT]
        if fit_score in scores
    )
    return fits[len(fits) // 4] if len(fits) >= ENOUGH else None


def _companies_that_bought(readings: Sequence[Reading]) -> set[int]:
    companies = {reading.lead.company_id for reading in readings} - {None}
    if not companies:
        return set()
    bought = Outcome.objects.filter(won=True, lead__company__in=companies)
    return set(bought.values_list("lead__company", flat=True))
