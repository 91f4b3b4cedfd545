"""Addresses of the tracker."""

from __future__ import annotations

from django.urls import path

from pyrometer.app.capture.tracker import views

urlpatterns = [
    path("t.js", views.script, name="tracker"),
    path("capture/snippet/", views.snippet, name="snippet"),
    path("capture/snippet/seen", views.seen, name="snippet-seen"),
]
