"""The builder's pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pyrometer.app.capture.forms import actions
from pyrometer.app.capture.forms.building import Draft, add_from_framework, drafted, option_lines, suggestions, written
from pyrometer.app.capture.forms.coupons import left
from pyrometer.app.capture.forms.questions import LANGUAGES, TYPES, in_order, questions
from pyrometer.app.capture.models import Form
from pyrometer.app.consent.models import Purpose
from pyrometer.app.headers import POLICY
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.definition.frameworks import BUILT_IN

PAGE = 25


@allowed("capture.edit")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All forms."""
    page = Paginator(Form.objects.order_by("-active", "name", "pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "capture/forms/index.html", {"page": page, "origin": settings.ORIGIN})


@allowed("capture.edit")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new form."""
    language = _language(request, None)
    form = Form(kind=Form.Kind.FORM, slug="", name="", fields=_FIRST, texts={language: {}}, language=language)
    return _edit(request, form, language)


@allowed("capture.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An existing one, in one of its languages."""
    form = get_object_or_404(Form, pk=pk)
    return _edit(request, form, _language(request, form))


@allowed("capture.edit")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it."""
    actions.delete(actor=Actor.of(request.user), form=get_object_or_404(Form, pk=pk), now=timezone.now())
    messages.success(request, _("The form is gone; the leads it brought are still there."))
    return redirect("capture:forms")


@allowed("capture.read")
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as a visitor sees it; what is sent from here is not recorded."""
    form = get_object_or_404(Form, pk=pk)
    answer = render(request, "capture/forms/preview.html", {"form": form, "edited": _language(request, form)})
    answer.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return answer


def _edit(request: HttpRequest, form: Form, language: str) -> HttpResponse:
    problems: dict[str, str] = {}
    sent: dict[str, str] | None = None
    if request.method == "POST":
        sent = request.POST.dict() | {"purposes": ",".join(request.POST.getlist("purposes"))}
        draft: Draft = drafted(form, sent, language)
        problems = draft.problems
        suggested = request.POST.get("suggested", "")
        if not problems and ":" in suggested:
            framework, letter = suggested.split(":", 1)
            if framework in BUILT_IN and letter in {each.name for each in BUILT_IN[framework].letters}:
                add_from_framework(form, framework, letter)
        if not problems:
            actions.keep(actor=Actor.of(request.user), form=form, now=timezone.now())
            messages.success(request, _("The form is kept. Visitors see it like this from now on."))
            return redirect(f"/capture/forms/{form.pk}/?language={language}")
    context = _context(form, language, problems) | {"written": written(form, sent)}
    return render(request, "capture/forms/edit.html", context, status=422 if problems else 200)


def _context(form: Form, language: str, problems: dict[str, str]) -> dict[str, Any]:
    rows = [
        {
            "place": place,
            "question": question,
            "label": question.label.get(language, ""),
            "options": option_lines(question, language),
            "wrong": [problems[f"{name}-{place}"] for name in ("trait", "options") if f"{name}-{place}" in problems],
        }
        for place, question in enumerate(questions(form.fields))
    ]
    return {
        "form": form,
        # `language` is the page's own, in every template.
        "edited": language,
        "languages": [(code, name, code in form.texts) for code, name in settings.LANGUAGES if code in LANGUAGES],
        "texts": form.texts.get(language, {}),
        "rows": rows,
        "next": len(rows),
        "types": [(kind, _TYPE_NAMES[kind]) for kind in TYPES],
        "suggestions": suggestions(form),
        "purposes": list(Purpose.objects.filter(active=True).order_by("slug")[:50]),
        "problems": problems,
        "origin": settings.ORIGIN,
        "left": left(form) if form.pk and form.kind == Form.Kind.POPUP else None,
    }


def _language(request: HttpRequest, form: Form | None) -> str:
    """The language that is edited: the one asked for, else the form's first, else the user's."""
    wanted = request.GET.get("language", "")
    if wanted in LANGUAGES:
        return wanted
    if form and form.texts:
        return in_order(form.texts, form.language)[0]
    return request.user.language if request.user.language in LANGUAGES else LANGUAGES[0]


_FIRST = [{"trait": "email", "label": {}, "type": "email", "required": True, "options": []}]
_TYPE_NAMES = {
    "text": gettext_lazy("one line"),
    "long": gettext_lazy("several lines"),
    "email": gettext_lazy("email"),
    "phone": gettext_lazy("phone"),
    "number": gettext_lazy("number"),
    "date": gettext_lazy("day"),
    "choice": gettext_lazy("one of several"),
    "yes": gettext_lazy("tick"),
}
