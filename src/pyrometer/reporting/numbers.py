"""Numbers as people read them; the blank before a sign of percent doesn't break."""

from __future__ import annotations

BLANK = "\N{NO-BREAK SPACE}"


def count(number: int) -> str:
    """A whole number.

    >>> count(12345)
    '12,345'
    """
    return f"{number:,}"


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.0631).replace(BLANK, " ")
    '6.3 %'
    """
    return f"{100 * share:.{digits}f}{BLANK}%"


def between(low: float, high: float, digits: int = 1) -> str:
    """An interval of shares.

    >>> between(0.061, 0.1).replace(BLANK, " ")
    '6.1 to 10.0 %'
    """
    return f"{100 * low:.{digits}f} to {percent(high, digits)}"


def with_interval(share: float, low: float, high: float, digits: int = 1) -> str:
    """A share and its interval.

    >>> with_interval(0.08, 0.061, 0.1).replace(BLANK, " ")
    '8.0 % (6.1 to 10.0 %)'
    """
    return f"{percent(share, digits)} ({between(low, high, digits)})"


def signed(number: float, digits: int = 0) -> str:
    """A number with its sign; a true minus, as wide as the plus.

    >>> signed(-3)
    '−3'
    """
    return f"{number:+.{digits}f}".replace("-", "−")


def times(number: float) -> str:
    """How many times something.

    >>> times(3).replace(BLANK, " ")
    '3.0 ×'
    """
    return f"{number:.1f}{BLANK}×"


def several(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> several(1, "lead"), several(2, "lead")
    ('1 lead', '2 leads')
    """
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
