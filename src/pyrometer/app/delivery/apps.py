"""The room as Django knows it."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.delivery"
    label = "delivery"
