"""The addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "nurture"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("pyrometer.app.nurture.slots.urls")),
    path("", include("pyrometer.app.nurture.surveys.urls")),
    path("", include("pyrometer.app.nurture.worth.urls")),
    path("", include("pyrometer.app.nurture.views.urls")),
]
