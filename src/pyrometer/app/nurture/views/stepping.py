"""The steps of a draft by forms: add, change, move, take out, at any depth."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.handoff.models import Team
from pyrometer.app.nurture import rewriting
from pyrometer.app.nurture.examining import LONGEST, normal
from pyrometer.app.nurture.forms.head import HeadForm
from pyrometer.app.nurture.forms.step import Known, StepForm
from pyrometer.app.nurture.forms.steps import FORMS, KINDS
from pyrometer.app.nurture.models import Content, CouponList, Programme, Slot
from pyrometer.app.nurture.rewriting import Change, rewritten
from pyrometer.app.nurture.views import drafting, finding
from pyrometer.app.nurture.views.listing import form_of, kind_of, lanes, listed
from pyrometer.app.nurture.views.reviewing import definition, review
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.definition.problems import Path
from pyrometer.definition.source import read_text
from pyrometer.errors import UsageError

_PLACE = re.compile(r"steps(?:\.(?:[0-9]{1,3}|branch|then|else))*")


@require_safe
@allowed("nurture.edit")
def steps(request: HttpRequest, key: str) -> HttpResponse:
    """All steps, each with its buttons."""
    here = finding.programme(key)
    tree = _tree(here)
    if tree is None:
        messages.error(request, _("The text can't be read as it is; mend it as text first."))
        return redirect("nurture:edit", key)
    examined = review(here.draft)
    rows = listed(tree, examined.own, request.LANGUAGE_CODE)
    beside = {id(problem) for row in rows for problem in row.problems}
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "base": drafting.base_of(here),
        "rows": rows,
        "kinds": KINDS,
        "examined": examined,
        "elsewhere": [problem for problem in examined.problems if id(problem) not in beside],
    }
    return render(request, "nurture/steps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def step(request: HttpRequest, key: str) -> HttpResponse:
    """The form of a step: `at` is its place; with `new` what it comes behind, or the list that it begins."""
    here = finding.programme(key)
    tree = _tree(here)
    place = _place(request.GET.get("at", ""))
    kind = request.GET.get("new", "")
    if tree is None:
        return redirect("nurture:edit", key)
    before = {} if kind else _step_at(tree, place)
    kind = kind or form_of(before)
    if kind not in FORMS:
        raise Http404
    if "as-text" in request.GET:
        kind = "branch"
    form = FORMS[kind](request.POST if request.method == "POST" else None, step=before, known=_known(tree))
    base = request.POST.get("base") or drafting.base_of(here)
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, here, base, _change(request, place, form), _("Kept in the draft."))
        except finding.REFUSALS as error:
            form.add_error(None, str(error))
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "form": form,
        "kind": kind,
        "said": KINDS[kind] if not before or kind == kind_of(before) else _("Step as text"),
        "base": base,
        "place": request.GET.get("at", ""),
        "is_new": "new" in request.GET,
    }
    return render(request, "nurture/step.html", context, status=422 if form.is_bound else 200)


@require_POST
@allowed("nurture.edit")
def arrange(request: HttpRequest, key: str) -> HttpResponse:
    """Move a step up or down among its neighbours, or take it out."""
    here = finding.programme(key)
    tree = _tree(here)
    place = _place(request.POST.get("at", ""))
    if tree is None:
        return redirect("nurture:edit", key)
    _step_at(tree, place)
    how = request.POST.get("how", "")
    changes: dict[str, tuple[Change, str]] = {
        "up": (rewriting.shifted(place, -1), _("Moved up.")),
        "down": (rewriting.shifted(place, 1), _("Moved down.")),
        "out": (rewriting.removed(place), _("Taken out of the draft.")),
    }
    if how not in changes:
        raise Http404
    change, said = changes[how]
    try:
        return _kept(request, here, request.POST.get("base", ""), change, said)
    except finding.REFUSALS as error:
        messages.error(request, str(error))
    return redirect("nurture:steps", key)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def head(request: HttpRequest, key: str) -> HttpResponse:
    """The name, who enters, who is held back, how important it is."""
    here = finding.programme(key)
    tree = _tree(here)
    if tree is None:
        messages.error(request, _("The text can't be read as it is; mend it as text first."))
        return redirect("nurture:edit", key)
    form = HeadForm(request.POST if request.method == "POST" else None, tree=tree, definition=definition())
    base = request.POST.get("base") or drafting.base_of(here)
    if request.method == "POST" and form.is_valid():
        try:
            return _kept(request, here, base, rewriting.put(form.values()), _("Kept in the draft."))
        except finding.REFUSALS as error:
            form.add_error(None, str(error))
    context = {"programme": here, "name": finding.called(here, request.LANGUAGE_CODE), "form": form, "base": base}
    return render(request, "nurture/head.html", context, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest, here: Programme, base: str, change: Change, said: str) -> HttpResponse:
    """Keep the draft with a change. Raises UsageError."""
    text = rewritten(here.draft, change)
    try:
        drafting.keep(programme=here, base=base, text=text, actor=Actor.of(request.user), now=timezone.now())
    except drafting.Overtaken:
        raise UsageError(
            _("Somebody changed the draft meanwhile, so nothing was kept. Open it again, and change what is there now.")
        ) from None
    drafting.tell(request, said, text)
    return redirect("nurture:steps", here.key)


def _change(request: HttpRequest, place: Path, form: StepForm) -> Change:
    written = form.written()
    if "new" not in request.GET:
        return rewriting.replaced(place, written)
    if isinstance(place[-1], int):
        return rewriting.inserted(place[:-1], place[-1] + 1, written)
    return rewriting.inserted(place, 0, written)


def _tree(here: Programme) -> dict[str, Any] | None:
    """The draft as it was written, where it can be read."""
    if len(here.draft) > LONGEST:
        return None
    source = read_text(normal(here.draft))
    return source.tree if isinstance(source.tree, dict) and not source.problems else None


def _place(text: str) -> Path:
    """A place as addresses have it: steps.0.branch.1.then.2. Raises Http404."""
    if len(text) > 300 or not _PLACE.fullmatch(text):
        raise Http404
    return tuple(int(part) if part.isdecimal() else part for part in text.split("."))


def _step_at(tree: dict[str, Any], place: Path) -> dict[str, Any]:
    try:
        found = rewriting.at(tree, place)
    except (LookupError, TypeError):
        raise Http404 from None
    if not isinstance(found, dict) or not isinstance(place[-1], int):
        raise Http404
    return found


def _known(tree: dict[str, Any]) -> Known:
    agreed = definition()
    kinds = list(Content.objects.order_by("name").values_list("name", "kind"))
    said = tree.get("languages")
    name = tree.get("name")
    languages = [said] if isinstance(said, str) else list(said or ())
    if not languages and isinstance(name, dict):
        languages = list(name)
    return Known(
        mails=[name for name, kind in kinds if kind != "slot"],
        slots=[name for name, kind in kinds if kind == "slot"],
        criteria=list(agreed.criteria) if agreed else [],
        frameworks=list(agreed.frameworks) if agreed else [],
        traits=list(agreed.profile) if agreed else [],
        places=list(Slot.objects.order_by("name").values_list("name", flat=True)),
        coupons=list(CouponList.objects.order_by("name").values_list("name", flat=True)),
        teams=list(Team.objects.order_by("name").values_list("name", flat=True)),
        ids=[each["id"] for each in _each(tree.get("steps")) if isinstance(each.get("id"), str)],
        languages=[each for each in languages if isinstance(each, str)] or ["en"],
    )


def _each(steps: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in steps if isinstance(steps, list) else ():
        if isinstance(each, dict):
            found.append(each)
            for _lane, inner in lanes(each):
                found += _each(inner)
    return found
