"""Erases a lead: all that is known of it, here and in every other room, and soon in the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction

from pyrometer.app.evidence.forgetting import Whom, follow
from pyrometer.app.evidence.holders import holders
from pyrometer.app.evidence.locks import lock_components, lock_handles, share_writing
from pyrometer.app.evidence.models import Company, Handle, Lead, Merge, ToErase
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import AuditEntry
from pyrometer.errors import UsageError


@transaction.atomic
def erase(*, lead: int, actor: Actor, now: datetime) -> int:
    """Erase a lead with all that share its root, for good; the root's id, whose row says only that it was erased.

    What names it in texts that nobody sorted follows soon, by `forgetting`, and the archive with the next run of its
    job. Raises UsageError.
    """
    share_writing()
    handles = list(_handles(lead))
    lock_handles(handles)
    roots = lock_components([lead])
    if lead not in roots:
        raise UsageError(f"there is no lead {lead}")
    root, members = roots[lead], list(roots)
    if Lead.objects.filter(pk=root, erased_at__isnull=False).exists():
        raise UsageError(f"lead {root} was erased already")
    handles = list(_handles(lead))
    for holder in holders().values():
        if holder.forget is not None:
            holder.forget(members, handles, now)
    _forget_merges(members)
    companies = list(Lead.objects.filter(pk__in=members).exclude(company=None).values_list("company_id", flat=True))
    for relation in relations():
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": members})
        if relation.on_delete is models.SET_NULL:
            rows.update(**{relation.field.name: None})
        else:
            rows.delete()
    Lead.objects.filter(pk__in=members).exclude(pk=root).delete()
    nothing = {each.name: each.get_default() for each in Lead._meta.concrete_fields if each.name not in _KEPT}
    Lead.objects.filter(pk=root).update(**nothing | {"created_at": now, "last_seen_at": now, "erased_at": now})
    # A company that nobody else belongs to says who the lead was.
    Company.objects.filter(pk__in=companies, leads__isnull=True).delete()
    # The log goes on to say who did what and when; what they wrote about the lead is part of the lead.
    AuditEntry.objects.filter(subject__in=[f"lead:{number}" for number in members]).update(detail={})
    # Asked last: what was being digested until here has come to where it is looked for.
    follow(Whom(members, handles), now)
    ToErase.objects.bulk_create([ToErase(lead_number=number, since=now) for number in members], ignore_conflicts=True)
    record(actor=actor, action="erase", subject=f"lead:{root}", at=now)
    return root


def _forget_merges(members: list[int]) -> None:
    """Clear what the log of another lead holds of a merge with one of these; before the merges themselves go."""
    merges = Merge.objects.filter(models.Q(winner__in=members) | models.Q(loser__in=members))
    found = {pk: pair for pk, *pair in merges.values_list("pk", "winner_id", "loser_id")}
    subjects = {f"lead:{number}" for pair in found.values() for number in pair}
    entries = AuditEntry.objects.filter(subject__in=subjects, action__in=("merge", "unmerge"))
    named = [pk for pk, detail in entries.values_list("pk", "detail").iterator() if detail.get("merge") in found]
    AuditEntry.objects.filter(pk__in=named).update(detail={})


_KEPT = ("id", "root")


def relations() -> Iterator[Any]:
    """All foreign keys to `Lead` in the whole application, but for its own root."""
    for relation in Lead._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.related_model is not Lead:
            yield relation


def _handles(lead: int) -> Iterator[tuple[str, str]]:
    root = Lead.objects.filter(pk=lead).values_list("root_id", flat=True).first()
    yield from Handle.objects.filter(lead__root=root).values_list("kind", "value")
