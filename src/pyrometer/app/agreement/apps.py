"""The room as Django knows it."""

from django.apps import AppConfig


class AgreementConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.agreement"
    label = "agreement"
