"""What the pages add to other rooms: a card on a lead's page, and the jobs that count what became of mails."""

from __future__ import annotations


def ready() -> None:
    """Register them; called once, as Django starts."""
    from pyrometer.app.clock import jobs
    from pyrometer.app.handoff.views import panels
    from pyrometer.app.nurture.counting import results, taken
    from pyrometer.app.nurture.views.card import card

    panels.register("nurture", card)
    jobs.register("nurture.results", results.work, every=results.EVERY)
    jobs.register("nurture.taken", taken.work, every=taken.EVERY)
