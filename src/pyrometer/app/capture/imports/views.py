"""The pages of imports."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pyrometer.app.capture.imports import actions, brought, preview, wanted
from pyrometer.app.capture.imports.asked import answered, choices
from pyrometer.app.capture.imports.files import BadFileError
from pyrometer.app.capture.imports.mapping import Mapping, nameless
from pyrometer.app.capture.imports.meaning import Import as Source
from pyrometer.app.capture.imports.report import rejected_rows
from pyrometer.app.capture.imports.running import MOST_REJECTED, TRIED
from pyrometer.app.capture.imports.storing import MOST_BYTES
from pyrometer.app.capture.models import Import
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.app.spreadsheets import sent

PAGE = 25
SHOWN = 20
"""Rejected rows on the page; all that are kept are in the report."""
FEW = 10
"""Leads on the page; all of them have a page of their own."""


@allowed("capture.edit")
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """All imports, and the way to a new one."""
    wrong = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            wrong = _("Choose a file first.")
        else:
            try:
                source = actions.upload(
                    actor=Actor.of(request.user),
                    name=file.name or _("a list"),
                    chunks=file.chunks(),
                    kind=request.POST.get("kind", ""),
                    now=timezone.now(),
                )
                return redirect("capture:import", source.pk)
            except BadFileError as error:
                wrong = str(error)
    page = Paginator(Import.objects.order_by("-pk").defer("mapping"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wrong": wrong, "most": MOST_BYTES // 1024**2}
    return render(request, "capture/imports/index.html", context, status=422 if wrong else 200)


@allowed("capture.edit")
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its mapping while nothing is read, then how far it is and what became of its rows."""
    source = get_object_or_404(Import, pk=pk)
    context = {
        "source": source,
        "rejects": source.rejects.order_by("number")[:SHOWN],
        "tried": TRIED,
        "brought": brought.page(source, limit=FEW).rows,
    }
    if source.state == Import.State.UPLOADED:
        context |= _mapping(source)
    return render(request, "capture/imports/detail.html", context | _progress(source))


@allowed("capture.edit")
@require_POST
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the mapping, and look again, try it, or start."""
    source = get_object_or_404(Import, pk=pk)
    actor, now = Actor.of(request.user), timezone.now()
    try:
        given = answered(request.POST.dict(), Mapping.of(source.mapping), wanted.wants())
        source = actions.settle(actor=actor, source=source, mapping=given, now=now)
    except BadFileError as error:
        messages.error(request, str(error))
        return redirect("capture:import", pk)
    then = request.POST.get("then")
    if then in ("try", "start"):
        problem = Mapping.of(source.mapping).problem(source.kind)
        if problem:
            messages.error(request, problem)
        else:
            actions.start(actor=actor, source=source, dry=then == "try", now=now)
    return redirect("capture:import", pk)


@allowed("capture.edit")
@require_GET
def leads(request: HttpRequest, pk: int) -> HttpResponse:
    """The leads that an import was about, in the order in which they came."""
    source = get_object_or_404(Import, pk=pk)
    what, after = request.GET.get("what", ""), request.GET.get("after", "")
    page = brought.page(source, what=what, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
    known = {"new": source.created, "changed": source.updated, "untouched": source.untouched}
    context = {"source": source, "page": page, "what": what if what in known else "", "after": after, "counts": known}
    return render(request, "capture/imports/leads.html", context)


@allowed("capture.edit")
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; where it ended, the whole page is asked for anew."""
    source = get_object_or_404(Import, pk=pk)
    if source.state != Import.State.RUNNING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "capture/imports/progress.html", {"source": source} | _progress(source))


@allowed("capture.edit")
@require_POST
def change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Stop, go on, or delete."""
    source = get_object_or_404(Import, pk=pk)
    done = {"stop": actions.stop, "resume": actions.resume, "delete": actions.delete}[what]
    if not done(actor=Actor.of(request.user), source=source, now=timezone.now()):
        messages.error(request, _("The import isn't where it was when the page was made; look again."))
    elif what == "delete":
        messages.success(request, _("The import is gone; the leads it brought are still there."))
        return redirect("capture:imports")
    return redirect("capture:import", pk)


@allowed("capture.edit")
@require_GET
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    """The rejected rows as a file, to correct and to upload again."""
    source = get_object_or_404(Import, pk=pk)
    columns = [column.name for column in Mapping.of(source.mapping).columns]
    rejects = source.rejects.order_by("number")[:MOST_REJECTED]
    return sent(rejected_rows(columns, rejects.iterator(500)), f"rejected-{source.pk}")


def _mapping(source: Import) -> dict[str, object]:
    """What the form of the mapping shows, with the first rows as they would be read."""
    known, wants = Mapping.of(source.mapping), wanted.wants()
    try:
        shape = actions.shape_of(source)
        rows = actions.first_rows(source, shape)
    except BadFileError as error:
        return {"broken": str(error)}
    first = preview.refused(rows, Source(source.pk, source.kind, known, source.created_at), timezone.now())
    return {
        "mapping": known,
        "columns": preview.columns(known, rows, wants),
        "preview": first,
        "refuses": any(reason for *_row, reason in first),
        "nameless": source.kind == "leads" and nameless(known),
        "lacking": preview.lacking(known, wants) if source.kind == "leads" else [],
        "csv": shape.format == "csv",
        "problem": known.problem(source.kind),
        **choices(source.kind, wants),
    }


def _progress(source: Import) -> dict[str, object]:
    size = source.file.size if source.file and source.file.storage.exists(source.file.name) else 0
    return {"percent": min(100, source.position * 100 // size) if size else 0}
