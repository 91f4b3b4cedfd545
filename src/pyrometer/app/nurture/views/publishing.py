"""Publishing: what is wrong, what is different, and how many it would reach, before anything is sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.agreement.comparing import rows as lines_between
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.models import Programme
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.drafting import base_of
from pyrometer.app.nurture.views.pictures import differing, picture
from pyrometer.app.nurture.views.reaching import Told
from pyrometer.app.nurture.views.reviewing import Review, review
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Make the draft the version by which people enter, after a page that says what follows."""
    here = finding.programme(key)
    wrong = ""
    if request.method == "POST":
        sure = request.POST.get("sure", "")
        number = int(sure) if sure.isdecimal() and len(sure) < 12 else None
        wrong = _published(request, here, number)
        if not wrong:
            finding.messages.success(request, _("Published: people enter by it from now on."))
            return redirect("nurture:programme", key)
        here = finding.programme(key)
    context = _context(request, here, review(here.draft)) | {"wrong": wrong}
    return render(request, "nurture/publish.html", context, status=422 if wrong else 200)


def _published(request: HttpRequest, here: Programme, sure: int | None) -> str:
    """Publish it; why that can't be, in words."""
    if not review(here.draft).sound:
        return _("It has errors: mend them first.")
    if request.POST.get("base") != base_of(here):
        return _("Somebody changed the draft meanwhile. Look at it again before you publish it.")
    try:
        actions.publish(programme=here, actor=Actor.of(request.user), now=timezone.now(), sure=sure)
    except finding.REFUSALS as error:
        return str(error)
    return ""


def _context(request: HttpRequest, here: Programme, examined: Review) -> dict[str, Any]:
    now, language = timezone.now(), request.LANGUAGE_CODE
    context: dict[str, Any] = {
        "programme": here,
        "name": finding.called(here, language),
        "examined": examined,
        "base": base_of(here),
        "same": here.live is not None and here.live.text == here.draft,
        "ended": here.live is None and here.versions.exists(),
    }
    if context["same"] or not (examined.sound or examined.countable):
        return context
    assert examined.programme is not None
    context["told"] = Told(reaching.ask(here, here.draft, now), examined.sound)
    if not examined.sound:
        return context
    if here.live is None:
        return context | {"picture": picture(examined.programme, language)}
    old = programme_of(here.live)
    return context | {
        "rows": differing(old, examined.programme, language),
        "alike": old.version == examined.programme.version,
        "held": (old.enter.held_back, examined.programme.enter.held_back),
        "lines": lines_between(here.live.text.splitlines(), here.draft.splitlines()),
    }
