"""In whose hands a lead is, and what all pages about that share: where they go back to, dialogs, what ended."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from pyrometer.app.handoff.actions.retracting import hindrance, may_take_back
from pyrometer.app.handoff.models import Assignment, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import may


def held(request: HttpRequest, assignment: int, *, ended: bool = False) -> Assignment:
    """An assignment of one's own, or of anybody for who manages; open, unless it may have ended. Raises 404 and 403."""
    among = Assignment.objects.select_related("lead", "lead__company", "rep__user", "rep__team")
    among = among.filter(lead__erased_at__isnull=True) if ended else among.filter(ended_at__isnull=True)
    found = get_object_or_404(among, pk=assignment)
    own = found.rep is not None and found.rep.user_id == request.user.pk
    if not own and not may(request.user, "leads.assign"):
        raise PermissionDenied
    return found


def back(request: HttpRequest) -> HttpResponse:
    """To the page somebody came from, if it is one of ours, else to the inbox; a dialog is told where."""
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    to = to if safe and to.startswith("/") else reverse("handoff:inbox")
    return HttpResponse(status=204, headers={"HX-Redirect": to}) if request.htmx else redirect(to)


def shown(
    request: HttpRequest, name: str, here: Assignment, form: forms.Form, context: dict[str, object]
) -> HttpResponse:
    """The inside of a dialog where the page asks for it, else a page."""
    context |= {"assignment": here, "form": form, "next": request.GET.get("next") or request.POST.get("next", "")}
    status = 422 if form.is_bound else 200
    if request.htmx:
        return render(request, f"handoff/parts/{name}.html", context, status=status)
    return render(request, "handoff/desk.html", context | {"part": f"handoff/parts/{name}.html"}, status=status)


def linked(text: str, address: str, name: str) -> SafeString:
    """A message with a link behind it."""
    return format_html('{} <a href="{}">{}</a>', text, address, name)


def over(request: HttpRequest, here: Assignment) -> HttpResponse:
    """An assignment that has ended: what became of it, instead of a form."""
    given = here.verdicts.select_related("by", "assignment__rep__user").order_by("pk").last()
    status = 409 if request.method == "POST" else 200
    return shown_given(request, here, given, status)


def shown_given(request: HttpRequest, here: Assignment, given: Verdict | None, status: int = 200) -> HttpResponse:
    """What was said of a lead, and whether it can be taken back."""
    actor, now = Actor.of(request.user), timezone.now()
    mine = given is not None and may_take_back(actor, given)
    context = {
        "assignment": here,
        "verdict": given,
        "hindrance": hindrance(given, now) if given is not None and mine else "",
        "mine": mine,
    }
    if request.htmx:
        return render(request, "handoff/parts/given.html", context, status=status)
    return render(request, "handoff/desk.html", context | {"part": "handoff/parts/given.html"}, status=status)
