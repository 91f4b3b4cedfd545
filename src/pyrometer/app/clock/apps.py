"""The room as Django knows it."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.clock"
    label = "clock"
