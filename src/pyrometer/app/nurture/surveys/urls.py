"""The addresses of surveys."""

from __future__ import annotations

from django.urls import path

from pyrometer.app.nurture.surveys.views import public

app_name = "surveys"
urlpatterns = [
    path("survey/<str:token>/", public.survey, name="survey"),
]
