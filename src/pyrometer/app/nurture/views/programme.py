"""One programme: the picture with who stands where, how it ended for the others, its versions, pausing and ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from pyrometer.app.nurture.actions import people
from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.models import Programme, Version
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.nurture.views import finding, moving, results, tallies
from pyrometer.app.nurture.views.pictures import picture
from pyrometer.app.nurture.views.reviewing import review
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed


@require_safe
@allowed("nurture.read")
@vary_on_headers("HX-Request")
def programme(request: HttpRequest, key: str) -> HttpResponse:
    """The page; asked by htmx, only the numbers."""
    here = finding.programme(key)
    number = request.GET.get("version", "")
    asked = number.isdecimal() and len(number) < 9
    shown = finding.version(here, int(number)) if asked else here.live or finding.last(here)
    context = _standing(here, shown, request.LANGUAGE_CODE)
    if request.htmx:
        return render(request, "nurture/parts/standing.html", context)
    versions = tallies.published(here)
    examined = review(here.draft)
    context |= {
        "name": finding.called(here, request.LANGUAGE_CODE),
        "state": finding.state(here, published=bool(versions)),
        "versions": versions,
        "differs": here.live is not None and here.live.text != here.draft,
        "examined": examined,
    }
    context["said"] = finding.STATES[context["state"]]
    return render(request, "nurture/programme.html", context)


def _standing(here: Programme, shown: Version | None, language: str) -> dict[str, Any]:
    """The picture of a version (or of the draft, before the first) with its numbers."""
    now = timezone.now()
    known: dict[str, Any] = {"programme": here, "version": shown, "now": now}
    drawn = review(here.draft).programme if shown is None else programme_of(shown)
    if shown is None:
        return known | {"picture": None if drawn is None else picture(drawn, language)}
    standing = tallies.standing(here, now)
    at = standing.steps.get(shown.pk, {})
    done = results.of(here)
    numbers = {step: {"at": at.get(step), "done": done.steps.get(step)} for step in {*at, *done.steps}}
    return known | {
        "picture": picture(drawn, language, numbers),
        "standing": standing,
        "ends": tallies.ends(here),
        "results": done,
        "inside_now": sum(standing.inside.values()),
        "elsewhere": sum(n for version, n in standing.inside.items() if version != shown.pk),
    }


@require_POST
@allowed("nurture.publish")
def pause(request: HttpRequest, key: str) -> HttpResponse:
    """Stop everything at once; asked for no confirmation, since nothing is lost by it."""
    here = finding.programme(key)
    finding.done(
        request,
        lambda now: actions.pause(programme=here, actor=Actor.of(request.user), now=now),
        _("Paused: nobody enters, nothing is sent. People stand where they stood."),
    )
    return redirect("nurture:programme", key)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """Go on, after a page that says how many are due."""
    here = finding.programme(key)
    if request.method == "POST":
        finding.done(
            request,
            lambda now: actions.resume(programme=here, actor=Actor.of(request.user), now=now),
            _("It goes on."),
        )
        return redirect("nurture:programme", key)
    if here.paused_at is None:
        return redirect("nurture:programme", key)
    now = timezone.now()
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "due": tallies.due_now(here, now),
    }
    return render(request, "nurture/resume.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def end(request: HttpRequest, key: str) -> HttpResponse:
    """Let nobody enter any more, after a page that says what becomes of those inside."""
    here = finding.programme(key)
    if request.method == "POST":
        finding.done(
            request,
            lambda now: actions.end(programme=here, actor=Actor.of(request.user), now=now),
            _("Ended: nobody enters any more. Who is inside finishes it."),
        )
        return redirect("nurture:programme", key)
    if here.live is None:
        return redirect("nurture:programme", key)
    standing = tallies.standing(here, timezone.now())
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "inside": sum(standing.inside.values()),
    }
    return render(request, "nurture/end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def move(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Bring the people of other versions into this one, after a page that says who goes along, who stays, and why."""
    here = finding.programme(key)
    to = finding.version(here, number)
    if request.method == "POST":
        moved = finding.done(
            request, lambda now: people.move(programme=here, to=to, actor=Actor.of(request.user), now=now)
        )
        if moved is not None:
            stays = sum(moved.stays.values())
            said = ngettext("%(n)d moved", "%(n)d moved", moved.moved) % {"n": moved.moved}
            messages.success(request, said + (_(", %(n)d stay where they are.") % {"n": stays} if stays else "."))
        return redirect("nurture:programme", key)
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "to": to,
        "foreseen": moving.foreseen(here, to),
    }
    return render(request, "nurture/move.html", context)


@require_safe
@allowed("nurture.read")
def text(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A version as a file."""
    found = finding.version(finding.programme(key), number)
    headers = {
        "Content-Disposition": f'attachment; filename="{key}-{found.number}.yaml"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(found.text, content_type="application/yaml; charset=utf-8", headers=headers)
