"""Addresses of forms."""

from __future__ import annotations

from django.urls import path

from pyrometer.app.capture.forms import public, views

urlpatterns = [
    path("capture/forms/", views.index, name="forms"),
    path("capture/forms/new", views.create, name="form-new"),
    path("capture/forms/<int:pk>/", views.edit, name="form"),
    path("capture/forms/<int:pk>/delete", views.delete, name="form-delete"),
    path("capture/forms/<int:pk>/preview", views.preview, name="form-preview"),
    path("f/<slug:slug>.js", public.embed, name="form-script"),
    path("f/<slug:slug>", public.hosted, name="form-page"),
]
