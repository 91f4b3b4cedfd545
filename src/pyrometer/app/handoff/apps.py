"""The room as Django knows it."""

from django.apps import AppConfig


class HandoffConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.handoff"
    label = "handoff"
