"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pyrometer.app.consent import views

app_name = "consent"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/consent/", views.purposes, name="purposes"),
    path("settings/consent/new/", views.new, name="new-purpose"),
    path("settings/consent/<slug:slug>/", views.edit, name="edit-purpose"),
    path("leads/<int:lead>/consent/", views.by_hand, name="by-hand"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
