"""Integer weights by age: every law of cooling, rounded once, half to even."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

from pyrometer.definition.cooling import Cooling

_SHIFT = 192
_PRECISION = Context(prec=80)


def weights(units: int, cooling: Cooling | None, within: int | None) -> tuple[int, ...]:
    """Units by age in days, from 0; the last one holds for every later age.

    `units` are the points of one event (1 point = 10,000 units). `hold: G` evaluates the law at max(0, age - G);
    `within: W` makes every weight zero from age W on.

    >>> weights(80000, Cooling(half_life=14), 28)[::14]
    (80000, 40000, 0)
    """
    if cooling is None:
        found: tuple[int, ...] = (units,)
    else:
        found = (*([units] * cooling.hold), *_law(units, cooling))
    if within is not None:
        lasting = [found[-1]] * max(0, within - len(found))
        found = (*[*found, *lasting][:within], 0)
    last = len(found)
    while last > 1 and found[last - 2] == found[-1]:
        last -= 1
    return found[:last]


def _law(units: int, cooling: Cooling) -> tuple[int, ...]:
    if cooling.half_life is not None:
        return _half_life(units, cooling.half_life)
    if cooling.linear is not None:
        length = cooling.linear
        return _by_age(length + 1, lambda age: Fraction(units * (length - age), length))
    assert cooling.steps is not None
    steps = sorted(cooling.steps.items())
    found: list[int] = []
    for (start, percent), (end, _) in zip(steps, [*steps[1:], (steps[-1][0] + 1, Decimal(0))], strict=True):
        found += [round(units * Fraction(percent) / 100)] * (end - start)
    return tuple(found)


def _by_age(count: int, value: Callable[[int], Fraction]) -> tuple[int, ...]:
    return tuple(round(value(age)) for age in range(count))


def _half_life(units: int, half_life: int) -> tuple[int, ...]:
    """units · 2^(-age/half_life) until it rounds to zero."""
    fractions = _roots(half_life)
    found: list[int] = []
    while True:
        halvings, rest = divmod(len(found), half_life)
        weight = _round_shifted(units * fractions[rest], _SHIFT + halvings)
        found.append(weight)
        if weight == 0:
            return tuple(found)


@lru_cache(maxsize=64)
def _roots(half_life: int) -> tuple[int, ...]:
    """2^(-r/half_life) · 2^192 for r below the half-life, as whole numbers."""
    scale = Decimal(2) ** _SHIFT
    return tuple(
        int(_PRECISION.multiply(scale, _PRECISION.power(Decimal(2), _PRECISION.divide(Decimal(-rest), half_life))))
        if rest
        else 1 << _SHIFT
        for rest in range(half_life)
    )


def _round_shifted(value: int, shift: int) -> int:
    """value / 2^shift, rounded half to even."""
    whole, rest, half = value >> shift, value & ((1 << shift) - 1), 1 << (shift - 1)
    return whole + (rest > half or (rest == half and whole % 2 == 1))
