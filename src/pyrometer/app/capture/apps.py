"""The room as Django knows it."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.capture"
    label = "capture"

    def ready(self) -> None:
        """Register what the room's workers do."""
        from datetime import timedelta

        from pyrometer.app.capture.deadletters import pruning
        from pyrometer.app.capture.digest import mentions, queue
        from pyrometer.app.capture.forms import coupons
        from pyrometer.app.capture.imports import erasing, running
        from pyrometer.app.capture.models import DeadLetter, Rejected
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.evidence import forgetting, holders

        register("capture.digest", queue.work)
        holders.register("capture", forget=mentions.forget, tell=mentions.tell)
        holders.register("forms", forget=coupons.forget, tell=coupons.tell)
        holders.register("imports", forget=erasing.forget, tell=erasing.tell)
        forgetting.register(mentions.LETTERS, DeadLetter, mentions.naming)
        forgetting.register("rejected", Rejected, erasing.naming)
        register("capture.imports", running.run, patient=True)
        register("capture.imports.prune", running.prune, every=timedelta(days=1))
        register("capture.deadletters.prune", pruning.prune, every=timedelta(hours=1))
