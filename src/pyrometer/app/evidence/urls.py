"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pyrometer.app.evidence import views

app_name = "evidence"
urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/<int:root>/correct/", views.correct, name="correct"),
    path("leads/<int:root>/merge/", views.merge, name="merge"),
    path("leads/<int:root>/export/", views.export, name="export"),
    path("leads/<int:root>/erase/", views.erase, name="erase"),
    path("leads/merges/<int:merge>/undo/", views.unmerge, name="unmerge"),
]
