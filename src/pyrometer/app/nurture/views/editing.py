"""A programme as text: checked while it is written, with the picture beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.agreement.comparing import rows
from pyrometer.app.nurture.examining import LONGEST, normal
from pyrometer.app.nurture.models import Programme
from pyrometer.app.nurture.views import drafting, finding
from pyrometer.app.nurture.views.pictures import picture
from pyrometer.app.nurture.views.reviewing import review
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

SLOW = 60_000
"""Letters of a text that takes longer to check than somebody who writes it would wait for at each pause."""


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Write the draft anew, as often as you like; nothing happens to anybody before it is published."""
    here = finding.programme(key)
    if request.method != "POST":
        return render(request, "nurture/edit.html", _context(request, here, here.draft, drafting.base_of(here)))
    text, base = normal(request.POST.get("text", "")), request.POST.get("base", "")
    wrong = _wrong(text, key)
    if wrong or "check" in request.POST:
        context = _context(request, here, text, base) | {"wrong": wrong}
        return render(request, "nurture/edit.html", context, status=422 if wrong else 200)
    try:
        drafting.keep(programme=here, base=base, text=text, actor=Actor.of(request.user), now=timezone.now())
    except drafting.Overtaken as other:
        theirs = other.programme
        context = _context(request, theirs, text, drafting.base_of(theirs))
        context |= {"overtaken": theirs, "lines": rows(theirs.draft.splitlines(), text.splitlines())}
        return render(request, "nurture/edit.html", context, status=409)
    except finding.REFUSALS as error:
        context = _context(request, here, text, base) | {"wrong": str(error)}
        return render(request, "nurture/edit.html", context, status=422)
    drafting.tell(request, _("Kept as the draft. Nobody notices before it is published."), text)
    return redirect("nurture:programme" if "leave" in request.POST else "nurture:edit", key)


@require_POST
@allowed("nurture.edit")
def check(request: HttpRequest, key: str) -> HttpResponse:
    """What is wrong with a text that is being written, and its picture; nothing is kept."""
    finding.programme(key)
    text = request.POST.get("text", "")
    if SLOW < len(text) <= LONGEST:
        return render(request, "nurture/parts/too_long.html")
    return render(request, "nurture/parts/checked.html", _checked(request, text))


def _checked(request: HttpRequest, text: str) -> dict[str, Any]:
    examined = review(text)
    drawn = examined.programme
    return {"examined": examined, "picture": None if drawn is None else picture(drawn, request.LANGUAGE_CODE)}


def _context(request: HttpRequest, here: Programme, text: str, base: str) -> dict[str, Any]:
    return {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "text": text,
        "base": base,
        **_checked(request, text),
    }


def _wrong(text: str, key: str) -> str:
    """Why a text isn't kept, as a draft even."""
    if not text.strip():
        return _("There is no text.")
    if len(text) > LONGEST:
        return _("The text has more than %(n)s letters; it wasn't kept.") % {"n": f"{LONGEST:,}"}
    if "\0" in text:
        return _("The text holds null characters; it isn't a text.")
    return ""
