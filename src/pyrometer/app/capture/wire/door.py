"""The wire's own way in: its addresses are answered before sessions, languages and messages are thought of.

Who sends events has no session, reads no pages and signs in nowhere. What pages need takes longer than taking an event.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

View = Callable[[HttpRequest], HttpResponse]

_asked: dict[str, View] = {}


def let_in(beginning: str, view: View) -> None:
    """Have what is asked for (GET) under addresses that begin so go straight to a view. Called in a room's `ready`."""
    _asked[beginning] = view


class Door:
    """The middleware, the first of all: what is posted to the wire, and what rooms further on
    let in, goes straight to its view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # Views look at models and settings, which are there once the first middleware is made.
        self.views: dict[str, View] = import_string("pyrometer.app.capture.wire.urls.STRAIGHT")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or let it go the way of pages."""
        view = self.views.get(request.path_info) if request.method == "POST" else self._asked_for(request)
        if view is None:
            return self.get_response(request)
        # Only hosts that are ours are answered, here as anywhere.
        request.get_host()
        response = view(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    @staticmethod
    def _asked_for(request: HttpRequest) -> View | None:
        if request.method != "GET":
            return None
        return next((view for beginning, view in _asked.items() if request.path_info.startswith(beginning)), None)
