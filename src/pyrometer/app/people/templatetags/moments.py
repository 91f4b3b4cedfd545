"""How every page writes a moment: in the reader's time zone and language, and for machines as well."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def moment(when: datetime | None) -> str | SafeString:
    """A day with its time; nothing for nothing."""
    if when is None or when == "":
        return ""
    here = timezone.localtime(when)
    written = date_format(here, "DATETIME_FORMAT")
    return format_html('<time datetime="{}">{}</time>', here.isoformat(timespec="seconds"), written)


@register.filter
def day(when: date | datetime | None) -> str | SafeString:
    """A day; of a moment the day it is where the reader is."""
    if when is None or when == "":
        return ""
    here = timezone.localtime(when).date() if isinstance(when, datetime) else when
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), date_format(here, "DATE_FORMAT"))
