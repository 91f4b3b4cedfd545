"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pyrometer.app.delivery import views

app_name = "delivery"
urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/webhooks/", views.webhooks, name="webhooks"),
    path("settings/webhooks/new/", views.new, name="new-webhook"),
    path("settings/webhooks/<int:pk>/", views.webhook, name="webhook"),
    path("settings/webhooks/<int:pk>/edit/", views.edit, name="edit-webhook"),
    path("settings/webhooks/<int:pk>/switch/", views.switch, name="switch-webhook"),
    path("settings/webhooks/<int:pk>/test/", views.test, name="test-webhook"),
    path("settings/webhooks/<int:pk>/secret/", views.renew, name="renew-webhook"),
    path("settings/webhooks/<int:pk>/delete/", views.delete, name="delete-webhook"),
    path("settings/webhooks/<int:pk>/replay/<int:outgoing>/", views.replay, name="replay"),
    path("settings/mails/", views.mails, name="mails"),
    path("settings/mails/<int:outgoing>/replay/", views.replay_mail, name="replay-mail"),
    path("", include("pyrometer.app.delivery.email.content.urls")),
]
