"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.delivery"
    label = "delivery"

    def ready(self) -> None:
        """Register the channels, the jobs, and what is to be erased here."""
        from pyrometer.app.clock import jobs
        from pyrometer.app.consent import access
        from pyrometer.app.consent.listeners import on_change
        from pyrometer.app.delivery import agreeing, consents, erasing, gates, outbox, sending, subject, suppressing
        from pyrometer.app.delivery.email import channel as email
        from pyrometer.app.delivery.email.content.tracking import seeing
        from pyrometer.app.delivery.models import Outgoing
        from pyrometer.app.delivery.returns import mailbox
        from pyrometer.app.delivery.webhook import channel as webhook
        from pyrometer.app.evidence import forgetting, holders

        outbox.register("webhook", webhook.fan_out)
        outbox.register("hook", webhook.send)
        outbox.register(seeing.CHANNEL, seeing.record)
        outbox.register_run("email", email.run)
        gates.register("consent", agreeing.gate)
        access.register("mails", subject.tell)
        on_change(consents.changed)
        on_change(suppressing.agreed)
        holders.register("delivery", forget=erasing.forget)
        forgetting.register(erasing.OUTBOX, Outgoing, erasing.naming)
        jobs.register("delivery.send", sending.work)
        jobs.register("delivery.mailbox", mailbox.look, every=timedelta(minutes=1))
        jobs.register("delivery.prune", sending.prune, every=timedelta(days=1))
