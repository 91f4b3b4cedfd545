"""What a programme cost, line by line, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from pyrometer.app.nurture.worth.figures import Worth
from pyrometer.app.nurture.worth.numbers import count, hours, money, whole
from pyrometer.nurture.worth import NOTICE_MINUTES


@dataclass(frozen=True)
class Line:
    """What it was, how much of it, and what it cost."""

    what: str
    number: str
    cost: str
    hint: str = ""


def costs(worth: Worth) -> list[Line]:
    """Mails, attempts, notices, and all together."""
    found, prices, currency = worth.cost, worth.prices, worth.currency
    each = _("that the mail server took, %(price)s each") % {"price": money(prices.mail, currency)}
    lines = [Line(_("Mails"), count(found.mails), money(found.mail_cost, currency), each)]
    if found.attempts is None or found.attempts_interval is None:
        hint = _("how many there would have been anyway isn't known: nobody was held back")
        lines.append(Line(_("Attempts of reps"), count(worth.counted.got.attempts), "–", hint))
    else:
        span = {name: whole(bound) for name, bound in zip(("low", "high"), found.attempts_interval, strict=True)}
        if found.told:
            hint = _("more or fewer than as many leads held back would have had: from %(low)s to %(high)s") % span
            paid = _paid(worth, found.attempts * prices.attempt_minutes)
        else:
            hint = (
                _("whether more than without it can't be told (from %(low)s to %(high)s), so they count as none") % span
            )
            paid = money(0, currency)
        lines.append(Line(_("Attempts of reps"), whole(found.attempts), paid, hint))
    notices = found.notices * NOTICE_MINUTES
    reading = _("%(minutes)d minutes each, to read") % {"minutes": NOTICE_MINUTES}
    lines.append(Line(_("Notices to reps"), count(found.notices), _paid(worth, notices), reading))
    spent = _("%(hours)s hours of reps, at %(price)s") % {
        "hours": hours(found.hours),
        "price": money(prices.hour, currency),
    }
    return [*lines, Line(_("Together"), "", money(found.total, currency), spent)]


def _paid(worth: Worth, minutes: float) -> str:
    return money(Decimal(minutes / 60) * worth.prices.hour, worth.currency)
