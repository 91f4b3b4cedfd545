"""Publishing: what is wrong, what is different, and how many it would reach, before anything is sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.agreement.comparing import rows as lines_between
from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.counting.reach import digest
from pyrometer.app.nurture.models import Programme
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.nurture.views import finding, reaching
from pyrometer.app.nurture.views.examining import Examined, examine
from pyrometer.app.nurture.views.pictures import differing, picture
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Make the draft the version by which people enter, after a page that says what follows."""
    here = finding.programme(key)
    examined = examine(here.draft)
    wrong = ""
    if request.method == "POST":
        wrong = _wrong(request, here, examined)
        if not wrong:
            numbers = reaching.told(reaching.asked(here, here.draft, timezone.now()))
            said = _("Published: people enter by it from now on.")
            if finding.done(
                request,
                lambda now: actions.publish(programme=here, actor=Actor.of(request.user), now=now, reach=_kept(numbers)),
                said,
            ):
                return redirect("nurture:programme", key)
            return redirect("nurture:publish", key)
    return render(
        request,
        "nurture/publish.html",
        _context(request, here, examined) | {"wrong": wrong},
        status=422 if wrong else 200,
    )


def _context(request: HttpRequest, here: Programme, examined: Examined) -> dict[str, Any]:
    now, language = timezone.now(), request.LANGUAGE_CODE
    context: dict[str, Any] = {
        "programme": here,
        "name": finding.called(here, language),
        "examined": examined,
        "digest": digest(here.draft),
        "same": here.live is not None and here.live.text == here.draft,
    }
    if not examined.sound:
        return context
    assert examined.programme is not None
    reached = reaching.asked(here, here.draft, now)
    context |= {"reach": reached, "told": reaching.told(reached)}
    if here.live is None:
        return context | {"picture": picture(examined.programme, language)}
    old = programme_of(here.live)
    return context | {
        "rows": differing(old, examined.programme, language),
        "alike": old.version == examined.programme.version,
        "held": (old.enter.held_back, examined.programme.enter.held_back),
        "lines": lines_between(here.live.text.splitlines(), here.draft.splitlines()),
    }


def _wrong(request: HttpRequest, here: Programme, examined: Examined) -> str:
    """Why it isn't published yet, in words; empty where nothing stands in the way."""
    if not examined.sound:
        return _("It has errors: mend them first.")
    if request.POST.get("digest") != digest(here.draft):
        return _("Somebody changed the draft meanwhile. Look at it again before you publish it.")
    reached = reaching.asked(here, here.draft, timezone.now())
    if reached.trouble:
        return _("It can't be said how many it would reach: %(why)s") % {"why": reached.trouble}
    told = reaching.told(reached)
    if told is None:
        return _("It is still being counted how many it would reach. Wait for the number.")
    if told["wide"] and request.POST.get("everybody") != str(told["enters"]):
        return _("It would reach a segment of everyone. Tick the box that says the number, if that is what you want.")
    return ""


def _kept(numbers: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if numbers is None else {name: numbers[name] for name in ("enters", "held", "looked", "percent")}


