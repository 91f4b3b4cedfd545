"""Shares as people read them."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share in percent, with a decimal below ten.

    >>> percent(0.034), percent(0.5)
    ('3.4 %', '50 %')
    """
    value = share * 100
    return f"{number_format(value, decimal_pos=0 if value >= 9.95 or value == 0 else 1)} %"
