"""The pages of what programmes were worth."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pyrometer.app.nurture.models import Programme, Version
from pyrometer.app.nurture.worth import charts
from pyrometer.app.nurture.worth.costs import costs
from pyrometer.app.nurture.worth.counting import Side
from pyrometer.app.nurture.worth.figures import HORIZONS, USUAL, Worth, worth_of, worth_of_all
from pyrometer.app.nurture.worth.handing_out import KINDS, handed_out
from pyrometer.app.nurture.worth.numbers import count, money, share
from pyrometer.app.nurture.worth.telling import NAMES, brief, fairness, price, rows, told
from pyrometer.app.people.may import allowed
from pyrometer.nurture.worth import OUTCOMES

STEPS = 7
"""Days between the rows of a curve's table."""


@require_safe
@allowed("nurture.read")
def programme(request: HttpRequest, key: str) -> HttpResponse:
    """What one programme was worth."""
    found = _asked(request, key, timezone.now())
    compared = found.decides.held.of > 0 and found.decides.got.of > 0
    context: dict[str, Any] = {
        "worth": found,
        "programme": found.programme,
        "name": found.name,
        "tab": "worth",
        "told": told(found),
        "horizons": HORIZONS,
        "versions": found.programme.versions.order_by("-number"),
        "compared": compared,
        "fairness": fairness(found),
        "waiting": found.counted.entered - found.decides.got.of - found.decides.held.of,
    }
    if found.decides.got.of or found.decides.held.of:
        context |= {
            "rows": rows(found),
            "got": count(found.decides.got.of),
            "held": count(found.decides.held.of),
            "costs": costs(found),
            "revenue": _revenue(found),
        }
    if compared:
        named = [(str(NAMES[outcome]), found.effects[outcome]) for outcome in OUTCOMES]
        context |= {
            "effects": charts.effects(named, _("Effects in points, with their intervals")),
            "growths": [(NAMES[name], picture, _weekly(found, name)) for name, picture in charts.growths(found)],
        }
    return render(request, "nurture/worth/programme.html", context)


@require_safe
@allowed("nurture.read")
def everything(request: HttpRequest) -> HttpResponse:
    """What all programmes were worth, one below the other."""
    now = timezone.now()
    horizon = _horizon(request)
    worths = worth_of_all(now, horizon)
    context = {
        "lines": [_overview(each) for each in worths],
        "horizon": horizon,
        "horizons": HORIZONS,
        "as_of": now,
        "effects": charts.effects(
            [(each.name, each.decides) for each in worths if not each.balance.suspicious],
            _("Effects on wins in points, with their intervals"),
        ),
    }
    return render(request, "nurture/worth/everything.html", context)


@require_safe
@allowed("nurture.read")
def figures(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The figures of one programme as a file."""
    _check(kind)
    found = _asked(request, key, timezone.now())
    return handed_out([found], kind, f"worth-{key}-{found.as_of:%Y-%m-%d}")


@require_safe
@allowed("nurture.read")
def all_figures(request: HttpRequest, kind: str) -> HttpResponse:
    """The figures of all programmes as a file."""
    _check(kind)
    now = timezone.now()
    return handed_out(worth_of_all(now, _horizon(request)), kind, f"worth-{now:%Y-%m-%d}")


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise Http404


def _asked(request: HttpRequest, key: str, now: datetime) -> Worth:
    found = get_object_or_404(Programme.objects.select_related("live"), key=key)
    number = request.GET.get("version", "")
    version = None
    if number:
        if not (number.isdecimal() and len(number) < 9):
            raise Http404
        version = get_object_or_404(Version, programme=found, number=int(number))
    return worth_of(found, now, _horizon(request), version)


def _horizon(request: HttpRequest) -> int:
    """The days that are asked for; what nobody offers counts as the usual."""
    asked = request.GET.get("days", "")
    return next((days for days in HORIZONS if str(days) == asked), USUAL)


def _weekly(found: Worth, outcome: str) -> list[tuple[int, str, str]]:
    """A curve as a table: day, share of those who got it, share of those held back."""
    got, held = found.curves[outcome]
    days = [*range(STEPS, found.horizon, STEPS), found.horizon]
    return [(day, share(got[day]), share(held[day])) for day in days]


def _revenue(found: Worth) -> list[tuple[str, tuple[str, str], tuple[str, str]]]:
    """By currency: what those who got it brought, and those held back, with the mean of a lead."""
    got, held = found.counted.got, found.counted.held

    def said(side: Side, currency: str) -> tuple[str, str]:
        amount = side.revenue.get(currency, 0)
        each = _("%(each)s a lead") % {"each": money(amount / side.of, currency)} if side.of else ""
        return (money(amount, currency), each) if side.of else ("–", "")

    return [(currency, said(got, currency), said(held, currency)) for currency in sorted({*got.revenue, *held.revenue})]


def _overview(found: Worth) -> dict[str, Any]:
    """A line of the table of all programmes."""
    counted, cost = found.counted, found.cost
    followed = found.decides.got.of + found.decides.held.of
    return {
        "programme": found.programme,
        "name": found.name,
        "entered": count(counted.entered),
        "held": count(counted.held_entered),
        "shares": [(NAMES[name], share(effect.got.rate) if effect.got.of else "–",
                    share(effect.held.rate) if effect.held.of else "–") for name, effect in found.effects.items()],
        "revenue": [money(amount, currency) for currency, amount in sorted(counted.got.revenue.items())],
        "unfair": found.balance.suspicious,
        "said": brief(found),
        "kind": found.decides.kind,
        "mails": count(cost.mails),
        "cost": money(cost.total, found.currency) if followed else "–",
        "price": price(cost, found.decides, found.currency) if followed and not found.balance.suspicious else "–",
    }  # fmt: skip
