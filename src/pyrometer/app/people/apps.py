"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.people"
    label = "people"

    def ready(self) -> None:
        """Have dead sessions and links cleared away each day."""
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.people.pruning import prune

        register("people.prune", prune, every=timedelta(days=1))
