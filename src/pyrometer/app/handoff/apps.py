"""The room as Django knows it."""

from datetime import timedelta

from django.apps import AppConfig


class HandoffConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.handoff"
    label = "handoff"

    def ready(self) -> None:
        """Hear of readings and transitions, and register the jobs."""
        from pyrometer.app.agreement import foreseen
        from pyrometer.app.clock.jobs import register
        from pyrometer.app.consent import access
        from pyrometer.app.delivery.email.content import told
        from pyrometer.app.evidence import followers, holders
        from pyrometer.app.handoff import bulk, due, erasing, foreseeing, mailing, merging, stepping, subject, walking
        from pyrometer.app.temperature.listeners import on_reading, on_transition

        on_transition(stepping.hear)
        on_reading(stepping.hear_of_readings)
        foreseen.register(going=foreseeing.going)
        told.register(tell=mailing.tell, known=mailing.known, silent=mailing.silences)
        access.register("sales", subject.tell)
        holders.register("handoff", forget=erasing.forget_searches)
        followers.register("handoff", join=merging.join, part=merging.part)
        register("handoff.due", due.ring, every=timedelta(seconds=5))
        register("handoff.look", walking.look, every=timedelta(seconds=30))
        register("handoff.merged", due.follow_merges, every=timedelta(seconds=30))
        register("handoff.regain", due.regain, every=timedelta(minutes=1))
        register("handoff.recycle", walking.recycle, every=timedelta(minutes=10))
        register("handoff.silence", walking.hush, every=timedelta(hours=1))
        register("handoff.bulk", bulk.carry_out)
        register("handoff.erased", erasing.forget, every=timedelta(minutes=10))
