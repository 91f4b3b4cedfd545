"""The addresses in mails: on to where a link leads, and a picture that shows nothing."""

from __future__ import annotations

import logging

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pyrometer.app.delivery.email.content.tracking import links, seeing
from pyrometer.app.people.may import anybody

logger = logging.getLogger(__name__)

PICTURE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A GIF of one dot, which is clear."""


@anybody
@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """`/m/…/`: on to the target. Whatever happens to us, the reader gets there."""
    click = links.clicked(token)
    if click is None or not click.target.startswith(("https://", "http://")):
        return render(request, "delivery/content/broken.html", status=404)
    try:
        seeing.clicked(click=click, method=str(request.method), agent=_agent(request), now=timezone.now())
    except Error:
        logger.exception("a click couldn't be written down")
    # The address is the lead's own: it isn't told to where it leads.
    headers = {"Location": click.target, "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
    return HttpResponse(status=302, headers=headers)


@anybody
@never_cache
@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """`/m/….gif`: the picture in a mail."""
    source = links.opened(token)
    if source is None:
        return HttpResponse("There is no such picture.\n", status=404, content_type="text/plain; charset=utf-8")
    try:
        seeing.opened(source=source, method=str(request.method), agent=_agent(request), now=timezone.now())
    except Error:
        logger.exception("an opened mail couldn't be written down")
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "X-Robots-Tag": "noindex"}
    return HttpResponse(PICTURE, content_type="image/gif", headers=headers)


def _agent(request: HttpRequest) -> str:
    return str(request.headers.get("User-Agent", ""))
