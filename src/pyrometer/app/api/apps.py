"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.api"
    label = "api"

    def ready(self) -> None:
        """Register the job that forgets old idempotency keys, and what is to be erased here."""
        from pyrometer.app.api.once import forget, prune
        from pyrometer.app.clock import jobs
        from pyrometer.app.evidence import holders

        holders.register("api", forget=forget)
        jobs.register("api.prune", prune, every=timedelta(hours=6))
