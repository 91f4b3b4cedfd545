"""Asks everybody to sign in, but where a view says that it is for anybody."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from pyrometer.app.people.models import User


class SignedIn:
    """The middleware: closed unless opened, so that a forgotten decorator shuts a page instead of opening it.

    Who is signed in gets pages in their own language, with the times of their own time zone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass it on. The next request in this thread begins with the installation's time zone again."""
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send who isn't signed in to the sign-in page, and back afterwards."""
        if getattr(view, "anybody", False):
            return None
        if request.user.is_authenticated:
            _speak_to(request.user, request)
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return redirect_to_login(request.get_full_path())


def _speak_to(user: User, request: HttpRequest) -> None:
    translation.activate(user.language)
    request.LANGUAGE_CODE = translation.get_language()
    try:
        timezone.activate(zoneinfo.ZoneInfo(user.time_zone))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        # A zone that this machine has never heard of: the user keeps UTC rather than losing the page.
        timezone.deactivate()
