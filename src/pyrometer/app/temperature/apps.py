"""The room as Django knows it."""

from django.apps import AppConfig


class TemperatureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.temperature"
    label = "temperature"

    def ready(self) -> None:
        """Have the workers read what is touched or due, look ahead for who is at rest, and sweep at night."""
        from pyrometer.app.agreement import foreseen
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.consent import access
        from pyrometer.app.temperature import subject
        from pyrometer.app.temperature.reading import read, temperatures
        from pyrometer.app.temperature.rechecking import EVERY, recheck
        from pyrometer.app.temperature.sweeping import sweep

        access.register("score", subject.tell)
        foreseen.register(previous=temperatures)
        register("temperature.read", read)
        register("temperature.recheck", recheck, every=EVERY)
        register("temperature.sweep", sweep)
