"""The room as Django knows it."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.capture"
    label = "capture"
