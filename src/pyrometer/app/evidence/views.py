"""What somebody does to a lead's record: correct an answer, merge and take apart, export, erase."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.evidence import actions, queries
from pyrometer.app.evidence.models import Lead, Merge
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError

MATCHES = 20
PAGE_OF_LEAD = "handoff:lead"


class Correction(forms.Form):
    """One trait with its right value; an empty one is no longer known."""

    trait = forms.RegexField(r"^\w{1,120}$")
    value = forms.CharField(required=False, max_length=1000)


def lead_of(root: int) -> Lead:
    """A root that isn't erased. Raises Http404."""
    lead = get_object_or_404(Lead.objects.select_related("company"), pk=root)
    if lead.erased_at is not None:
        raise Http404
    return lead


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.edit")
def correct(request: HttpRequest, root: int) -> HttpResponse:
    """Correct one trait by hand."""
    lead = lead_of(root)
    form = Correction(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        trait, text = form.cleaned_data["trait"], form.cleaned_data["value"]
        before = queries.profile(root).get(trait)
        value = read(text, before.value if before else None)
        try:
            actions.correct(lead=root, trait=trait, value=value, actor=Actor.of(request.user), now=timezone.now())
        except UsageError as error:
            form.add_error("value", str(error))
        else:
            messages.success(request, _("Corrected. The temperature follows within seconds."))
            return _done(request, root)
    traits = sorted(queries.profile(root))
    status = 422 if form.is_bound else 200
    name = "evidence/parts/correct.html" if request.htmx else "evidence/correct.html"
    return render(request, name, {"lead": lead, "form": form, "traits": traits}, status=status)


def read(text: str, before: Any) -> Any:
    """What somebody typed, of the kind that the answer had before; None for nothing.

    >>> read("120", 80), read("120", "80"), read("no", True), read(" ", "x"), read("lots", 80)
    (120, '120', False, None, 'lots')
    """
    text = text.strip()
    if not text:
        return None
    if isinstance(before, bool):
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), text)
    if isinstance(before, (int, float)):
        try:
            return int(text)
        except ValueError:
            pass
        try:
            number = float(text)
        except ValueError:
            return text
        return number if number - number == 0 else text
    return text


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.merge")
def merge(request: HttpRequest, root: int) -> HttpResponse:
    """Find the other lead, look at both, merge."""
    lead = lead_of(root)
    if request.method == "POST":
        other = lead_of(_number(request.POST.get("other", "")))
        try:
            actions.merge(
                winner=lead.pk,
                loser=other.pk,
                reason=request.POST.get("reason", "").strip()[:200] or _("by hand"),
                actor=Actor.of(request.user),
                now=timezone.now(),
            )
        except UsageError as error:
            messages.error(request, str(error))
            return redirect("evidence:merge", root)
        messages.success(request, _("They are one lead now. It can be undone here, under Record."))
        return redirect(PAGE_OF_LEAD, root)
    context: dict[str, Any] = {"lead": lead, "q": request.GET.get("q", "").strip()[:120]}
    if request.GET.get("other"):
        context["other"] = lead_of(_number(request.GET["other"]))
    elif context["q"]:
        context["others"] = [found for found in queries.search(context["q"], limit=MATCHES) if found.pk != root]
    return render(request, "evidence/merge.html", context)


@require_POST
@allowed("lead.merge")
def unmerge(request: HttpRequest, merge: int) -> HttpResponse:
    """Take apart what a merge put together."""
    found = get_object_or_404(Merge.objects.select_related("winner"), pk=merge)
    try:
        actions.unmerge(merge=merge, actor=Actor.of(request.user), now=timezone.now())
        messages.success(request, _("Taken apart: two leads again, each with its own evidence."))
    except UsageError as error:
        messages.error(request, str(error))
    return redirect(PAGE_OF_LEAD, found.winner.root_id or found.winner_id)


@require_POST
@allowed("lead.export")
def export(request: HttpRequest, root: int) -> HttpResponse:
    """Everything about a lead, as a JSON file. A POST, since the audit log notes it."""
    lead = lead_of(root)
    found = actions.export(lead=lead.pk, actor=Actor.of(request.user), now=timezone.now())
    return HttpResponse(
        json.dumps(found, ensure_ascii=False, indent=2, default=str),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="lead-{root}.json"', "Cache-Control": "no-store"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("lead.erase")
def erase(request: HttpRequest, root: int) -> HttpResponse:
    """Erase a lead for good, once its name was typed."""
    lead = lead_of(root)
    wrong = False
    if request.method == "POST":
        if request.POST.get("name", "").strip() == str(lead):
            actions.erase(lead=root, actor=Actor.of(request.user), now=timezone.now())
            messages.success(request, _("Erased: nothing about this lead is kept."))
            return redirect("handoff:leads")
        wrong = True
    return render(request, "evidence/erase.html", {"lead": lead, "wrong": wrong}, status=422 if wrong else 200)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


def _done(request: HttpRequest, root: int) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(PAGE_OF_LEAD, root)})
    return redirect(PAGE_OF_LEAD, root)
