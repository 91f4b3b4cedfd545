"""The addresses of what programmes were worth."""

from __future__ import annotations

from django.urls import URLPattern, path

from pyrometer.app.nurture.worth import views

urlpatterns: list[URLPattern] = [
    path("nurture/worth/", views.everything, name="worth-of-all"),
    path("nurture/worth/figures.<str:kind>", views.all_figures, name="figures-of-all"),
    path("nurture/programmes/<slug:key>/worth/", views.programme, name="worth"),
    path("nurture/programmes/<slug:key>/worth/figures.<str:kind>", views.figures, name="figures"),
]
