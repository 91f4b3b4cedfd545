"""What came of questions: how many were asked, answered and ignored, and what was answered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from pyrometer.app.capture.models import Form
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.shares import Share
from pyrometer.app.nurture.surveys.ignoring import WAIT
from pyrometer.app.nurture.surveys.questions import canonical, question_of, words_of


@dataclass(frozen=True)
class Group:
    """One question, whoever was asked it. `key` stands in addresses."""

    key: str
    words: str
    criterion: str
    form: str
    variants: tuple[Mapping[str, str], ...]
    """An own question as the database has it, which may be in several orders."""
    asked: int
    answered: int
    ignored: int
    lapsed: int
    followed: int
    """Answers on the page after another question, which no mail asked."""
    settled: Share
    """Of those who had their time, how many answered."""

    @property
    def waiting(self) -> int:
        """Of whom an answer may still come."""
        return self.asked - self.answered - self.ignored - self.lapsed

    @property
    def where(self) -> Q:
        """Its rows."""
        if self.criterion or self.form:
            return Q(criterion=self.criterion, form=self.form)
        return Q(criterion="", form="", question__in=self.variants)


def rows_of(programme: str = "") -> QuerySet[Asked]:
    """All questions, or those of a programme (its key)."""
    rows = Asked.objects.filter(lead__erased_at__isnull=True)
    if not programme:
        return rows
    return rows.filter(Q(enrolment__programme__key=programme) | Q(follows__enrolment__programme__key=programme))


def groups(now: datetime, language: str, programme: str = "") -> list[Group]:
    """All questions that were asked, those asked most first."""
    mailed, open_ = Q(follows__isnull=True), Q(answered_at__isnull=True)
    settled = mailed & Q(lapsed_at__isnull=True, at__lte=now - WAIT)
    counts = {
        "n_asked": Count("pk", mailed),
        "n_answered": Count("pk", mailed & ~open_),
        "n_ignored": Count("pk", mailed & open_ & Q(ignored_at__isnull=False)),
        "n_lapsed": Count("pk", mailed & open_ & Q(lapsed_at__isnull=False)),
        "n_followed": Count("pk", ~mailed & ~open_),
        # Who was asked lately has answered, or may still: counted now, they would only make it look better.
        "n_part": Count("pk", settled & ~open_),
        "n_whole": Count("pk", settled & (~open_ | Q(ignored_at__isnull=False))),
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(programme).values("criterion", "form", "question").annotate(**counts).order_by():
        found.setdefault(key_of(row["criterion"], row["form"], row["question"]), []).append(row)
    titles = dict(Form.objects.values_list("slug", "name"))
    made = [_group(key, rows, language, titles) for key, rows in found.items()]
    return sorted(made, key=lambda each: (-each.asked - each.followed, each.words))


def key_of(criterion: str, form: str, question: Mapping[str, str]) -> str:
    """A question in an address: the same for the same words.

    >>> key_of("", "", {"de": "Was?", "en": "What?"}) == key_of("", "", {"en": "What?", "de": "Was?"})
    True
    """
    text = f"criterion:{criterion}" if criterion else f"form:{form}" if form else f"own:{canonical(question)}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _group(key: str, rows: list[dict[str, Any]], language: str, titles: Mapping[str, str]) -> Group:
    first, total = rows[0], {name: sum(row[name] for row in rows) for name in rows[0] if name.startswith("n_")}
    criterion, form, question = first["criterion"], first["form"], first["question"]
    asked = question_of(Asked(criterion=criterion, question=question), language) if not form else None
    words = asked.text if asked is not None else titles.get(form, form) or criterion or words_of(question)
    return Group(
        key=key,
        words=words,
        criterion=criterion,
        form=form,
        variants=tuple(row["question"] for row in rows),
        asked=total["n_asked"],
        answered=total["n_answered"],
        ignored=total["n_ignored"],
        lapsed=total["n_lapsed"],
        followed=total["n_followed"],
        settled=Share(total["n_part"], total["n_whole"]),
    )


def answers(group: Group, programme: str = "") -> list[tuple[Any, int]]:
    """What was answered last, each with how often."""
    rows = rows_of(programme).filter(group.where, answered_at__isnull=False, answer__isnull=False)
    found: dict[tuple[str, Any], int] = {}
    for value, count in rows.values_list("answer").annotate(count=Count("pk")).order_by():
        # True is 1 to a dict, and isn't to anybody else.
        key = (type(value).__name__, value)
        found[key] = found.get(key, 0) + count
    return [(value, count) for (_, value), count in found.items()]


def texts(group: Group, programme: str = "") -> QuerySet[Asked]:
    """Answers as they were written, the latest first."""
    rows = rows_of(programme).filter(group.where, answered_at__isnull=False, answer__isnull=False)
    return rows.select_related("lead__root").order_by("-answered_at", "-pk")


def programmes() -> list[str]:
    """The programmes that asked something."""
    keys = Asked.objects.filter(enrolment__isnull=False).values_list("enrolment__programme__key", flat=True)
    return sorted(keys.distinct())


def exported(programme: str = "", group: Group | None = None) -> QuerySet[Asked]:
    """The rows of a file, in the order in which leads were asked."""
    rows = rows_of(programme)
    if group is not None:
        rows = rows.filter(group.where)
    programme_key = {"of": F("enrolment__programme__key"), "of_first": F("follows__enrolment__programme__key")}
    return rows.annotate(**programme_key).select_related("lead").order_by("at", "pk")
