"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "capture"
urlpatterns: list[URLPattern | URLResolver] = []
