"""A mail that a user sends to their own address, to see it where it will be read."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.email.content.contents import Content
from pyrometer.app.delivery.email.content.making import preview
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.errors import UsageError

AN_HOUR = 20
"""Test mails of a user."""
_ACTION = "mail.tested"
_BEFORE = {"en": "Test", "de": "Test", "sv": "Test", "ja": "テスト"}


@transaction.atomic
def send_test(*, user: User, content: Content, lead: int, language: str = "", now: datetime) -> str:
    """Post a content, as a lead would get it, to a user's own address; its key in the outbox.

    Raises UnrenderableError, and UsageError where a user sent too many within an hour.
    """
    # Two at once are one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise UsageError("who has left gets no mails")
    if content.kind == "slot":
        raise UsageError("a slot is no mail of its own; send a mail that it stands in")
    sent = AuditEntry.objects.filter(user=user, action=_ACTION, at__gt=now - timedelta(hours=1), at__lte=now)
    times = list(sent.order_by("at").values_list("at", flat=True))
    if len(times) >= AN_HOUR:
        minutes = int((times[-AN_HOUR] + timedelta(hours=1) - now).total_seconds() // 60) + 1
        raise UsageError(f"{AN_HOUR} test mails an hour are enough for anybody; the next in {minutes} minutes")
    mail = preview(content, lead=lead, language=language, now=now)
    once = f"test:{user.pk}:{uuid4().hex}"
    payload = mail.payload(user.email) | {"subject": f"[{_BEFORE[mail.language]}] {mail.subject}"}
    outbox.post(channel="email", once=once, payload=payload, now=now)
    detail = {"content": content.name, "language": mail.language}
    record(actor=Actor.of(user), action=_ACTION, subject=f"lead:{lead}", at=now, detail=detail)
    return once


send_test.__test__ = False  # type: ignore[attr-defined]
