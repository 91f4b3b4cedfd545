"""What programmes have to do with a lead, in plain words: for the one whom it is about."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.formats import date_format

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import Act, Enrolment
from pyrometer.app.nurture.texts import programme

MOST = 500
_WORDS = {
    "en": {
        "inside": "{at}: entered the series “{name}”, and is in it.",
        "ended": "{at}: entered the series “{name}”; it ended on {end} ({because}).",
        "held": "{at}: was chosen by chance to get nothing of the series “{name}”, to compare with.",
        "sent": "{at}: the mail “{what}” was made ready.",
        "asked": "{at}: a question was asked.",
    },
    "de": {
        "inside": "{at}: in die Reihe „{name}“ aufgenommen, und noch darin.",
        "ended": "{at}: in die Reihe „{name}“ aufgenommen; sie endete am {end} ({because}).",
        "held": "{at}: durch Zufall ausgewählt, zum Vergleich nichts aus der Reihe „{name}“ zu bekommen.",
        "sent": "{at}: die Mail „{what}“ wurde vorbereitet.",
        "asked": "{at}: eine Frage wurde gestellt.",
    },
    "sv": {
        "inside": "{at}: kom med i serien ”{name}” och är kvar i den.",
        "ended": "{at}: kom med i serien ”{name}”; den slutade {end} ({because}).",
        "held": "{at}: valdes slumpvis till att inte få något ur serien ”{name}”, som jämförelse.",
        "sent": "{at}: mejlet ”{what}” gjordes i ordning.",
        "asked": "{at}: en fråga ställdes.",
    },
    "ja": {
        "inside": "{at}: シリーズ「{name}」に入り、現在も対象です。",
        "ended": "{at}: シリーズ「{name}」に入り、{end}に終了しました({because})。",
        "held": "{at}: 比較のため、無作為にシリーズ「{name}」の配信対象外に選ばれました。",
        "sent": "{at}: メール「{what}」を用意しました。",
        "asked": "{at}: 質問をお送りしました。",
    },
}


def tell(root: Lead, language: str, now: datetime) -> list[str]:
    """The programmes that a root was in, and what was made ready for it there, in order of time."""
    words = _WORDS.get(language, _WORDS["en"])
    with translation.override(language):
        return _lines(root, language, words)


def _day(when: datetime | None) -> str:
    """A day as the rest of the page writes it."""
    return "" if when is None else date_format(when, "DATE_FORMAT")


def _lines(root: Lead, language: str, words: dict[str, str]) -> list[str]:
    found: list[tuple[datetime, str]] = []
    rows = Enrolment.objects.filter(lead__root=root).select_related("version").order_by("-entered_at")[:MOST]
    for row in rows:
        names = programme(row.version.text).name
        name = names.get(language) or names.get("en") or next(iter(names.values()))
        kind = "held" if row.held_back else "inside" if row.ended_at is None else "ended"
        values = {"at": _day(row.entered_at), "end": _day(row.ended_at), "name": name, "because": row.because}
        found.append((row.entered_at, words[kind].format(**values)))
    acts = Act.objects.filter(lead__root=root, kind__in=[Act.Kind.SENT, Act.Kind.ASKED]).order_by("-at")[:MOST]
    found += [(act.at, words[act.kind].format(at=_day(act.at), what=act.what)) for act in acts]
    return [line for _, line in sorted(found, key=lambda each: each[0])]
