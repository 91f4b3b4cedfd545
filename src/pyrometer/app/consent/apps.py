"""The room as Django knows it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.consent"
    label = "consent"
