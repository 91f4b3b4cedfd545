"""Addresses that stand in mails."""

from __future__ import annotations

from django.urls import URLPattern, path

from pyrometer.app.delivery.email.content.images import views as images
from pyrometer.app.delivery.email.content.tracking import views as tracking

urlpatterns: list[URLPattern] = [
    path("i/<str:name>", images.image, name="image"),
    path("m/<str:token>.gif", tracking.picture, name="picture"),
    path("m/<str:token>/", tracking.follow, name="follow"),
]
