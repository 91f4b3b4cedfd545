"""The addresses of the room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("pyrometer.app.nurture.views.urls"))]
