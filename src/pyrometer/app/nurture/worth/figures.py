"""What a programme was worth, put together: effects, costs, curves, and whether the comparison is a fair one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from django.utils.translation import get_language

from pyrometer.app.nurture.models import Programme, Terms, Version
from pyrometer.app.nurture.worth.counting import Counted, counted
from pyrometer.nurture import read
from pyrometer.nurture.words import text
from pyrometer.nurture.worth import OUTCOMES, Balance, Cost, Effect, Kind, Prices, balance, cost, curve, effects

HORIZONS = (30, 60, 90, 180)
"""For how many days leads are followed from when they entered."""
USUAL = 90
READ = 256
"""Versions of which is kept what they say."""


@dataclass(frozen=True)
class Worth:
    """A programme as it is judged: what became of those who entered until `as_of` less the horizon.

    `share` is what the version by which people enter now holds back; None where there is none that can be read.
    """

    programme: Programme
    name: str
    version: Version | None
    horizon: int
    as_of: datetime
    counted: Counted
    share: float | None
    prices: Prices
    currency: str
    balance: Balance

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """By outcome."""
        got, held = self.counted.got, self.counted.held
        return effects(got.of, held.of, got.came, held.came)

    @property
    def decides(self) -> Effect:
        """The effect by which the programme is judged."""
        return self.effects["won"]

    @cached_property
    def cost(self) -> Cost:
        """What it took."""
        return cost(self.counted.got.effort, self.counted.held.effort, self.prices)

    @cached_property
    def curves(self) -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
        """By outcome: the shares by day of those who got it, and of those held back."""
        got, held = self.counted.got, self.counted.held
        return {
            name: tuple(curve(side.of, side.by_day[name], self.horizon) for side in (got, held)) for name in OUTCOMES
        }

    @property
    def nobody_held(self) -> bool:
        """Whether there is nobody to compare with, or, where nobody was followed for long enough yet, never will be."""
        held = self.counted.held_entered
        return not held and (self.decides.kind is Kind.NOBODY_HELD or self.share == 0)

    @property
    def ready_at(self) -> datetime | None:
        """When the first that entered will have been followed for long enough; None where nobody entered."""
        first = self.counted.first_at
        return None if first is None else first + timedelta(days=self.horizon)


def worth_of(programme: Programme, now: datetime, horizon: int = USUAL, version: Version | None = None) -> Worth:
    """What a programme, or a version of it, was worth."""
    found = counted(now, horizon, programme=programme, version=version)
    return _worth(
        programme, found.get(programme.pk, Counted()), now, horizon, version, Terms.objects.first() or Terms()
    )


def worth_of_all(now: datetime, horizon: int = USUAL) -> list[Worth]:
    """What all programmes were worth, in the order of their keys."""
    found, terms = counted(now, horizon), Terms.objects.first() or Terms()
    programmes = Programme.objects.select_related("live")
    return [_worth(each, found.get(each.pk, Counted()), now, horizon, None, terms) for each in programmes]


def _worth(
    programme: Programme, found: Counted, now: datetime, horizon: int, version: Version | None, terms: Terms
) -> Worth:
    said = version or programme.live
    names, share = _said(said.text if said else programme.draft)
    return Worth(
        programme=programme,
        name=text(names, get_language() or "en") or programme.key,
        version=version,
        horizon=horizon,
        as_of=now,
        counted=found,
        share=share,
        prices=Prices(terms.mail_cost, terms.rep_hour_cost, terms.attempt_minutes),
        currency=terms.currency,
        balance=_balance(found.drawn),
    )


def _balance(drawn: Mapping[int, Mapping[bool, int]]) -> Balance:
    texts = dict(Version.objects.filter(pk__in=drawn).values_list("pk", "text"))
    shares = {pk: _said(each)[1] for pk, each in texts.items()}
    return balance(
        (sum(groups.values()), groups.get(True, 0), share)
        for pk, groups in drawn.items()
        if (share := shares.get(pk)) is not None
    )


@lru_cache(maxsize=READ)
def _said(written: str) -> tuple[Mapping[str, str], float | None]:
    """What a text calls its programme, and which share it holds back."""
    found = read(f"{written}\n").programme  # without a line break it would be taken for a path
    return ({}, None) if found is None else (found.name, float(found.enter.held_back))
