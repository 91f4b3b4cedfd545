"""The room as Django knows it."""

from django.apps import AppConfig


class NurtureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.nurture"
    label = "nurture"
