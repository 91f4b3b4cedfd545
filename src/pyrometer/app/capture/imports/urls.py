"""Addresses of imports, and of what is entered by hand."""

from __future__ import annotations

from django.urls import path, re_path

from pyrometer.app.capture.imports import hand_views, views

urlpatterns = [
    path("capture/imports/", views.index, name="imports"),
    path("capture/imports/<int:pk>/", views.detail, name="import"),
    path("capture/imports/<int:pk>/leads/", views.leads, name="import-leads"),
    path("capture/imports/<int:pk>/mapping", views.mapping, name="import-mapping"),
    path("capture/imports/<int:pk>/progress", views.progress, name="import-progress"),
    path("capture/imports/<int:pk>/rejected.csv", views.rejected, name="import-rejected"),
    re_path(r"^capture/imports/(?P<pk>\d+)/(?P<what>stop|resume|delete)$", views.change, name="import-change"),
    path("capture/by-hand/", hand_views.page, name="by-hand"),
    path("capture/by-hand/call", hand_views.call, name="by-hand-call"),
    path("capture/by-hand/people", hand_views.people, name="by-hand-people"),
]
