"""The room as Django knows it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.people"
    label = "people"
