"""Many leads at once: chosen on the list, looked at once more, done, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.bulk import AT_ONCE, DONE, LEFT, MOST, REFUSED, RIGHTS, carry_on, confirm, prepare
from pyrometer.app.handoff.models import Bulk, Chosen
from pyrometer.app.handoff.views.asked import Asked
from pyrometer.app.handoff.views.export import file_of
from pyrometer.app.handoff.views.listing import UNSHOWN, TooFarError, roots
from pyrometer.app.handoff.views.many import FORMS
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError

NAMED = 20
"""Leads that the page calls by name before it counts the others."""
SHOWN = 200
"""Refusals that it shows."""
STEP = 200
"""Rows of a file that are read at a time."""
KINDS = (
    (Bulk.Kind.ASSIGN, gettext_lazy("Assign to a rep")),
    (Bulk.Kind.QUALIFY, gettext_lazy("Hand over: qualified by a call")),
    (Bulk.Kind.RECYCLE, gettext_lazy("Put off until a day")),
    (Bulk.Kind.TRAIT, gettext_lazy("Set a trait")),
    (Bulk.Kind.EXPORT, gettext_lazy("Export as CSV")),
)


def offered(user: User) -> list[tuple[str, str]]:
    """What somebody may do with many leads."""
    return [(kind, str(name)) for kind, name in KINDS if may(user, RIGHTS[kind])]


@require_POST
@allowed("lead.read")
def choose(request: HttpRequest) -> HttpResponse:
    """Take what was ticked on the list, or all that its filters find, to the page that asks once more."""
    asked, now = Asked.of(request.POST.dict()), timezone.now()
    try:
        leads = roots(asked, now) if request.POST.get("all") == "yes" else _ticked(request)
        bulk = prepare(kind=request.POST.get("kind", ""), leads=leads, actor=Actor.of(request.user), now=now)
    except UsageError as error:
        messages.error(request, str(error))
    except TooFarError:
        messages.error(request, _("Too many leads would have to be looked at; narrow it by temperature or country."))
    else:
        return redirect("handoff:bulk", bulk.pk)
    return redirect(f"{reverse('handoff:leads')}?{urlencode(asked.pairs)}")


def _ticked(request: HttpRequest) -> list[int]:
    keys = [int(key) for key in request.POST.getlist("lead")[: MOST + 1] if key.isdecimal() and len(key) < 18]
    there = Lead.objects.filter(pk__in=keys, root=F("pk"), anonymous=False, erased_at__isnull=True)
    return list(there.order_by("pk").values_list("pk", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.read")
def bulk(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How many, whom and what; once that is confirmed, what came of it."""
    here = get_object_or_404(Bulk.objects.select_related("by"), pk=pk, by=request.user)
    now = timezone.now()
    posted = request.POST if request.method == "POST" and here.confirmed_at is None else None
    form = FORMS[here.kind](posted, here, request.GET)
    if request.method == "POST" and (here.confirmed_at is not None or form.is_valid()):
        # Sent twice, it is done once: the second gets to see what came of the first.
        fresh = here.confirmed_at is None and confirm(
            bulk=here, detail=form.detail(), actor=Actor.of(request.user), now=now
        )
        if fresh:
            carry_on(here, now, limit=MOST if here.kind == Bulk.Kind.EXPORT else AT_ONCE)
        return file_of(_leads(here), now) if fresh and here.kind == Bulk.Kind.EXPORT else redirect("handoff:bulk", pk)
    counted = dict(here.chosen.values_list("outcome").annotate(Count("pk")).order_by())
    untouched = here.chosen.filter(outcome__in=(REFUSED, LEFT))
    context = {
        "bulk": here,
        "name": dict(KINDS)[Bulk.Kind(here.kind)],
        "form": form,
        "number": sum(counted.values()),
        "done": counted.get(DONE, 0),
        "refused": counted.get(REFUSED, 0),
        "left": counted.get(LEFT, 0),
        "waiting": counted.get("", 0),
        "whom": [each.lead for each in here.chosen.select_related("lead").order_by("pk")[:NAMED]],
        "refusals": untouched.select_related("lead").order_by("-outcome", "pk")[:SHOWN],
    }
    context["others"] = context["number"] - len(context["whom"])
    return render(request, "handoff/bulk.html", context, status=422 if form.is_bound else 200)


def _leads(here: Bulk) -> Iterator[Lead]:
    """The leads of a bulk with their readings, some at a time."""
    after = 0
    while found := list(Chosen.objects.filter(bulk=here, outcome=DONE, pk__gt=after).order_by("pk")[:STEP]):
        after = found[-1].pk
        keys = [each.lead_id for each in found]
        rows = Lead.objects.filter(pk__in=keys, erased_at__isnull=True).select_related("reading", "company")
        leads = {lead.pk: lead for lead in rows.defer(*UNSHOWN)}
        yield from (leads[key] for key in keys if key in leads)
