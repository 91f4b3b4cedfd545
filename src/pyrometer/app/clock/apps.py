"""The room as Django knows it."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.clock"
    label = "clock"

    def ready(self) -> None:
        """Have the workers tend the database now and then."""
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.clock.tending import EVERY, tend

        register("clock.tend", tend, every=EVERY)
