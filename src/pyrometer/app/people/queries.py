"""Reads the audit log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyrometer.app.people.models import AuditEntry, User


@dataclass(frozen=True)
class Log:
    """A page of the log, newest first, and where the next older page begins (`before`), if there is one."""

    entries: Sequence[AuditEntry]
    before: int | None


def log(
    *,
    who: str = "",
    what: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int,
) -> Log:
    """Entries of who (a part of the name), what (the beginning of an action, or a subject), from `since` to `until`."""
    found = AuditEntry.objects.order_by("-id")
    if who:
        found = found.filter(actor__icontains=who)
    if what:
        found = found.filter(subject=what) if ":" in what else found.filter(action__startswith=what)
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    if before:
        found = found.filter(pk__lt=before)
    entries = list(found[: limit + 1])
    more = len(entries) > limit
    entries = entries[:limit]
    _name_subjects(entries)
    return Log(entries, entries[-1].pk if more else None)


def names_of(addresses: Collection[str]) -> dict[str, str]:
    """The names of people by their addresses; who has none, and whatever is no address, is left out."""
    asked = [address for address in addresses if "@" in address]
    if not asked:
        return {}
    return dict(User.objects.filter(email__in=asked).exclude(name="").values_list("email", "name"))


def _name_subjects(entries: Sequence[AuditEntry]) -> None:
    """`user:7` says nothing to people: their address is put beside it, as `entry.subject_name`."""
    numbers = {entry.subject: entry.subject[5:] for entry in entries if entry.subject.startswith("user:")}
    emails = dict(User.objects.filter(pk__in=[n for n in numbers.values() if n.isdigit()]).values_list("pk", "email"))
    for entry in entries:
        number = numbers.get(entry.subject, "")
        entry.subject_name = emails.get(int(number), "") if number.isdigit() else ""
