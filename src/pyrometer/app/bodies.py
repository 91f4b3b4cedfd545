"""How much a request may bring: what comes with it is written to temporary files before any page looks at it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from pyrometer.app.people.may import may

UPLOADS = "/capture/imports/"
"""The page that takes files of lists."""
MOST_UPLOADED = 101 * 1024 * 1024
"""Bytes of what is sent to that page by whom it is for: a list of 100 MB, and what a form puts around it."""


class BoundedBodies:
    """The middleware that refuses what is too much, unread; the wire, before it, has a limit of its own.

    It stands behind those that know who asks and before any that reads a form. What says how long it is and isn't is
    cut off there by the server.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say what is too much."""
        length = str(request.META.get("CONTENT_LENGTH") or "")
        if length and not (length.isascii() and length.isdecimal()):
            return _refused(400, "Content-Length has to be a number.")
        if not length and request.META.get("HTTP_TRANSFER_ENCODING"):
            return _refused(411, "Say with Content-Length how many bytes are sent.")
        # A body that is no form is read by whoever wants it, at most as far as the same setting goes.
        if request.content_type == "multipart/form-data":
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            if request.path_info == UPLOADS and may(request.user, "capture.edit"):
                most = MOST_UPLOADED
            if length and int(length) > most:
                return _refused(413, f"This is too much: at most {most / 1_000_000:.1f} MB can be sent here.")
        return self.get_response(request)


def _refused(status: int, reason: str) -> HttpResponse:
    # The rest of the body is still on its way, and nobody reads it.
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")
