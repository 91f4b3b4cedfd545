"""The pages of imports."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pyrometer.app.capture.imports import actions
from pyrometer.app.capture.imports.asked import answered, choices
from pyrometer.app.capture.imports.files import BadFileError
from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.imports.meaning import Import as Source
from pyrometer.app.capture.imports.meaning import RefusedError, read
from pyrometer.app.capture.imports.report import rejected_rows
from pyrometer.app.capture.imports.running import MOST_REJECTED, TRIED
from pyrometer.app.capture.imports.storing import MOST_BYTES
from pyrometer.app.capture.models import Import
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

PAGE = 25
SHOWN = 20
"""Rejected rows on the page; all that are kept are in the report."""


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
    context = {"source": source, "rejects": source.rejects.order_by("number")[:SHOWN], "tried": TRIED}
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
        given = answered(request.POST.dict(), Mapping.of(source.mapping))
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
    return StreamingHttpResponse(
        rejected_rows(columns, rejects.iterator(500)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejected-{source.pk}.csv"'},
    )


def _mapping(source: Import) -> dict[str, object]:
    """What the form of the mapping shows, with the first rows as they would be read."""
    known = Mapping.of(source.mapping)
    try:
        shape = actions.shape_of(source)
        rows = actions.first_rows(source, shape)
    except BadFileError as error:
        return {"broken": str(error)}
    reader = Source(source.pk, source.kind, known, source.created_at)
    preview = []
    for number, row in enumerate(rows, 1):
        reason = row.problem
        if not reason and not known.problem(source.kind):
            try:
                read(row.cells, number, reader, timezone.now())
            except RefusedError as error:
                reason = str(error)
        preview.append((number, [row.cells.get(column.name, "") for column in known.columns], reason))
    samples = [
        (place, column, [cells[place] for _number, cells, _reason in preview if str(cells[place]).strip()][:3])
        for place, column in enumerate(known.columns)
    ]
    return {
        "mapping": known,
        "samples": samples,
        "preview": preview,
        "csv": shape.format == "csv",
        "problem": known.problem(source.kind),
        **choices(source.kind),
    }


def _progress(source: Import) -> dict[str, object]:
    size = source.file.size if source.file and source.file.storage.exists(source.file.name) else 0
    return {"percent": min(100, source.position * 100 // size) if size else 0}
