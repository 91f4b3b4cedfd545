"""How the figures of this page are written: in points, leads, hours and money, with true minus signs."""

from __future__ import annotations

from decimal import Decimal
from math import isinf

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from pyrometer.intervals import Interval

BLANK = "\N{NO-BREAK SPACE}"
FINE = 0.01
"""Intervals that are narrower than a point are written with two digits behind the point."""


def share(rate: float) -> str:
    """A share as a percentage; rare things with two digits behind the point.

    >>> share(0.0631).replace(BLANK, " "), share(0.0004).replace(BLANK, " ")
    ('6.3 %', '0.04 %')
    """
    return f"{_decimal(rate * 100, 2 if 0 < rate < FINE else 1)}{BLANK}%"


def signed(number: float, digits: int) -> str:
    """A number with its sign; what rounds to nothing has none.

    >>> signed(0.31, 1), signed(-2, 0), signed(-0.01, 1)
    ('+0.3', '−2', '0.0')
    """
    written = _decimal(abs(number), digits)
    if not float(f"{abs(number):.{digits}f}"):
        return written
    return ("+" if number > 0 else "−") + written


def points(apart: float, interval: Interval) -> str:
    """A difference of shares in percentage points, as fine as its interval allows.

    >>> points(0.031, (0.012, 0.05)), points(0.0031, (0.0012, 0.005))
    ('+3.1', '+0.31')
    """
    return signed(apart * 100, digits(interval))


def digits(interval: Interval) -> int:
    """How many digits behind the point an interval of points is told with."""
    return 2 if interval[1] - interval[0] < FINE else 1


def count(number: float) -> str:
    """A whole number.

    >>> count(12345.4)
    '12,345'
    """
    return number_format(Decimal(round(number)), 0, use_l10n=True, force_grouping=True)


def whole(number: float) -> str:
    """A number of leads more or fewer, with its sign.

    >>> whole(270.2), whole(-1.2)
    ('+270', '−1')
    """
    return signed(number, 0)


def times(ratio: float) -> str:
    """How many times as many.

    >>> times(2.0).replace(BLANK, " ")
    '2.00 ×'
    """
    return _("any number") if isinf(ratio) else f"{_decimal(ratio, 2)}{BLANK}×"


def money(amount: Decimal | float, currency: str) -> str:
    """An amount; from a hundred on without cents.

    >>> money(Decimal("1234.5"), "EUR").replace(BLANK, " "), money(Decimal("-0.5"), "EUR").replace(BLANK, " ")
    ('1,234 EUR', '−0.50 EUR')
    """
    written = _decimal(abs(float(amount)), 0 if abs(amount) >= 100 else 2)
    return f"{'−' if amount < 0 else ''}{written}{BLANK}{currency}"


def hours(number: float) -> str:
    """Hours, with the sign where they are fewer than none."""
    return f"{'−' if number < 0 else ''}{_decimal(abs(number), 1 if abs(number) < 100 else 0)}"


def _decimal(number: float, digits: int) -> str:
    return number_format(Decimal(f"{number:.{digits}f}"), digits, use_l10n=True, force_grouping=True)
