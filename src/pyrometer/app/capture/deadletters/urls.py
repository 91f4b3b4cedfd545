"""Addresses of the dead letters."""

from __future__ import annotations

from django.urls import path

from pyrometer.app.capture.deadletters import views

urlpatterns = [
    path("capture/dead-letters/", views.index, name="deadletters"),
    path("capture/dead-letters/again/", views.all_again, name="deadletters-again"),
    path("capture/dead-letters/<int:pk>/again/", views.again, name="deadletter-again"),
    path("capture/dead-letters/<int:pk>/drop/", views.drop, name="deadletter-drop"),
]
