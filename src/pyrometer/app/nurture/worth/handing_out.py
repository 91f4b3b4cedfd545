"""The figures of programmes as files: JSON with all of them, CSV with a line for each outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse

from pyrometer.app.nurture.worth.counting import Side
from pyrometer.app.nurture.worth.figures import Worth
from pyrometer.app.nurture.worth.telling import sentence
from pyrometer.app.spreadsheets import table
from pyrometer.nurture.worth import OUTCOMES, Effect

COLUMNS = (
    "programme", "version", "days", "as_of", "outcome", "said", "kind", "got_of", "got_came", "held_of", "held_came",
    "confidence", "difference", "low", "high", "ratio", "ratio_low", "ratio_high", "extra", "extra_low", "extra_high",
    "seen", "mails", "cost", "currency", "cost_of_one_more", "cost_low", "cost_high",
)  # fmt: skip
KINDS = ("csv", "json")


def handed_out(worths: Sequence[Worth], kind: str, name: str) -> HttpResponse:
    """A file of a kind, called `name` and the ending."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    if kind == "json":
        found = [figures(each) for each in worths]
        return JsonResponse({"programmes": found}, headers=disposition, json_dumps_params={"ensure_ascii": False})
    lines = (_line(each, outcome) for each in worths for outcome in OUTCOMES)
    written = "".join(table(COLUMNS, ([line[column] for column in COLUMNS] for line in lines)))
    return HttpResponse(written, content_type="text/csv; charset=utf-8", headers=disposition)


def figures(worth: Worth) -> dict[str, Any]:
    """All figures of a programme. Rates and differences are shares from 0 to 1; what can't be given is null."""
    cost, balance = worth.cost, worth.balance
    return {
        "programme": worth.programme.key,
        "version": worth.version and worth.version.number,
        "days": worth.horizon,
        "as_of": worth.as_of.isoformat(timespec="seconds"),
        "entered": worth.counted.entered,
        "spoiled": worth.counted.spoiled,
        "draw": {
            "entered": balance.entered,
            "held_back": balance.held,
            "expected": balance.expected,
            "chance": balance.chance,
        },
        "got_it": _side(worth.counted.got),
        "held_back": _side(worth.counted.held),
        "outcomes": {outcome: _effect(worth, outcome) for outcome in OUTCOMES},
        "cost": {
            "currency": worth.currency,
            "mails": str(round(cost.mail_cost, 2)),
            "extra_attempts": cost.attempts,
            "extra_attempts_interval": cost.attempts_interval,
            "hours": cost.hours,
            "hours_cost": str(round(cost.hours_cost, 2)),
            "total": str(round(cost.total, 2)),
        },
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "leads": side.of,
        **side.came,
        "revenue": {currency: str(amount) for currency, amount in side.revenue.items()},
        "mails": side.mails,
        "notices": side.notices,
        "attempts": side.attempts,
    }


def _effect(worth: Worth, outcome: str) -> dict[str, Any]:
    effect = worth.effects[outcome]
    each = worth.cost.per_extra(effect)
    found: dict[str, Any] = {"kind": effect.kind.value, "said": sentence(outcome, effect)}
    if not effect.told:
        return found
    return found | {
        "confidence": effect.confidence,
        "difference": effect.difference,
        "interval": effect.interval,
        "ratio": effect.ratio,
        "ratio_interval": _finite(effect),
        "extra": effect.extra,
        "extra_interval": effect.extra_interval,
        "smallest_seen": effect.seen,
        "cost_of_one_more": each and round(float(each[0]), 2),
        "cost_interval": each and [round(bound, 2) for bound in each[1]],
    }


def _finite(effect: Effect) -> list[float | None] | None:
    """The interval of the ratio; JSON knows no infinity."""
    if effect.ratio_interval is None:
        return None
    return [bound if bound != float("inf") else None for bound in effect.ratio_interval]


def _line(worth: Worth, outcome: str) -> dict[str, Any]:
    found, effect = figures(worth), _effect(worth, outcome)
    line = {column: found.get(column) for column in COLUMNS} | {
        "outcome": outcome,
        "got_of": worth.effects[outcome].got.of,
        "got_came": worth.effects[outcome].got.came,
        "held_of": worth.effects[outcome].held.of,
        "held_came": worth.effects[outcome].held.came,
        "seen": effect.get("smallest_seen"),
        "mails": worth.cost.mails,
        "cost": found["cost"]["total"],
        "currency": worth.currency,
    }
    for column in ("said", "kind", "confidence", "difference", "ratio", "extra", "cost_of_one_more"):
        line[column] = effect.get(column)
    for name, column in (
        ("", "interval"),
        ("ratio_", "ratio_interval"),
        ("extra_", "extra_interval"),
        ("cost_", "cost_interval"),
    ):
        line[f"{name}low"], line[f"{name}high"] = effect.get(column) or (None, None)
    return line
