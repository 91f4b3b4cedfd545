"""Contents: the texts that programmes send and show, checked while they are written, with all their wordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.agreement.comparing import rows
from pyrometer.app.delivery.email.content.collecting import ground
from pyrometer.app.delivery.email.content.examining import Ground
from pyrometer.app.delivery.email.content.examining import examine as examine_content
from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.delivery.email.content.reading import read as read_content
from pyrometer.app.delivery.email.content.told import known
from pyrometer.app.delivery.email.content.variables import variables
from pyrometer.app.nurture.actions import contents as actions
from pyrometer.app.nurture.examining import examined_content, named, normal
from pyrometer.app.nurture.models import Content, Programme
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.reviewing import unchecked
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.definition.problems import Problem
from pyrometer.nurture import shipped_contents

MOST = 1000
LONGEST = 100_000
WORDINGS = 50
EMPTY = """---
name: {name}
purpose: email
pitch: low
subject: {{en: }}
---
Hello {{{{ lead.first_name | default: "there" }}}},

"""
SLOT = """---
name: new-offer
kind: slot
purpose: profiling
pitch: low
---
**What it is, in a few words.** [What to do](https://example.org/ "button")
"""


@dataclass(frozen=True)
class Row:
    """A content with where it is used, and what is wrong with it."""

    content: Content
    used_by: tuple[str, ...]
    errors: int
    warnings: int
    languages: str


@require_safe
@allowed("nurture.read")
def contents(request: HttpRequest) -> HttpResponse:
    """All contents."""
    found = list(Content.objects.order_by("name")[:MOST])
    use, by = users(), ground()
    listed = []
    for each in found:
        problems = _weighed(each.text, by)
        counts = [sum(problem.level == level for problem in problems) for level in ("error", "warning")]
        listed.append(Row(each, tuple(use.get(each.name, ())), *counts, ", ".join(_languages(each.text))))
    return render(request, "nurture/contents.html", {"rows": listed, "come": _come() if not listed else []})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Write a new content, from one that comes with the package or from nothing."""
    if request.method == "POST":
        return _written(request, None)
    text = SLOT if request.GET.get("kind") == "slot" else EMPTY.format(name="new-content")
    start = request.GET.get("from", "")
    if start:
        come = shipped_contents().get(start)
        if come is None or come.file is None:
            raise Http404
        with open(come.file, encoding="utf-8") as file:
            text = file.read()
    return _editor(request, None, text, "")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Write a content anew; mails that were sent keep the wording that they had."""
    here = finding.content(name)
    if request.method == "POST":
        return _written(request, here)
    return _editor(request, here, here.text, str(here.number))


@require_POST
@allowed("nurture.edit")
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with a content that is being written; nothing is kept."""
    text = request.POST.get("text", "")
    return render(request, "nurture/parts/content_checked.html", {"problems": _problems(text), "text": text})


@require_safe
@allowed("nurture.read")
def content(request: HttpRequest, name: str) -> HttpResponse:
    """A content: its text, its problems, how it looks, and its wordings."""
    here = finding.content(name)
    context = {
        "content": here,
        "problems": _problems(here.text),
        "used_by": users().get(here.name, ()),
        "wordings": here.wordings.order_by("-number").defer("text")[:WORDINGS],
        "languages": _languages(here.text),
    }
    return render(request, "nurture/content.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def wording(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """A former wording, beside the one now; POST brings it back, as a new one."""
    here = finding.content(name)
    former = get_object_or_404(here.wordings, number=number)
    if request.method == "POST":
        if finding.done(
            request,
            lambda now: actions.save(name=here.name, text=former.text, actor=Actor.of(request.user), now=now),
            _("Brought back, as a new wording."),
        ):
            return redirect("nurture:content", name)
        return redirect("nurture:wording", name, number)
    context = {
        "content": here,
        "former": former,
        "lines": rows(here.text.splitlines(), former.text.splitlines()),
    }
    return render(request, "nurture/wording.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Remove a content that no programme names, after asking."""
    here = finding.content(name)
    used = users().get(here.name, ())
    if request.method == "POST":
        if finding.done(
            request,
            lambda now: actions.remove(content=here, actor=Actor.of(request.user), now=now),
            _("Removed."),
        ):
            return redirect("nurture:contents")
        return redirect("nurture:content", name)
    return render(request, "nurture/delete_content.html", {"content": here, "used_by": used})


def users() -> dict[str, list[str]]:
    """The programmes by the content that they name, in the draft or in the live version.

    A draft that can't be read is taken to name whatever it says.
    """
    found: dict[str, list[str]] = {}
    for each in Programme.objects.select_related("live").order_by("key"):
        draft = unchecked(each.draft)
        names = actions.perhaps_named(each.draft) if draft is None else named(draft)
        if each.live is not None:
            names = [*names, *named(programme_of(each.live))]
        for name in set(names):
            found.setdefault(name, []).append(each.key)
    return found


def _weighed(text: str, by: Ground) -> tuple[Problem, ...]:
    try:
        return examine_content(read_content(text), by)
    except ContentError as error:
        return error.problems


def _problems(text: str) -> tuple[Problem, ...]:
    if len(text) > LONGEST:
        what = _("the text has more than %(n)s letters") % {"n": f"{LONGEST:,}"}
        return (Problem("error", (), what, "", _("a mail of that length is read by nobody")),)
    if "\0" in text:
        return (Problem("error", (), _("the text holds null characters"), "", _("remove them")),)
    return examined_content(normal(text))


def _written(request: HttpRequest, here: Content | None) -> HttpResponse:
    text, base = normal(request.POST.get("text", "")), request.POST.get("base", "")
    problems = _problems(text)
    if "check" in request.POST or any(problem.level == "error" for problem in problems):
        wrong = "" if "check" in request.POST else _("It has errors, and wasn't kept.")
        return _editor(request, here, text, base, wrong=wrong)
    name = read_content(text).name
    if here is None and Content.objects.filter(name=name).exists():
        return _editor(request, None, text, base, wrong=_("There is a content of that name; change it in the text."))
    if here is not None and name != here.name:
        wrong = _("The name is %(before)s, and programmes call it so; a new name is a new content.")
        return _editor(request, here, text, base, wrong=wrong % {"before": here.name})
    try:
        with transaction.atomic():
            locked = None if here is None else Content.objects.select_for_update().get(pk=here.pk)
            if locked is not None and base != str(locked.number):
                return _overtaken(request, locked, text)
            actions.save(text=text, name=here.name if here else "", actor=Actor.of(request.user), now=timezone.now())
    except finding.REFUSALS as error:
        return _editor(request, here, text, base, wrong=str(error))
    messages.success(request, _("Kept. What is sent from now on says this."))
    return redirect("nurture:content", name)


def _overtaken(request: HttpRequest, here: Content, text: str) -> HttpResponse:
    """Somebody else kept another wording meanwhile: both are shown, and nothing is lost."""
    context = _context(here, text, str(here.number))
    context |= {"overtaken": here, "lines": rows(here.text.splitlines(), text.splitlines())}
    return render(request, "nurture/content_edit.html", context, status=409)


def _editor(request: HttpRequest, here: Content | None, text: str, base: str, wrong: str = "") -> HttpResponse:
    context = _context(here, text, base) | {"wrong": wrong}
    return render(request, "nurture/content_edit.html", context, status=422 if wrong else 200)


def _context(here: Content | None, text: str, base: str) -> dict[str, Any]:
    return {
        "content": here,
        "text": text,
        "base": base,
        "problems": _problems(text),
        "variables": variables(known()),
        "come": _come() if here is None else [],
    }


def _languages(text: str) -> tuple[str, ...]:
    try:
        return read_content(text).languages
    except ContentError:
        return ()


def _come() -> list[str]:
    """The contents that come with the package."""
    return sorted(shipped_contents())
