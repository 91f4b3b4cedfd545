"""The addresses of surveys."""

from __future__ import annotations

from django.urls import path

from pyrometer.app.nurture.surveys.views import pages, public

app_name = "surveys"
urlpatterns = [
    path("survey/<str:token>/", public.survey, name="survey"),
    path("nurture/surveys/", pages.surveys, name="surveys"),
    path("nurture/surveys/export/", pages.export, name="export"),
    path("nurture/surveys/<slug:key>/", pages.question, name="question"),
]
