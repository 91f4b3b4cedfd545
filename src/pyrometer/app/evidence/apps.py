"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Register what the clock has to do."""
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.evidence.archive import follow
        from pyrometer.app.evidence.forgetting import work
        from pyrometer.app.evidence.seen import prune
        from pyrometer.app.evidence.watching import watch

        register("evidence.bots", watch, every=timedelta(seconds=30))
        register("evidence.forget", work, patient=True)
        register("evidence.archive", follow, every=timedelta(minutes=1))
        register("evidence.prune", prune, every=timedelta(hours=6))
