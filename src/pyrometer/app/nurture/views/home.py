"""All programmes at a glance, and beginning a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.nurture.actions import contents as content_actions
from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.examining import named
from pyrometer.app.nurture.models import Content, Programme
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.reviewing import Review, Scene, definition, name_of, review, scene, weighed
from pyrometer.app.nurture.views.tallies import Tally, tallies
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.definition.problems import Problem
from pyrometer.nurture import load, shipped, shipped_contents
from pyrometer.nurture.words import text

KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LONGEST_KEY = 60
MOST = 500
EMPTY = """format: 1
programme: {key}
name: {name}
purpose: email

enter:
  when: {{temperature: warm}}
  held_back: 10%

steps:
  - wait: 1w
"""


@dataclass(frozen=True)
class Row:
    """A programme with its numbers."""

    programme: Programme
    name: str
    state: str
    differs: bool
    errors: int
    warnings: int
    tally: Tally

    @property
    def said(self) -> Any:
        """The state in words."""
        return finding.STATES[self.state]

    @property
    def pausable(self) -> bool:
        """Whether there is something to stop: it is live, or ended with people inside who finish it."""
        return self.programme.paused_at is None and (self.state == "live" or self.tally.inside > 0)


@require_safe
@allowed("nurture.read")
def home(request: HttpRequest) -> HttpResponse:
    """The programmes, with who is in them now and what they did lately."""
    now = timezone.now()
    found = list(Programme.objects.select_related("live").order_by("key")[:MOST])
    ever = set(Programme.objects.filter(versions__isnull=False).values_list("pk", flat=True))
    numbers = tallies(now)
    by = scene()
    rows = [_row(each, each.pk in ever, numbers.get(each.pk, Tally()), request.LANGUAGE_CODE, by) for each in found]
    order = {"live": 0, "paused": 1, "draft": 2, "ended": 3}
    rows.sort(key=lambda row: (order[row.state], row.name.casefold()))
    shown = _shipped(request.LANGUAGE_CODE) if not rows else []
    context = {"rows": rows, "shipped": shown, "agreed": definition() is not None}
    return render(request, "nurture/home.html", context)


def _row(programme: Programme, published: bool, tally: Tally, language: str, by: Scene) -> Row:
    errors, warnings = weighed(programme.draft, by)
    return Row(
        programme,
        finding.called(programme, language),
        finding.state(programme, published=published),
        programme.live is not None and programme.live.text != programme.draft,
        errors,
        warnings,
        tally,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Begin with one of the programmes that come with the package, or with an empty one."""
    language = request.LANGUAGE_CODE
    if request.method != "POST":
        context = {"shipped": _shipped(language), "agreed": definition() is not None, "key": "", "name": ""}
        return render(request, "nurture/new.html", context)
    start, key = request.POST.get("start", ""), request.POST.get("key", "").strip()
    name = request.POST.get("name", "").strip()
    wrong = _wrong(start, key, name)
    if not wrong:
        try:
            begun = _begun(request, start, key or start, name)
        except finding.REFUSALS as error:
            wrong = {"": str(error)}
        else:
            return redirect("nurture:programme", begun.key)
    agreed = definition() is not None
    context = {
        "shipped": _shipped(language),
        "agreed": agreed,
        "key": key,
        "name": name,
        "start": start,
        "wrong": wrong,
    }
    return render(request, "nurture/new.html", context, status=422)


def _wrong(start: str, key: str, name: str) -> dict[str, str]:
    """What can't be begun so, by field."""
    if start and start not in shipped():
        return {"": _("No programme of that name comes with it.")}
    if start and not key:
        key = start
    if not start and not name:
        return {"name": _("Say what it is called.")}
    if len(name) > 120 or "\0" in name:
        return {"name": _("That is too long for a name.")}
    if not key:
        return {"key": _("Give it a key.")}
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        return {"key": _("A key has small letters, digits and hyphens, such as win-back.")}
    if Programme.objects.filter(key=key).exists():
        return {"key": _("There is a programme with that key.")}
    return {}


@transaction.atomic
def _begun(request: HttpRequest, start: str, key: str, name: str) -> Programme:
    """The new draft; of a shipped one the contents that it names come along, where there are none of that name."""
    actor, now = Actor.of(request.user), timezone.now()
    if not start:
        written = EMPTY.format(key=key, name=_quoted(name))
        return actions.save_draft(text=written, actor=actor, now=now)
    written = shipped()[start].read_text(encoding="utf-8")
    if key != start:
        written = re.sub(r"(?m)^programme: .*$", f"programme: {key}", written, count=1)
    come, names = shipped_contents(), named(load(written))
    there = set(Content.objects.filter(name__in=names).values_list("name", flat=True))
    copied = 0
    for each in names:
        known = come.get(each)
        if each not in there and known is not None and known.file is not None:
            with open(known.file, encoding="utf-8") as file:
                content_actions.save(text=file.read(), actor=actor, now=now)
            copied += 1
    begun = actions.save_draft(text=written, actor=actor, now=now)
    messages.success(
        request,
        ngettext(
            "A draft, with %(n)d content that came along. Make it yours; nobody enters before it is published.",
            "A draft, with %(n)d contents that came along. Make it yours; nobody enters before it is published.",
            copied,
        )
        % {"n": copied},
    )
    return begun


def _quoted(text_: str) -> str:
    """A text as YAML takes it on one line, whatever stands in it."""
    return '"' + re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text_).replace("\\", "\\\\").replace('"', '\\"') + '"'


_UNKNOWN = re.compile("unknown programme `(.+)`")


def _told(problem: Problem, language: str) -> Problem:
    """A problem of one that comes with it, for who hasn't seen its text: another such one is begun, not mended."""
    match = _UNKNOWN.fullmatch(problem.what)
    other = shipped().get(match[1]) if match else None
    if other is None:
        return problem
    name = name_of(other.read_text(encoding="utf-8"), language)
    what = _("it follows on “%(name)s”, which isn't here") % {"name": name}
    return replace(problem, what=what, fix=_("begin with that one, too"))


@dataclass(frozen=True)
class Shipped:
    """A programme that comes with the package, and what this installation lacks for it."""

    key: str
    name: str
    about: str
    contents: int
    taken: bool
    examined: Review


def _shipped(language: str) -> list[Shipped]:
    taken = set(Programme.objects.filter(key__in=shipped()).values_list("key", flat=True))
    come = shipped_contents()
    there = set(Content.objects.values_list("name", flat=True))
    agreed = definition()
    found = []
    for key, file in shipped().items():
        written = file.read_text(encoding="utf-8")
        programme = load(written)
        names = named(programme)
        examined = review(written)
        # The contents that it names come along.
        lacks = tuple(
            problem
            for problem in examined.problems
            if problem.level != "note"
            and not (agreed is None and not problem.path)  # said once, above them all
            and not any(f"`{name}`" in problem.what for name in names if name in come and name not in there)
        )
        once = tuple({(problem.what, problem.fix): _told(problem, language) for problem in lacks}.values())
        examined = Review(examined.programme, once)
        about = text(programme.about, language)
        found.append(Shipped(key, name_of(written, language), about, len(names), key in taken, examined))
    return found
