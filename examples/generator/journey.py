"""Time: when people come, how long they stay on a page, how they move from curious to decided or fall silent."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .people import chance


@dataclass(frozen=True)
class Rhythm:
    """Which hours (24 weights, UTC) people come at, and how readily at the weekend (0 never, 1 as on any day)."""

    hours: Sequence[int]
    weekend: float

    def settle(self, rng: random.Random, when: datetime) -> datetime:
        """A plausible moment on the day of `when` or, if that is an unlikely day, on the next likely one."""
        while when.weekday() >= 5 and not chance(rng, self.weekend):
            when += timedelta(days=1)
        hour = rng.choices(range(24), self.hours)[0]
        settled = when.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        return settled if settled > when else when + timedelta(minutes=rng.randrange(5, 90))


#                       0                 6                 12                18                23
OFFICE = Rhythm(hours=(0, 0, 0, 0, 0, 1, 4, 9, 12, 12, 10, 7, 8, 11, 11, 9, 6, 3, 2, 2, 2, 1, 1, 0), weekend=0.12)
LEISURE = Rhythm(hours=(2, 1, 0, 0, 0, 1, 3, 4, 4, 4, 5, 7, 7, 5, 4, 4, 5, 7, 10, 13, 14, 12, 8, 4), weekend=1.0)


@dataclass(frozen=True)
class Pace:
    """How a kind of journey moves through its four stages: curious, considering, evaluating, deciding."""

    gaps: tuple[float, float, float, float]  # median days between visits, by stage
    advance: float  # how readily a visit leads to the next stage
    leave: float  # how readily somebody without intent falls silent after a visit
    revive: float  # the part of the silent who come back one day
    silence: float  # median days of such a silence


def visits(
    rng: random.Random, pace: Pace, rhythm: Rhythm, *, start: datetime, until: datetime, intent: float
) -> Iterator[tuple[datetime, int]]:
    """The visits of a person with that `intent` (0 to 1) as (moment, stage 0 to 3), until they stop coming."""
    when, stage = rhythm.settle(rng, start), 0
    while when < until:
        yield when, stage
        if chance(rng, pace.leave * (1 - intent)):
            if not chance(rng, pace.revive):
                return
            wait = days(rng, pace.silence, 0.4)
        else:
            if stage < 3 and chance(rng, pace.advance * (0.15 + intent)):
                stage += 1
            wait = days(rng, pace.gaps[stage], 0.7)
        when = rhythm.settle(rng, when + wait)


def days(rng: random.Random, median: float, spread: float) -> timedelta:
    """A lognormal stretch of time around a median in days, in whole seconds."""
    return timedelta(seconds=round(rng.lognormvariate(math.log(median * 86400), spread)))


def dwell(rng: random.Random, intent: float) -> int:
    """Seconds on a page: lognormal, longer for those who mean it, never above half an hour."""
    return min(1800, round(rng.lognormvariate(math.log(25 + 60 * intent), 0.9)))


def arrival(rng: random.Random, until: datetime, span: int) -> datetime:
    """A first day within `span` days before `until`; business grows, so later days are likelier."""
    back = int(span * (1 - math.sqrt(0.15 + 0.85 * rng.random())) / (1 - math.sqrt(0.15)))
    return (until - timedelta(days=back + 1)).replace(hour=5)


def weekly(start: datetime, until: datetime, *, weekday: int, hour: int) -> Iterator[datetime]:
    """Every such weekday and hour after `start` and before `until`: when the newsletter goes out."""
    when = (start + timedelta(days=(weekday - start.weekday()) % 7)).replace(hour=hour, minute=0, second=0)
    while when < until:
        if when > start:
            yield when
        when += timedelta(days=7)


def likely(*terms: float) -> float:
    """The logistic of the terms' sum: a probability."""
    total = 0.0
    for term in terms:
        total += term
    return 1 / (1 + math.exp(-total))
