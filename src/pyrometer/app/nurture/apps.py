"""The room as Django knows it."""

from django.apps import AppConfig


class NurtureConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.nurture"
    label = "nurture"

    def ready(self) -> None:
        """Hear of what leads do, have a say in their mails, and register the jobs."""
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.consent import access
        from pyrometer.app.consent.listeners import on_change
        from pyrometer.app.delivery import composing, gates, outbox, suppressing
        from pyrometer.app.evidence import followers
        from pyrometer.app.nurture import composing as mails
        from pyrometer.app.nurture import entering, gate, listening, noting, reaching, stepping, subject
        from pyrometer.app.nurture.slots import registering as slots
        from pyrometer.app.nurture.surveys import registering as surveys
        from pyrometer.app.nurture.views import registering as views
        from pyrometer.app.temperature.listeners import on_reading

        on_reading(listening.hear_of_readings)
        on_change(listening.hear_of_consent)
        suppressing.on_suppressed(listening.look_again)
        followers.register("nurture", join=listening.join, part=listening.part)
        access.register("nurture", subject.tell)
        composing.register("nurture", mails.compose)
        gates.register("nurture", gate.gate)
        outbox.register(noting.CHANNEL, noting.record)
        register("nurture.step", stepping.step, patient=True)
        register("nurture.enter", entering.enter, patient=True)
        register("nurture.walk", entering.walk, patient=True)
        register("nurture.reach", reaching.count, patient=True)
        surveys.ready()
        slots.ready()
        views.ready()
