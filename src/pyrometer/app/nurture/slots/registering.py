"""What this part of the room has the others call."""

from __future__ import annotations

from datetime import timedelta


def ready() -> None:
    """Register the job that counts, what is told to a lead, and the way past what pages need."""
    from pyrometer.app.capture.wire import door
    from pyrometer.app.clock import jobs
    from pyrometer.app.consent import access
    from pyrometer.app.nurture.slots import counting, public, subject

    jobs.register("nurture.seen", counting.count, every=timedelta(seconds=5))
    access.register("shown", subject.tell)
    door.let_in(public.PREFIX, public.straight)
