"""The page of dead letters."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from pyrometer.app.capture.deadletters import actions, queries
from pyrometer.app.capture.models import DeadLetter
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed


@allowed("capture.read")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All of them, newest first."""
    before = request.GET.get("before", "")
    page = queries.page(int(before) if before.isdecimal() and len(before) < 19 else None)
    count, more = queries.how_many()
    context = {"page": page, "count": count, "more": more, "before": before}
    return render(request, "capture/deadletters/index.html", context)


@allowed("capture.edit")
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one again."""
    try:
        reason = actions.try_again(letter=pk, actor=Actor.of(request.user), now=timezone.now())
    except DeadLetter.DoesNotExist:
        raise Http404 from None
    if reason is None:
        messages.success(request, _("The message is digested."))
    else:
        messages.error(request, _("It still can't be read: %(reason)s") % {"reason": reason})
    return redirect("capture:deadletters")


@allowed("capture.edit")
@require_POST
def all_again(request: HttpRequest) -> HttpResponse:
    """Try those of a page again, each by itself."""
    before = request.POST.get("before", "")
    page = queries.page(int(before) if before.isdecimal() and len(before) < 19 else None)
    done = 0
    for shown in page.letters:
        try:
            reason = actions.try_again(letter=shown.letter.pk, actor=Actor.of(request.user), now=timezone.now())
        except DeadLetter.DoesNotExist:
            continue
        done += reason is None
    left = len(page.letters) - done
    said = ngettext("%(count)s message is digested.", "%(count)s messages are digested.", done) % {"count": done}
    if left:
        said += " " + ngettext("%(count)s still can't be.", "%(count)s still can't be.", left) % {"count": left}
    messages.info(request, said)
    return redirect("capture:deadletters")


@allowed("capture.edit")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to drop one, and drop it."""
    letter = get_object_or_404(DeadLetter, pk=pk)
    if request.method != "POST":
        return render(request, "capture/deadletters/drop.html", {"shown": queries.shown(letter)})
    try:
        actions.drop(letter=pk, actor=Actor.of(request.user), now=timezone.now())
    except DeadLetter.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The message is gone."))
    return redirect("capture:deadletters")
