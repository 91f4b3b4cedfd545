"""The room as Django knows it."""

from django.apps import AppConfig


class NurtureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.nurture"
    label = "nurture"

    def ready(self) -> None:
        """Register what the parts of the room do."""
        from pyrometer.app.nurture.surveys import registering as surveys

        surveys.ready()
