"""What the pages add to other rooms: a card on a lead's page, and the job that counts what became of mails."""

from __future__ import annotations


def ready() -> None:
    """Register both; called once, as Django starts."""
    from pyrometer.app.clock import jobs
    from pyrometer.app.handoff.views import panels
    from pyrometer.app.nurture.counting import results
    from pyrometer.app.nurture.views.card import card

    panels.register("nurture", card)
    jobs.register("nurture.results", results.work, every=results.EVERY)
