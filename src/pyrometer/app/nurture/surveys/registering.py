"""Makes surveys known to the rooms that surveys know."""

from __future__ import annotations

from datetime import timedelta


def ready() -> None:
    """Register the job, and what a lead is told of what it was asked."""
    from pyrometer.app.clock import jobs
    from pyrometer.app.consent import access
    from pyrometer.app.nurture.surveys import ignoring, subject

    access.register("surveys", subject.tell)
    jobs.register("nurture.ignored", ignoring.ignored, every=timedelta(hours=1))
