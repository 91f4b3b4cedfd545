"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pyrometer.app.agreement import trying, views

app_name = "agreement"
urlpatterns: list[URLPattern | URLResolver] = [
    path("agreement/", views.home, name="home"),
    path("agreement/new/", views.new, name="new"),
    path("agreement/<int:number>/", views.version, name="version"),
    path("agreement/<int:number>/edit/", views.edit, name="edit"),
    path("agreement/<int:number>/definition.yaml", views.text, name="text"),
    path("agreement/<int:number>/compare/", views.compare, name="compare"),
    path("agreement/<int:number>/simulation/", trying.simulation, name="simulation"),
    path("agreement/<int:number>/propose/", views.propose, name="propose"),
    path("agreement/<int:number>/sign/", views.sign, name="sign"),
    path("agreement/<int:number>/publish/", views.publish, name="publish"),
    path("agreement/<int:number>/roll-back/", views.roll_back, name="roll-back"),
]
