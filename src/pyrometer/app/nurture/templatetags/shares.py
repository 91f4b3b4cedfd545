"""Shares as people read them."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share in percent, with a decimal below ten.

    >>> percent(0.0346), percent(0.5)
    ('3.5 %', '50 %')
    """
    value = share * 100
    places = 1 if 0 < value < 9.95 else 0
    # Written with so many places it would be cut off, not rounded.
    return f"{number_format(round(value, places), decimal_pos=places)} %"
