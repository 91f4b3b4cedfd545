"""Who is in a programme, or was: found along indexes, a page at a time; put in and taken out by hand."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.actions import people as actions
from pyrometer.app.nurture.models import Enrolment, Programme
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.tallies import WAITS, ending, published
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError

PAGE = 50
MOST = 1000
"""So many can be taken out at once."""
COUNTED = 1000
STANDINGS = {
    "inside": gettext_lazy("inside"),
    "finished": gettext_lazy("finished"),
    "left": gettext_lazy("left"),
}
GROUPS = {"gets": gettext_lazy("gets it"), "held": gettext_lazy("held back")}


@dataclass(frozen=True)
class Asked:
    """The filters of the page; what can't be read isn't filtered by."""

    standing: str = "inside"
    group: str = ""
    version: int | None = None
    step: str = ""

    @classmethod
    def of(cls, given: Any) -> Asked:
        """From an address or a form."""
        version = given.get("version", "")
        return cls(
            given.get("standing", "inside") if given.get("standing", "inside") in {*STANDINGS, ""} else "inside",
            given.get("group", "") if given.get("group", "") in GROUPS else "",
            int(version) if version.isdecimal() and len(version) < 9 else None,
            given.get("step", "")[:200].replace("\0", ""),
        )

    @property
    def query(self) -> str:
        """As an address has it."""
        given = {"standing": self.standing, "group": self.group, "version": self.version or "", "step": self.step}
        return urlencode(given)

    def rows(self, programme: Programme) -> QuerySet[Enrolment]:
        """Those whom the filters let through, in no order."""
        found = Enrolment.objects.filter(programme=programme)
        if self.standing == "inside":
            found = found.filter(ended_at__isnull=True)
        elif self.standing:
            found = found.filter(ended_at__isnull=False, standing=self.standing)
        if self.group:
            found = found.filter(held_back=self.group == "held")
        if self.version is not None:
            found = found.filter(version__number=self.version)
        if self.step:
            found = found.filter(step=self.step)
        return found


@require_safe
@allowed("nurture.read")
def people(request: HttpRequest, key: str) -> HttpResponse:
    """Those inside, or all, by where they stand; those who entered last first."""
    here = finding.programme(key)
    asked = Asked.of(request.GET)
    rows = asked.rows(here)
    number = rows.order_by()[: COUNTED + 1].count()
    after = _opened(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("lead", "version").order_by("-pk")[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "asked": asked,
        "people": [(each, ending(each.why, each.because), WAITS.get(each.waits_for, "")) for each in found],
        "number": number,
        "many": number > COUNTED,
        "after": _closed(found[-1].pk) if more else "",
        "later": after is not None,
        "standings": STANDINGS,
        "groups": GROUPS,
        "versions": published(here),
        "steps": _steps(here),
        "most": MOST,
    }
    return render(request, "nurture/people.html", context)


@require_http_methods(["POST"])
@allowed("nurture.edit")
def out(request: HttpRequest, key: str) -> HttpResponse:
    """Take some out, or all that the filters find: first a page that says how many, then it is done."""
    here = finding.programme(key)
    asked = Asked.of(request.POST)
    picked = [int(pk) for pk in request.POST.getlist("picked")[:MOST] if pk.isdecimal() and len(pk) < 19]
    everybody = "everybody" in request.POST
    rows = asked.rows(here).filter(ended_at__isnull=True)
    if not everybody:
        rows = Enrolment.objects.filter(programme=here, ended_at__isnull=True, pk__in=picked)
    found = list(rows.select_related("programme", "version", "lead").order_by("pk")[:MOST])
    because = request.POST.get("because", "").strip()
    wrong = ""
    if not found:
        messages.error(request, _("Nobody was picked who is inside still."))
        return redirect(f"{_home(here)}?{asked.query}")
    if "sure" in request.POST:
        wrong = _unsound(because)
        if not wrong:
            done = _taken_out(request, found, because)
            messages.success(request, ngettext("%(n)d taken out.", "%(n)d taken out.", done) % {"n": done})
            return redirect(f"{_home(here)}?{asked.query}")
    context = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "asked": asked,
        "found": found,
        "shown": found[:20],
        "everybody": everybody,
        "more": everybody and rows.count() > MOST,
        "most": MOST,
        "because": because,
        "wrong": wrong,
    }
    return render(request, "nurture/out.html", context, status=422 if wrong else 200)


def _taken_out(request: HttpRequest, found: list[Enrolment], because: str) -> int:
    actor, now, done = Actor.of(request.user), timezone.now(), 0
    for each in found:
        try:
            actions.remove(enrolment=each, actor=actor, now=now, because=because)
        except UsageError:
            # It ended meanwhile by itself.
            continue
        done += 1
    return done


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one lead out, with a reason."""
    each = finding.enrolment(pk)
    back = f"/leads/{each.lead.root_id or each.lead_id}/"
    if each.ended_at is not None:
        messages.error(request, _("It is out already."))
        return redirect(back)
    because, wrong = request.POST.get("because", "").strip(), ""
    if request.method == "POST":
        wrong = _unsound(because)
        if not wrong:
            finding.done(
                request,
                lambda now: actions.remove(enrolment=each, actor=Actor.of(request.user), now=now, because=because),
                _("Taken out."),
            )
            return redirect(back)
    context = {
        "each": each,
        "name": finding.called(each.programme, request.LANGUAGE_CODE),
        "because": because,
        "wrong": wrong,
        "back": back,
    }
    return render(request, "nurture/remove.html", context, status=422 if wrong else 200)


@require_POST
@allowed("nurture.edit")
def enrol(request: HttpRequest, root: int) -> HttpResponse:
    """Put a lead into a programme by hand."""
    lead = get_object_or_404(Lead, pk=root, root=F("pk"), erased_at__isnull=True)
    key = request.POST.get("programme", "")[:60].replace("\0", "")
    here = Programme.objects.filter(key=key).select_related("live").first()
    if here is None:
        messages.error(request, _("Choose a programme."))
    else:
        finding.done(
            request,
            lambda now: actions.enrol(programme=here, lead=lead.pk, actor=Actor.of(request.user), now=now),
            _("Put into %(name)s.") % {"name": finding.called(here, request.LANGUAGE_CODE)},
        )
    return redirect(f"/leads/{root}/")


def _unsound(because: str) -> str:
    if not because:
        return _("Say why: it stands in the lead's history.")
    return _("That is too long for a reason.") if len(because) > 200 or "\0" in because else ""


def _home(here: Programme) -> str:
    return f"/nurture/programmes/{here.key}/people/"


def _steps(here: Programme) -> list[str]:
    """The steps at which somebody stands."""
    rows = Enrolment.objects.filter(programme=here, ended_at__isnull=True).order_by()
    return sorted(rows.values_list("step", flat=True).distinct()[:200])


def _closed(pk: int) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def _opened(cursor: str) -> int | None:
    """The row after which a page begins; none for what is no cursor, so that a broken link shows the first."""
    try:
        text = base64.urlsafe_b64decode(cursor[:40] + "=" * (-len(cursor[:40]) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return int(text) if text.isdecimal() and len(text) < 19 else None
