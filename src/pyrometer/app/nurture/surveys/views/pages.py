"""What was asked, and what came of it: the list of questions, one of them, and all of it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.shares import Share
from pyrometer.app.nurture.surveys import charting, results
from pyrometer.app.nurture.surveys.ignoring import WAIT
from pyrometer.app.nurture.surveys.questions import question_of
from pyrometer.app.nurture.surveys.results import Group
from pyrometer.app.nurture.surveys.words import WORDS
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.may import allowed
from pyrometer.app.spreadsheets import sent, table

PAGE = 25
COLUMNS = (
    "lead", "criterion", "question", "form", "content", "programme", "on the page", "asked", "answered", "answer",
    "ignored", "did not arrive",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A share as a page shows it: in words, and where its marks stand in a drawing of 100 by 10."""

    share: Share

    @property
    def said(self) -> str:
        """As percent; nothing where there is nothing to divide by."""
        return f"{100 * self.share.share:.0f} %" if self.share.whole else "–"

    @property
    def between(self) -> str:
        """The interval, as percent."""
        low, high = self.share.interval
        return f"{100 * low:.0f} – {100 * high:.0f} %" if self.share.whole else ""

    @property
    def marks(self) -> dict[str, str]:
        """Where it is, and where its interval begins and ends; as texts, since no drawing knows a decimal comma."""
        low, high = self.share.interval
        places = {"at": self.share.share, "low": low, "high": high, "wide": high - low}
        return {name: f"{100 * place:.2f}" for name, place in places.items()}


@require_safe
@allowed("nurture.read")
def surveys(request: HttpRequest) -> HttpResponse:
    """All questions that were asked."""
    programme, known = _programme(request)
    found = results.groups(timezone.now(), _language(), programme)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = f"?{urlencode({'programme': programme})}" if programme else ""
    lines = [(group, Drawn(group.settled)) for group in page]
    context = {"page": page, "lines": lines, "programme": programme, "programmes": known, "query": query}
    return render(request, "nurture/surveys/index.html", context | {"days": WAIT.days})


@require_safe
@allowed("nurture.read")
def question(request: HttpRequest, key: str) -> HttpResponse:
    """One question: its numbers, how it was answered, and what was written."""
    programme, known = _programme(request)
    group = _group(key, programme)
    asked = question_of(group_asked(group), _language()) if not group.form else None
    drawn = charting.bars(asked, results.answers(group, programme)) if asked is not None else []
    texts = None
    if asked is not None and not drawn and not asked.choices:
        texts = Paginator(results.texts(group, programme), PAGE).get_page(request.GET.get("page"))
    query = f"?{urlencode({'programme': programme})}" if programme else ""
    context = {
        "group": group,
        "settled": Drawn(group.settled),
        "bars": [(bar, Drawn(bar.share)) for bar in drawn],
        "texts": texts,
        "programme": programme,
        "programmes": known,
        "query": query,
        "days": WAIT.days,
    }
    return render(request, "nurture/surveys/question.html", context)


@require_POST
@allowed("leads.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The questions with their answers as CSV, all or one; written down in the audit log."""
    now = timezone.now()
    programme = request.POST.get("programme", "")[:60]
    key = request.POST.get("question", "")[:16]
    group = _group(key, programme) if key else None
    detail = {"programme": programme, "question": key}
    record(actor=Actor.of(request.user), action="surveys.exported", subject="surveys", at=now, detail=detail)
    return sent(table(COLUMNS, _rows(programme, group)), f"surveys-{now:%Y-%m-%d}")


def group_asked(group: Group) -> Asked:
    """A question of a group as one was asked it."""
    return Asked(criterion=group.criterion, question=dict(group.variants[0]), trait=_trait(group))


def _trait(group: Group) -> str:
    """Into which an own question's answer went last: by it we know how it is answered."""
    if group.criterion or group.form:
        return ""
    found = results.rows_of().filter(group.where).order_by("-at").values_list("trait", flat=True).first()
    return found or ""


def _language() -> str:
    language = (get_language() or "en").partition("-")[0]
    return language if language in WORDS else "en"


def _programme(request: HttpRequest) -> tuple[str, list[str]]:
    """The programme that a page is asked for, and all that there are."""
    known = results.programmes()
    asked = request.GET.get("programme", "")
    return (asked if asked in known else ""), known


def _group(key: str, programme: str) -> Group:
    for group in results.groups(timezone.now(), _language(), programme):
        if group.key == key:
            return group
    raise Http404(_("Nobody was asked this."))


def _rows(programme: str, group: Group | None) -> Iterator[list[Any]]:
    words: dict[str, str] = {}
    for row in results.exported(programme, group).iterator(chunk_size=500):
        yield _cells(row, words)


def _cells(row: Any, words: dict[str, str]) -> list[Any]:
    key = results.key_of(row.criterion, row.form, row.question)
    if key not in words:
        asked = question_of(row, _language()) if not row.form else None
        words[key] = asked.text if asked is not None else ""
    answer = {True: "yes", False: "no"}[row.answer] if isinstance(row.answer, bool) else row.answer
    return [
        row.lead.root_id, row.criterion, words[key], row.form, row.content, row.of or row.of_first or "",
        "yes" if row.follows_id else "", _moment(row.at), _moment(row.answered_at), answer,
        _moment(row.ignored_at) if row.answered_at is None else "", _moment(row.lapsed_at),
    ]  # fmt: skip


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at is not None else ""
