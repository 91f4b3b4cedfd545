"""The page of mail: whether it is set up well, what came back, and how fast domains get it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pyrometer.app.delivery.email import domains
from pyrometer.app.delivery.email.records import aligned, records
from pyrometer.app.delivery.forms import PaceForm
from pyrometer.app.delivery.models import BoxState, Outgoing, ReceivingDomain, Returned
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

PAGE = 50
LATELY = timedelta(days=30)


@allowed("settings.mail")
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """How mail is set up, and what there is to know of it."""
    return _page(request, PaceForm())


@allowed("settings.mail")
@require_POST
def pace(request: HttpRequest) -> HttpResponse:
    """Give a domain a pace."""
    form = PaceForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    given = form.cleaned_data
    domains.set_pace(
        name=given["domain"], per_minute=given["per_minute"], actor=Actor.of(request.user), now=timezone.now()
    )
    messages.success(request, _("The pace was changed. What waits for the domain queues by it."))
    return redirect("delivery:mail")


@allowed("settings.mail")
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """End a domain's pause."""
    domains.resume(name=request.POST.get("domain", "")[:253], actor=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("Mail goes to the domain again."))
    return redirect("delivery:mail")


def _page(request: HttpRequest, form: PaceForm) -> HttpResponse:
    now = timezone.now()
    page = Paginator(ReceivingDomain.objects.order_by("-paused_until", "name"), PAGE).get_page(request.GET.get("page"))
    waiting = Outgoing.objects.filter(marketing=True, done_at__isnull=True, given_up_at__isnull=True)
    waiting = waiting.filter(domain__in=[domain.name for domain in page])
    waits = dict(waiting.values_list("domain").annotate(count=Count("pk")))
    back = Returned.objects.filter(at__gte=now - LATELY)
    box = settings.MAIL_BOX
    context = {
        "server": settings.MAIL_SERVER,
        "sender": settings.MAIL_FROM,
        "signer": settings.MAIL_SIGNER,
        "aligned": aligned(),
        "records": records(),
        "bounces": settings.MAIL_BOUNCES,
        "box": box,
        "state": BoxState.objects.filter(name=box.name).first() if box is not None else None,
        "door": bool(settings.MAIL_SECRET),
        "address": f"{settings.ORIGIN}/mail/returned/",
        "back": dict(back.values_list("kind").annotate(count=Count("pk"))),
        "page": page,
        "domains": [
            {
                "row": domain,
                "waits": waits.get(domain.name, 0),
                "paused": domain.paused_until is not None and domain.paused_until > now,
            }
            for domain in page
        ],
        "pace": settings.MAIL_PACE,
        "form": form,
    }
    return render(request, "delivery/mail/index.html", context)
