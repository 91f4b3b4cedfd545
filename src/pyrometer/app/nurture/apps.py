"""The room as Django knows it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

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
        for name, once, seconds in (
            ("nurture.step", stepping.step, 3),
            ("nurture.enter", entering.enter, 3),
            ("nurture.walk", entering.walk, 20),
            ("nurture.reach", reaching.count, 2),
        ):
            register(name, partial(_rounds, once), every=timedelta(seconds=seconds))
        surveys.ready()
        slots.ready()
        views.ready()


MOST = 100
"""Batches of one turn: a hundred thousand may be due at nine on a Monday."""


def _rounds(once: Callable[[datetime], int], now: datetime) -> int:
    """Batches until nothing is due. It is looked for every few seconds: every moment, idle workers would have work."""
    whole = 0
    for _ in range(MOST):
        done = once(now)
        whole += done
        if not done:
            break
    return whole
