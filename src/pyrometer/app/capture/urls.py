"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "capture"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pyrometer.app.capture.wire.urls")),
]
