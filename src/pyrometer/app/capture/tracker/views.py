"""The tracker's script, and the page that gives people the line for their site and shows whether it works."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from pyrometer.app.capture.models import Accepted
from pyrometer.app.capture.tracker.script import Served, served
from pyrometer.app.people.may import allowed, anybody
from pyrometer.app.people.models import ApiKey, KeyKind

KEPT = 3600
"""Seconds for which browsers keep the script; a new version reaches every visitor within an hour."""
MOST_KEYS = 50


@anybody
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """`/t.js`, for pages of any site."""
    return script_answer(request, served())


def script_answer(request: HttpRequest, made: Served) -> HttpResponse:
    """A script of ours, for pages of any site."""
    headers = {
        "Cache-Control": f"public, max-age={KEPT}",
        "ETag": f'"{made.etag}"',
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if made.etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = made.packed if packed else made.plain
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


@allowed("capture.read")
@require_GET
def snippet(request: HttpRequest) -> HttpResponse:
    """The line to copy, for the write key that was chosen, and when it was last heard of."""
    keys = list(_keys())
    key = next((one for one in keys if one.public == request.GET.get("key")), keys[0] if keys else None)
    consent = request.GET.get("consent", "needed")
    context = {"keys": keys, "key": key, "consent": consent, "origin": settings.ORIGIN}
    return render(request, "capture/snippet/page.html", context | _heard(key))


@allowed("capture.read")
@require_GET
def seen(request: HttpRequest) -> HttpResponse:
    """The part of the page that asks again and again."""
    key = next((one for one in _keys() if one.public == request.GET.get("key")), None)
    return render(request, "capture/snippet/seen.html", {"key": key} | _heard(key))


def _keys():
    return ApiKey.objects.filter(kind=KeyKind.WRITE, revoked_at=None).order_by("name", "pk")[:MOST_KEYS]


def _heard(key: ApiKey | None) -> dict[str, object]:
    """When a message came with a key: what waits to be digested is the freshest, then what the key remembers."""
    if key is None:
        return {"last": None}
    waiting = Accepted.objects.filter(key=key).order_by("-pk").values_list("received_at", flat=True).first()
    times: list[datetime] = [time for time in (waiting, key.last_used_at) if time]
    return {"last": max(times, default=None)}
