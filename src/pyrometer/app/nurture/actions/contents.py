"""Contents are written, kept in all their wordings, and removed."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pyrometer.app.delivery.email.content.reading import LONGEST
from pyrometer.app.delivery.email.content.reading import read as read_content
from pyrometer.app.nurture.examining import named, normal
from pyrometer.app.nurture.models import Content, Enrolment, Programme, Slot, Version, Wording
from pyrometer.app.nurture.texts import programme as read_programme
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import PyrometerError, UsageError


def save(*, text: str, actor: Actor, now: datetime, name: str = "", seen: int | None = None) -> Content:
    """Keep a content's text; `name` is the one that it has, empty for a new one. The next mail says it.

    Raises ContentError where it can't be read, UsageError where the name is taken or was changed, or where somebody
    else changed it since wording `seen`.
    """
    text = normal(text)
    if len(text) > LONGEST:
        raise UsageError(_("The content has %(letters)d letters, and may have %(most)d.") % {
            "letters": len(text), "most": LONGEST})  # fmt: skip
    read = read_content(text)
    with transaction.atomic():
        found = Content.objects.select_for_update().filter(name=name or read.name).first()
        if found is not None and not name:
            raise UsageError(_("There is a content `%s` already; give this one another name.") % read.name)
        if name and found is None:
            raise UsageError(_("There is no content `%s`.") % name)
        if found is not None and read.name != found.name:
            raise UsageError(_("The name can't be changed: programmes name it. Write `name: %s`.") % found.name)
        if found is not None and seen is not None and found.number != seen:
            raise UsageError(_("%s changed it meanwhile. Look at that first; your text is still here.") % found.by)
        if found is not None and found.text == text:
            return found
        content = found or Content(name=read.name, number=0)
        content.kind, content.purpose, content.pitch = read.kind, read.purpose, read.pitch
        content.text, content.number, content.at, content.by = text, content.number + 1, now, actor.name[:254]
        content.save()
        Wording.objects.create(content=content, number=content.number, text=text, at=now, by=content.by)
        record(
            actor=actor, action="nurture.content", subject=f"content:{content.name}", at=now,
            detail={"wording": content.number},
        )  # fmt: skip
    return content


def remove(*, content: Content, actor: Actor, now: datetime) -> None:
    """Remove a content with all its wordings. Raises UsageError while a programme or a slot names it."""
    with transaction.atomic():
        users = used_by(content.name)
        if users:
            raise UsageError(_("It can't be removed: %s names it.") % ", ".join(f"`{key}`" for key in users))
        shown = [slot.name for slot in Slot.objects.all() if content.name in (each["content"] for each in slot.choices)]
        if shown:
            raise UsageError(_("It can't be removed: it is shown in %s.") % ", ".join(f"`{name}`" for name in shown))
        if Content.objects.filter(pk=content.pk).delete()[0]:
            record(actor=actor, action="nurture.content_removed", subject=f"content:{content.name}", at=now)


def used_by(name: str) -> list[str]:
    """The programmes that name a content: in their draft, or in a version that is live or that people are in."""
    inside = Enrolment.objects.filter(ended_at__isnull=True).values("version")
    versions = Version.objects.filter(pk__in=inside) | Version.objects.filter(
        pk__in=Programme.objects.filter(live__isnull=False).values("live")
    )
    texts = [*Programme.objects.values_list("key", "draft"), *versions.values_list("programme__key", "text")]
    return sorted({key for key, text in texts if name in _named(text)})


def _named(text: str) -> list[str]:
    try:
        return named(read_programme(text))
    except PyrometerError:
        return perhaps_named(text)


def perhaps_named(text: str) -> list[str]:
    """What a draft that can't be read may name: whatever it says is taken for a name."""
    return re.findall(r"[\w-]+", text)
