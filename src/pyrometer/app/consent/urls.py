"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pyrometer.app.consent.views import by_hand, choices, data, mailed, settings, yours

app_name = "consent"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/consent/", settings.purposes, name="purposes"),
    path("settings/consent/new/", settings.new, name="new-purpose"),
    path("settings/consent/house/", settings.house, name="house"),
    path("settings/consent/<slug:slug>/", settings.edit, name="edit-purpose"),
    path("leads/<int:lead>/consent/", by_hand.by_hand, name="by-hand"),
    path("leads/<int:lead>/data/", data.hand_out, name="data"),
    path("leads/<int:lead>/data/read/", data.read, name="read-data"),
    path("leads/<int:lead>/data/file/", data.file, name="data-file"),
    path("wanted/<int:pk>/", data.decide, name="decide"),
    path("choices/<str:token>/", choices.choices, name="choices"),
    path("yours/<str:token>/", yours.yours, name="yours"),
    path("yours/<str:token>/data/", yours.read, name="your-data"),
    path("yours/<str:token>/data.json", yours.file, name="your-file"),
    path("confirm/<str:token>/", mailed.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", mailed.unsubscribe, name="unsubscribe"),
]
