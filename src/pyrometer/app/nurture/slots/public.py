"""`GET /v1/content/SLOT`: what a visitor of the site is shown, and the script that asks for it.

It comes with a write key, which stands in pages, and with ids that anybody can send. So it tells nothing but which
content was chosen, and what everybody may read of that.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pyrometer.app.capture.tracker.script import served
from pyrometer.app.capture.tracker.views import script_answer
from pyrometer.app.capture.wire.answering import wire
from pyrometer.app.capture.wire.keys import key_of
from pyrometer.app.capture.wire.rate import Buckets
from pyrometer.app.capture.wire.refusing import UnwelcomeError
from pyrometer.app.nurture.slots.serving import Shown, place_of, show
from pyrometer.app.nurture.slots.visitors import visitor_of
from pyrometer.app.people.may import anybody

PREFIX = "/v1/content/"
KEPT = 60
"""Seconds for which a browser keeps an answer."""
LONGEST = 254
"""Letters of an id, as of any handle."""
LONGEST_NAME = 60
SCRIPT = Path(__file__).resolve().parent.parent / "static" / "nurture" / "content.js"

buckets = Buckets(rate=settings.WIRE_RATE, most=4 * settings.WIRE_RATE)


@wire("GET")
def content(request: HttpRequest, slot: str) -> HttpResponse:
    """What is shown in a slot: 200 with it, 204 where the page stays as it is, 304 where the browser has it."""
    key = key_of(request)
    wait = buckets.take(key.public, 1, now=time.monotonic())
    if wait:
        raise UnwelcomeError(429, "too_fast", f"this key asks too much at once; try again in {wait} s", again=wait)
    place = place_of(slot) if len(slot) <= LONGEST_NAME and "\0" not in slot else None
    if place is None:
        raise UnwelcomeError(404, "unknown_slot", "there is no such slot; see Nurture for yours")
    now = timezone.now()
    found = show(place, visitor_of(_id(request, "anonymousId"), _id(request, "userId")), _languages(request), now)
    headers = {"Cache-Control": f"private, max-age={KEPT}"}
    if found is None:
        return HttpResponse(status=204, headers=headers)
    body = _body(found)
    headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if headers["ETag"] in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


def straight(request: HttpRequest) -> HttpResponse:
    """The same for the wire's door, which knows only where the address begins."""
    return content(request, slot=request.path_info.removeprefix(PREFIX))


@anybody
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """`/content.js`, for pages of any site."""
    return script_answer(request, served(SCRIPT))


def _id(request: HttpRequest, name: str) -> str:
    """An id; one that can be nobody's is none."""
    given = request.GET.get(name, "")
    return given if len(given) <= LONGEST else ""


def _languages(request: HttpRequest) -> list[str]:
    """What the page is written in, where it says so."""
    given = request.GET.get("language", "")[:35]
    return [given] if given else []


def _body(found: Shown) -> bytes:
    said = {
        "slot": found.slot,
        "content": found.content,
        "html": found.html,
        "text": found.text,
        "until": None if found.until is None else found.until.isoformat(),
        "once": found.once,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
