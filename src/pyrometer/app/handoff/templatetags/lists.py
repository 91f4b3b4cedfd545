"""The rows of the list of leads, for its template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from pyrometer.app.handoff.views import rows

register = template.Library()


@register.simple_tag
def lead_rows(found: Sequence[rows.Row], kinds: Any, agreed: bool) -> SafeString:
    """`{% lead_rows rows kinds agreed %}`: boxes to tick where there is something to do with those that are ticked."""
    return rows.drawn(found, ticks=bool(kinds), definition=agreed)
