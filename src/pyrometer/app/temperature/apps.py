"""The room as Django knows it."""

from django.apps import AppConfig


class TemperatureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.temperature"
    label = "temperature"
