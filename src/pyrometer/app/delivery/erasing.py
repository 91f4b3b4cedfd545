"""What the outbox holds about a lead goes when the lead is erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from pyrometer.app.delivery.models import Outgoing


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove messages about some leads, and mails to them, sent or not."""
    about = Q(payload__data__lead__in=list(leads)) | Q(payload__body__data__lead__in=list(leads))
    about |= Q(payload__context__link__in=[f"/leads/{lead}/" for lead in leads])
    for lead in leads:
        # A letter in words of its own has the address of the lead's page in its text.
        about |= Q(payload__text__icontains=f"/leads/{lead}/")
    about |= Q(payload__to__in=[value for kind, value in handles if kind == "email"])
    Outgoing.objects.filter(about).delete()
