"""The room as Django knows it."""

from django.apps import AppConfig


class NurtureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.nurture"
    label = "nurture"

    def ready(self) -> None:
        """Register the jobs, and what other rooms call."""
        from pyrometer.app.nurture.slots import registering as slots

        slots.ready()
