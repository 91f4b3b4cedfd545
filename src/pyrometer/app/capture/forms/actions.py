"""Keeps and deletes forms."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pyrometer.app.capture.models import Form
from pyrometer.app.people.audit import Actor, record


def keep(*, actor: Actor, form: Form, now: datetime) -> Form:
    """Write a form, new or changed; who has its page open can still send it."""
    new = form.pk is None
    with transaction.atomic():
        # The count of submissions isn't ours to write: visitors raise it meanwhile.
        form.save(update_fields=None if new else _FIELDS)
        action = "form.create" if new else "form.change"
        detail = {"slug": form.slug, "active": form.active}
        record(actor=actor, action=action, subject=f"form:{form.pk}", at=now, detail=detail)
    return form


def delete(*, actor: Actor, form: Form, now: datetime) -> None:
    """Remove a form and its codes; the leads that it brought stay."""
    with transaction.atomic():
        subject = f"form:{form.pk}"
        form.delete()
        record(actor=actor, action="form.delete", subject=subject, at=now, detail={"slug": form.slug})


_FIELDS = (
    "kind",
    "slug",
    "name",
    "fields",
    "shown",
    "texts",
    "language",
    "purposes",
    "event",
    "offer",
    "redirect",
    "sites",
    "active",
)
