"""Parts of a lead's page that rooms further on add to it: each makes its own HTML."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from pyrometer.app.evidence.models import Lead

Panel = Callable[[HttpRequest, Lead], SafeString]
"""A section about a root as somebody may see it; empty where there is nothing to show."""

_panels: dict[str, Panel] = {}


def register(name: str, panel: Panel) -> None:
    """Have a part shown on every lead's page, behind those of this room. Called in a room's `ready`."""
    _panels[name] = panel


def shown(request: HttpRequest, lead: Lead) -> list[SafeString]:
    """All parts about a root, in the order in which rooms registered them."""
    return [html for panel in _panels.values() if (html := panel(request, lead))]
