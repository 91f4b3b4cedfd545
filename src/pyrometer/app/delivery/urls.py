"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from pyrometer.app.delivery import mail_views, returned_views, suppression_views, views

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
    path("settings/suppressions/", suppression_views.suppressions, name="suppressions"),
    path("settings/suppressions/<int:pk>/lift/", suppression_views.lift, name="lift-suppression"),
    path("mail/returned/", returned_views.returned, name="returned"),
    path("settings/mail/", mail_views.mail, name="mail"),
    path("settings/mail/pace/", mail_views.pace, name="mail-pace"),
    path("settings/mail/resume/", mail_views.resume, name="mail-resume"),
    path("settings/unsent/", views.mails, name="mails"),
    path("settings/unsent/<int:outgoing>/replay/", views.replay_mail, name="replay-mail"),
    path("", include("pyrometer.app.delivery.email.content.urls")),
]
