"""Tells a lead how it is rated and why, in its language."""

from __future__ import annotations

from datetime import datetime

from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.words import in_language, say
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.queries import explain


def tell(root: Lead, language: str, now: datetime) -> list[str]:
    """The temperature, every line of every score, and what isn't counted; nothing where no definition is live."""
    found = explain(root.pk, now)
    if found is None:
        return []
    lines = [say(language, f"score_{found.temperature}"), say(language, "score_automatic")]
    for each in found.sums:
        name = "score_sum" if each.lines else "score_nothing"
        lines.append(say(language, name, score=_name(each.score), points=each.points))
        for line in each.lines:
            counted = line.hits and line.last_at
            name = "score_counted" if counted else "score_line"
            lines.append(say(language, name, rule=line.rule, points=line.points, count=line.hits, day=line.last_at))
    names = dict(Purpose.objects.values_list("slug", "names"))
    lines += [
        say(language, "score_withheld", events=each.events, answers=each.answers,
            purpose=in_language(names.get(each.purpose, {}), language, each.purpose))
        for each in found.withheld
    ]  # fmt: skip
    return lines


def _name(score: str) -> str:
    plain = score.replace("_", " ")
    return plain[:1].upper() + plain[1:]
