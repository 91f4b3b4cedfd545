"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pyrometer.app.capture import views

app_name = "capture"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pyrometer.app.capture.wire.urls")),
    path("capture/", views.index, name="index"),
    path("", include("pyrometer.app.capture.deadletters.urls")),
    path("", include("pyrometer.app.capture.tracker.urls")),
    path("", include("pyrometer.app.capture.imports.urls")),
    path("", include("pyrometer.app.capture.forms.urls")),
]
