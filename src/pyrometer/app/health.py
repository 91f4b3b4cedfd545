"""For those who watch over an installation."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from pyrometer.app.people.may import anybody


@anybody
def healthz(request: HttpRequest) -> HttpResponse:
    """200 where the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "no database"}, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"status": "ok"})


@anybody
def metrics(request: HttpRequest) -> HttpResponse:
    """What waits, in the text format of Prometheus; numbers only, nothing about anybody."""
    from pyrometer.app.capture.models import Accepted, DeadLetter
    from pyrometer.app.delivery.models import Outgoing
    from pyrometer.app.evidence.models import Lead

    waiting = Outgoing.objects.filter(done_at__isnull=True, given_up_at__isnull=True, held_at__isnull=True)
    figures = {
        "pyrometer_accepted_waiting": ("requests accepted and not digested yet", Accepted.objects.count()),
        "pyrometer_dead_letters": ("messages that could not be digested", DeadLetter.objects.count()),
        "pyrometer_leads_touched": (
            "leads that wait for a reading",
            Lead.objects.filter(touched_at__isnull=False).count(),
        ),
        "pyrometer_outgoing_waiting": ("deliveries under way, first tries and repeated ones", waiting.count()),
        "pyrometer_outgoing_failing": (
            "of these, those that failed and are tried again, for a day and a little",
            waiting.filter(attempts__gt=0).exclude(error="").count(),
        ),
        "pyrometer_outgoing_given_up": (
            "deliveries that were given up, of the last 30 days",
            Outgoing.objects.filter(given_up_at__isnull=False).count(),
        ),
    }
    lines = [
        line
        for name, (help_, value) in figures.items()
        for line in (f"# HELP {name} {help_}", f"# TYPE {name} gauge", f"{name} {value}")
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
