"""Makes the mails of programmes as they are handed over, so that they say what is true then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pyrometer.app.delivery.composing import Composed, UnsendableReason
from pyrometer.app.delivery.email.content.making import make
from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.delivery.email.content.rendering import UnrenderableError
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.nurture.models import Content
from pyrometer.app.nurture.texts import mail_of


def compose(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, Composed]:
    """What some mails say, by their row; where one can't be written, why, in words."""
    names = {str(row.payload.get("content") or "") for row in rows}
    texts = dict(Content.objects.filter(name__in=names).values_list("name", "text"))
    return {row.pk: _composed(row, texts, now) for row in rows}


def _composed(row: Outgoing, texts: Mapping[str, str], now: datetime) -> Composed:
    name = str(row.payload.get("content") or "")
    if name not in texts:
        return UnsendableReason(f"there is no content `{name}` any more")
    try:
        made = make(mail_of(texts[name]), lead=int(row.payload["lead"]), once=row.once, now=now)
    except (ContentError, UnrenderableError) as error:
        return UnsendableReason(str(error))
    return made.payload()
