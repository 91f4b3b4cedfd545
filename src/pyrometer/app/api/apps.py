"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.api"
    label = "api"

    def ready(self) -> None:
        """Register the job that forgets old idempotency keys."""
        from pyrometer.app.api.once import prune
        from pyrometer.app.clock import jobs

        jobs.register("api.prune", prune, every=timedelta(hours=6))
