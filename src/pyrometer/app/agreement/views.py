"""The pages of the agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.agreement import actions
from pyrometer.app.agreement.comparing import compare as compared
from pyrometer.app.agreement.examining import examine, starter
from pyrometer.app.agreement.forms import DefinitionForm, ReasonForm
from pyrometer.app.agreement.models import State, Version
from pyrometer.app.agreement.queries import definition_of, history, live, signatures
from pyrometer.app.agreement.signing import open_to
from pyrometer.app.agreement.telling import tell
from pyrometer.app.agreement.trying import shown as tried
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.errors import UsageError

PAGE = 25


@require_safe
@allowed("agreement.read")
def home(request: HttpRequest) -> HttpResponse:
    """The live definition in words, who signed it, what is under way, and the history."""
    current = live()
    versions = history()
    if not may(request.user, "agreement.edit"):
        # What somebody is still writing concerns nobody else before it can be read.
        versions = versions.exclude(state=State.DRAFT, fingerprint="")
    page = Paginator(versions, PAGE).get_page(request.GET.get("page"))
    under_way = versions.filter(state__in=[State.DRAFT, State.PROPOSED, State.SIGNED])[:PAGE]
    context: dict[str, Any] = {"version": current, "versions": page, "under_way": under_way}
    if current is not None:
        context |= {"told": tell(definition_of(current), request.LANGUAGE_CODE), "signatures": signatures(current)}
    return render(request, "agreement/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("agreement.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Write or upload a definition: look at its problems as often as you like, then keep it as a draft."""
    if request.method == "POST":
        return _written(request, None)
    current = live()
    text = starter() if current is None or "starter" in request.GET else current.text
    return _editor(request, text, "", None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("agreement.edit")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Write a draft anew."""
    version = _found(number)
    if version.state != State.DRAFT:
        messages.error(request, _("Version %(number)d was proposed: its text stays.") % {"number": number})
        return redirect("agreement:version", number)
    if request.method == "POST":
        return _written(request, version)
    return _editor(request, version.text, version.note, version)


def _written(request: HttpRequest, version: Version | None) -> HttpResponse:
    form = DefinitionForm(request.POST, request.FILES)
    if not form.is_valid():
        return _editor(request, request.POST.get("text", ""), request.POST.get("note", ""), version, form=form)
    text, note = form.cleaned_data["text"], form.cleaned_data["note"]
    if "check" in request.POST:
        return _editor(request, text, note, version)
    now = timezone.now()
    try:
        if version is None:
            kept = actions.upload(text=text, note=note, actor=Actor.of(request.user), now=now)
        else:
            kept = actions.change(number=version.number, text=text, note=note, user=request.user, now=now)
    except UsageError as error:
        messages.error(request, str(error))
        return redirect("agreement:home")
    messages.success(request, _("Kept as version %(number)d, a draft.") % {"number": kept.number})
    return redirect("agreement:version", kept.number)


def _editor(
    request: HttpRequest, text: str, note: str, version: Version | None, form: DefinitionForm | None = None
) -> HttpResponse:
    refused = form is not None
    context = {
        "text": text,
        "note": note,
        "version": version,
        "form": form,
        "examined": None if refused or not text.strip() else examine(text),
    }
    return render(request, "agreement/editor.html", context, status=422 if refused else 200)


@require_safe
@allowed("agreement.read")
def version(request: HttpRequest, number: int) -> HttpResponse:
    """One version: in words and as text, its problems and examples, who signed it, and what can be done with it."""
    found = _found(number)
    examined = examine(found.text)
    current = live()
    older = _before(found, current)
    context = {
        "version": found,
        "older": older,
        "changes": None if older is None else compared(older, found).changes,
        "examined": examined,
        "told": None if examined.definition is None else tell(examined.definition, request.LANGUAGE_CODE),
        "signatures": signatures(found),
        "teams": open_to(found, request.user),
        "live": current,
        "others": history().exclude(pk=found.pk)[:PAGE],
        **({} if examined.obstacles else tried(found)),
    }
    return render(request, "agreement/version.html", context)


@require_safe
@allowed("agreement.read")
def text(request: HttpRequest, number: int) -> HttpResponse:
    """A version as a file."""
    found = _found(number)
    name = f"definition-{found.number}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.text, content_type="application/yaml; charset=utf-8", headers=headers)


@require_safe
@allowed("agreement.read")
def compare(request: HttpRequest, number: int) -> HttpResponse:
    """What differs between a version and another (`with`, by default the live one)."""
    found, other = _found(number), request.GET.get("with", "")
    if other.isdecimal() and len(other) < 9:
        older = _found(int(other))
    else:
        older = _before(found, live()) or found
    return render(request, "agreement/compare.html", {"old": older, "new": found, "compared": compared(older, found)})


@require_POST
@allowed("agreement.edit")
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Ask both teams to sign."""
    return _done(request, number, lambda now: actions.propose(number=number, user=request.user, now=now))


@require_POST
@allowed("agreement.sign")
def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Say yes for a team."""
    team = request.POST.get("team", "")
    return _done(request, number, lambda now: actions.sign(number=number, team=team, user=request.user, now=now))


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("agreement.publish")
def publish(request: HttpRequest, number: int) -> HttpResponse:
    """Make a version the live one, after a page that says what follows."""
    found = _found(number)
    if request.method == "POST":
        return _done(request, number, lambda now: actions.publish(number=number, user=request.user, now=now))
    if found.state != State.SIGNED:
        return redirect("agreement:version", number)
    current = live()
    context = {
        "version": found,
        "live": current,
        "compared": None if current is None else compared(current, found),
        **tried(found),
    }
    return render(request, "agreement/publish.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("agreement.publish")
def roll_back(request: HttpRequest, number: int) -> HttpResponse:
    """Bring a former version back, with a reason."""
    found = _found(number)
    if found.state != State.RETIRED:
        return redirect("agreement:version", number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            again = actions.roll_back(
                number=number, reason=form.cleaned_data["reason"], user=request.user, now=timezone.now()
            )
        except UsageError as error:
            messages.error(request, str(error))
            return redirect("agreement:version", number)
        messages.success(request, _("Version %(number)d is live.") % {"number": again.number})
        return redirect("agreement:home")
    current = live()
    context = {
        "version": found,
        "live": current,
        "compared": None if current is None else compared(current, found),
        "form": form,
        **tried(found),
    }
    return render(request, "agreement/roll_back.html", context, status=422 if request.method == "POST" else 200)


def _done(request: HttpRequest, number: int, act: Callable[[Any], Version]) -> HttpResponse:
    """Act, say what came of it, and show the version."""
    _found(number)
    try:
        found = act(timezone.now())
    except UsageError as error:
        messages.error(request, str(error))
        return redirect("agreement:version", number)
    said = {
        State.PROPOSED: _("Version %(number)d is proposed: both teams can sign it."),
        State.SIGNED: _("Both teams signed version %(number)d: it can be published."),
        State.LIVE: _("Version %(number)d is live. Every lead is read by it now."),
    }
    messages.success(request, said[State(found.state)] % {"number": number})
    return redirect("agreement:version", number)


def _before(version: Version, current: Version | None) -> Version | None:
    """What a version is compared with: the live one, where it comes after that, else the one before it."""
    if current is not None and current.number < version.number:
        return current
    earlier = Version.objects.filter(number__lt=version.number, live_at__isnull=False)
    return earlier.order_by("-number").first()


def _found(number: int) -> Version:
    found = history().filter(number=number).select_related("created_by").first()
    if found is None:
        raise Http404
    return found
