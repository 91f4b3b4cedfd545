"""The addresses of the wire: one for batches, one for each type of message, and what browser libraries ask first."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from pyrometer.app.capture.digest.reading import Envelope, Refused, read
from pyrometer.app.capture.wire import parsing
from pyrometer.app.capture.wire.actions import accept
from pyrometer.app.capture.wire.answering import wire
from pyrometer.app.capture.wire.keys import key_of
from pyrometer.app.capture.wire.rate import Buckets
from pyrometer.app.capture.wire.refusing import UnwelcomeError
from pyrometer.app.capture.wire.unpacking import text_of
from pyrometer.app.people.addresses import exact_address_of
from pyrometer.app.people.models import ApiKey

_SUCCESS = b'{"success": true}'

buckets = Buckets(rate=settings.WIRE_RATE, most=4 * settings.WIRE_RATE)


@wire("POST")
def batch(request: HttpRequest) -> HttpResponse:
    """Take a batch. What is wrong with one message shows when it is read: it becomes a dead letter, alone."""
    return _taken(request, parsing.batch(text_of(request)))


@wire("POST")
def single(request: HttpRequest, kind: str) -> HttpResponse:
    """Take one message; if it can't be read, its sender hears so at once."""
    taken = parsing.single(text_of(request), kind)
    said = read(taken.messages[0], Envelope("", timezone.now(), taken.sent_at))
    return _taken(request, taken, said.reason if isinstance(said, Refused) else "")


def _taken(request: HttpRequest, taken: parsing.Batch, wrong: str = "") -> HttpResponse:
    key = key_of(request, taken.key)
    wait = buckets.take(key.public, len(taken.messages), now=time.monotonic())
    if wait:
        raise UnwelcomeError(429, "too_fast", f"this key sends too much at once; try again in {wait} s", again=wait)
    if wrong:
        raise UnwelcomeError(400, "bad_message", wrong)
    accept(
        key=key,
        body=taken.body,
        messages=len(taken.messages),
        address=exact_address_of(request),
        agent=request.META.get("HTTP_USER_AGENT", "")[:400].replace("\x00", ""),
        now=timezone.now(),
    )
    return HttpResponse(_SUCCESS, content_type="application/json")


@wire("GET")
def project(request: HttpRequest, key: str) -> HttpResponse:
    """What Segment's browser library asks before it sends: where to send to, and that nobody else gets it."""
    _known(request, key)
    origin = urlsplit(settings.ORIGIN)
    return JsonResponse(
        {
            "integrations": {
                "Segment.io": {
                    "apiKey": key,
                    "apiHost": f"{origin.netloc}/v1",
                    "protocol": origin.scheme,
                    "addBundledMetadata": False,
                    "unbundledIntegrations": [],
                }
            },
            "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )


@wire("GET")
def source(request: HttpRequest) -> HttpResponse:
    """What RudderStack's browser library asks before it sends: that its source is there, and has no destinations."""
    key = key_of(request)
    quiet = {"enabled": False}
    return JsonResponse(
        {
            "source": {
                "id": key.public,
                # What the team calls its key is its own affair.
                "name": key.public,
                "writeKey": key.public,
                "enabled": True,
                "workspaceId": "pyrometer",
                "config": {"statsCollection": {"errors": quiet, "metrics": quiet}},
                "dataplanes": {},
                "destinations": [],
                "connections": [],
            },
            "updatedAt": ApiKey.objects.values_list("created_at", flat=True).get(pk=key.pk).isoformat(),
        }
    )


def _known(request: HttpRequest, key: str) -> None:
    try:
        key_of(request, key)
    except UnwelcomeError as refusal:
        if refusal.status == 401:
            raise UnwelcomeError(404, "unknown_key", refusal.message) from None
        raise
