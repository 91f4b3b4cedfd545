"""Tells a lead what it was asked, and what it answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys.questions import question_of
from pyrometer.app.nurture.surveys.words import WORDS

MOST = 500


def tell(root: Lead, language: str, now: datetime) -> list[str]:
    """Each question with what became of it, the latest first."""
    rows = Asked.objects.filter(lead__root=root).order_by("-at", "-pk")[:MOST]
    with translation.override(language):
        return [_line(row, language) for row in rows]


def _line(row: Asked, language: str) -> str:
    words = WORDS[language]
    question = question_of(row, language) if not row.form else None
    asked = question.text if question is not None else row.criterion or row.form
    day = date_format(row.answered_at or row.at, "DATE_FORMAT")
    if row.answered_at is None:
        return words["told_open"].format(question=asked, day=day)
    if row.form:
        return words["told_form"].format(question=asked, day=day)
    return words["told_answer"].format(question=asked, day=day, answer=_said(row.answer, words))


def _said(value: Any, words: dict[str, str]) -> str:
    return words["yes" if value else "no"] if isinstance(value, bool) else str(value)
