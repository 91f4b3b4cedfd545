"""Addresses of the wire, as client libraries have them built in."""

from __future__ import annotations

from functools import partial

from django.urls import path

from pyrometer.app.capture.wire import views

SHORT = {"t": "track", "i": "identify", "p": "page", "s": "screen", "g": "group", "a": "alias"}

STRAIGHT = {
    **dict.fromkeys(("/v1/batch", "/v1/b", "/beacon/v1/batch"), views.batch),
    **{f"/v1/{name}": partial(views.single, kind=kind) for short, kind in SHORT.items() for name in (short, kind)},
}
"""What `door.Door` lets in before all else; the same addresses as below, which answer whatever isn't posted."""

urlpatterns = [
    path("v1/batch", views.batch, name="batch"),
    path("v1/b", views.batch),
    path("beacon/v1/batch", views.batch, name="beacon"),
    *(path(f"v1/{kind}", views.single, {"kind": kind}, name=kind) for kind in SHORT.values()),
    *(path(f"v1/{letter}", views.single, {"kind": kind}) for letter, kind in SHORT.items()),
    path("v1/projects/<str:key>/settings", views.project, name="project"),
    path("sourceConfig/", views.source, name="source"),
    path("sourceConfig", views.source),
]
