"""All that is known of a lead, as JSON: for the person whom it is about, and for whoever moves on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from pyrometer.app.evidence.erasing import relations
from pyrometer.app.evidence.holders import holders
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError

_LATE = ("touched_at", "claimed_until")
"""What says something about our work and nothing about the lead."""


@transaction.atomic
def export(*, lead: int, actor: Actor, now: datetime) -> dict[str, Any]:
    """A lead with all that share its root: evidence, handles, and every row of any room that is about it.

    Times are texts in UTC. Reasons of readings and transitions stand there as sentences, too. Raises UsageError.
    """
    root = Lead.objects.filter(pk=lead).values_list("root_id", flat=True).first()
    if root is None:
        raise UsageError(f"there is no lead {lead}")
    members = list(Lead.objects.filter(root=root).order_by("pk"))
    ids = [member.pk for member in members]
    found: dict[str, Any] = {"exported_at": plain(now), "lead": root, "leads": [_row(member) for member in members]}
    for relation in sorted(relations(), key=lambda each: (each.related_model._meta.label_lower, each.field.name)):
        _collect(found, relation, ids)
    for name, holder in holders().items():
        if holder.tell is not None:
            found[name] = holder.tell(ids)
    record(actor=actor, action="export", subject=f"lead:{root}", at=now)
    return found


def _collect(found: dict[str, Any], relation: Any, above: Sequence[Any]) -> None:
    """Rows that point at others, and those that belong to them in turn (an attempt belongs to its assignment)."""
    model = relation.related_model
    rows = list(model._base_manager.filter(**{f"{relation.field.name}__in": above}).order_by("pk"))
    known = found.setdefault(_title(model), [])
    known += [row for row in map(_row, rows) if row not in known]
    for below in model._meta.get_fields(include_hidden=True):
        if below.auto_created and not below.concrete and below.on_delete is models.CASCADE and rows:
            _collect(found, below, [row.pk for row in rows])


def _title(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name_plural).replace(" ", "_")


def _row(row: models.Model) -> dict[str, Any]:
    found = {}
    for each in row._meta.concrete_fields:
        if each.name not in _LATE:
            value = getattr(row, each.attname)
            found[each.name] = plain(value)
            if words := _in_words(value):
                found[f"{each.name}_in_words"] = words
    return found


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def _in_words(value: Any) -> list[str]:
    """Reasons ({score, rule, points …}) as sentences; nothing for what isn't reasons."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    reasons = [each for each in value if isinstance(each, Mapping) and "rule" in each]
    return [_sentence(each) for each in reasons] if len(reasons) == len(value) else []


def _sentence(reason: Mapping[str, Any]) -> str:
    where = f"{reason['score']}: {reason['rule']}" if reason.get("score") else str(reason["rule"])
    if "points" in reason:
        return f"{where} gives {reason['points']} points"
    before, after = (next((reason[key] for key in keys if key in reason), None) for keys in (_BEFORE, _AFTER))
    return where if before is None and after is None else f"{where} gave {before or 0} points and gives {after or 0}"


_BEFORE = ("points before", "points_before", "before")
_AFTER = ("points after", "points_after", "after")
