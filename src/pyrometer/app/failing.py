"""What somebody sees when a page fails: in words, without the database, which may be what is missing."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

AGAIN = 5
"""Seconds after which it is worth another try."""


def failed(request: HttpRequest) -> HttpResponse:
    """503 and when to come again where the database can't be reached or can't write, else 500.

    Called by Django while it handles what went wrong.
    """
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": str(AGAIN)})
    return HttpResponse(render_to_string("500.html"), status=500)
