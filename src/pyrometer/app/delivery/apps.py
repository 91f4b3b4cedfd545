"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.delivery"
    label = "delivery"

    def ready(self) -> None:
        """Register the channels and the jobs."""
        from pyrometer.app.clock import jobs
        from pyrometer.app.delivery import outbox, sending
        from pyrometer.app.delivery.email import channel as email
        from pyrometer.app.delivery.webhook import channel as webhook

        outbox.register("webhook", webhook.fan_out)
        outbox.register("hook", webhook.send)
        outbox.register("email", email.send)
        jobs.register("delivery.send", sending.work)
        jobs.register("delivery.prune", sending.prune, every=timedelta(days=1))
