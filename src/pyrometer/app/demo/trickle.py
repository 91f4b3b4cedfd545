"""Lets evidence trickle into a demo, so that thermometers move before one's eyes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from pyrometer.app.clock.jobs import register
from pyrometer.app.demo.loading import later
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming

EVERY = timedelta(seconds=2)
BURST = 6
"""Now and then one lead does so many things at once, or nobody would ever turn hot while one looks."""


class Trickle:
    """Repeats something that a lead did, as if it did it again now."""

    def __init__(self, past: Sequence[Incoming]) -> None:
        self.past = [message for message in past if message.event]
        self.of: dict[tuple[tuple[str, str], ...], list[Incoming]] = {}
        for message in self.past:
            self.of.setdefault(message.handles, []).append(message)

    def work(self, now: datetime) -> int:
        """Take a few messages more."""
        # The time decides what happens, so that a demo can be replayed.
        draw = random.Random(now.isoformat())
        chosen = [draw.choice(self.past)]
        if draw.random() < 0.2:
            chosen = self.of[chosen[0].handles][-BURST:]
        with transaction.atomic():
            take(incoming=[later(message, now, number) for number, message in enumerate(chosen)], now=now)
        return 0  # what it did isn't work that was due: the loop may rest


def trickle(past: Sequence[Incoming]) -> None:
    """Have the worker of this process do so."""
    register("demo.trickle", Trickle(past).work, every=EVERY)
