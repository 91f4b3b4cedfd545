"""How every page writes a moment: in the reader's time zone and language, and for machines as well."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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


@register.filter
def ago(when: datetime | None) -> str:
    """How long ago, in one unit; a date where it is more than four weeks."""
    if when is None:
        return ""
    seconds = int((timezone.now() - when).total_seconds())
    if seconds < 60:
        return _("just now")
    for size, unit in ((60, "min"), (3600, "h")):
        if seconds < size * (60 if unit == "min" else 36):
            amount = seconds // size
            return (_("%(n)d min ago") if unit == "min" else _("%(n)d h ago")) % {"n": amount}
    days = seconds // 86_400 or 1
    if days <= 28:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return date_format(timezone.localtime(when), "DATE_FORMAT")
