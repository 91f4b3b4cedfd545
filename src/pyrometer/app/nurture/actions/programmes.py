"""Programmes are drafted, published, paused and ended; people are moved, put in and taken out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pyrometer import nurture
from pyrometer.app.delivery import outbox
from pyrometer.app.evidence.locks import lock_components
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture import entering, reaching
from pyrometer.app.nurture.carrying import LEFT, close, place_of, stand
from pyrometer.app.nurture.examining import LONGEST, examine, normal
from pyrometer.app.nurture.models import Act, Enrolment, Programme, Reach, Version
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError

EVERYONE = 0.5
"""A programme that more than this part of all leads would enter has to be confirmed with the number."""
BATCH = 1000


@dataclass
class Moved:
    """Who was moved to another version, or would be: how many, and why the others stay."""

    moved: int = 0
    stays: Counter[str] = field(default_factory=Counter)


def save_draft(*, text: str, actor: Actor, now: datetime, key: str = "", seen: datetime | None = None) -> Programme:
    """Keep a programme's text, whatever its problems; `key` is the one that it has, empty for a new one.

    Raises UsageError where it has no usable key, another one than it had, one that is taken, or where somebody else
    changed it since it was `seen`.
    """
    if len(text) > LONGEST:
        raise UsageError(_("The programme has %(letters)d letters, and may have %(most)d.") % {
            "letters": len(text), "most": LONGEST})  # fmt: skip
    text = normal(text)
    said = _key_of(text)
    with transaction.atomic():
        if not key:
            return _new(text, said, actor, now)
        programme = locked(key)
        if said and said != key:
            raise UsageError(
                _("The key can't be changed: programmes and reports name it. Write `programme: %s`.") % key
            )
        if seen is not None and programme.drafted_at != seen:
            raise UsageError(
                _("%(who)s changed it at %(when)s. Look at that first; your text is still here.")
                % {"who": programme.drafted_by, "when": f"{programme.drafted_at:%Y-%m-%d %H:%M} UTC"}
            )
        programme.draft, programme.drafted_at, programme.drafted_by = text, now, actor.name[:254]
        programme.save(update_fields=["draft", "drafted_at", "drafted_by"])
        _record(actor, "nurture.draft", programme, now)
    return programme


def _new(text: str, key: str, actor: Actor, now: datetime) -> Programme:
    if not key:
        raise UsageError(_("A new programme needs a key by which others name it: `programme: win-back`."))
    if Programme.objects.filter(key=key).exists():
        raise UsageError(_("There is a programme `%s` already; give this one another key.") % key)
    programme = Programme.objects.create(
        key=key, draft=text, drafted_at=now, drafted_by=actor.name[:254], created_at=now
    )
    _record(actor, "nurture.create", programme, now)
    return programme


def _key_of(text: str) -> str:
    """The key that a text says, also where the rest of it is broken; empty where it says none that could be one."""
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if name == "programme" and colon:
            said = value.partition(" #")[0].strip().strip("'\"")
            return said if nurture.is_key(said) else ""
    return ""


def publish(*, programme: Programme, actor: Actor, now: datetime, sure: int | None = None) -> Version:
    """Have people enter by the draft from now on; who is inside finishes the version that it began.

    Raises UsageError where it has errors; where nobody counted whom it would reach; and where that is more than half of
    all leads, unless `sure` is that number.
    """
    with transaction.atomic():
        programme = locked(programme.key)
        examined = examine(programme.draft)
        if examined.programme is None or examined.errors:
            first = examined.errors[0]
            raise UsageError(
                ngettext(
                    "It has an error, so it can't be published: %(first)s",
                    "It has %(count)d errors, so it can't be published. The first: %(first)s",
                    len(examined.errors),
                )
                % {"count": len(examined.errors), "first": first}
            )
        if programme.live is not None and programme.live.text == programme.draft:
            raise UsageError(_("This is what is live already."))
        reach = _counted(programme, now, sure)
        number = (programme.versions.aggregate(Max("number"))["number__max"] or 0) + 1
        version = Version.objects.create(
            programme=programme,
            number=number,
            digest=examined.programme.version,
            text=programme.draft,
            reach=_told(reach),
            published_at=now,
            published_by=actor.name[:254],
        )
        programme.live = version
        programme.save(update_fields=["live"])
        # Who enters by it is inside then, so the count is of another day; nobody is to publish by it once more.
        Reach.objects.filter(programme=programme).delete()
        entering.again()
        _record(actor, "nurture.publish", programme, now, version=number, **_told(reach))
    return version


def _counted(programme: Programme, now: datetime, sure: int | None) -> Reach:
    reach = reaching.latest(programme, programme.draft, now)
    if reach is None or reach.ended_at is None:
        raise UsageError(_("Whom it would reach isn't counted yet. Count first, then publish."))
    if reach.error:
        raise UsageError(_("Whom it would reach can't be counted: %s") % reach.error)
    if reach.share > EVERYONE and sure != reach.would_enter:
        raise UsageError(
            _("It would reach %(number)d of %(all)d leads. If that is meant, confirm the number.")
            % {"number": reach.would_enter, "all": reach.of_all}
        )
    return reach


def _told(reach: Reach) -> dict[str, int]:
    return {name: getattr(reach, name) for name in ("would_enter", "held_back", "looked_at", "of_all")}


def pause(*, programme: Programme, actor: Actor, now: datetime) -> int:
    """Stop a programme: nobody enters, nothing is stepped, and no mail of it leaves; how many mails wait now."""
    with transaction.atomic():
        programme = locked(programme.key)
        if programme.paused_at is not None:
            return 0
        programme.paused_at, programme.paused_by = now, actor.name[:254]
        programme.save(update_fields=["paused_at", "paused_by"])
        held = outbox.hold(programme.group, now)
        _record(actor, "nurture.pause", programme, now, mails=held)
    return held


def resume(*, programme: Programme, actor: Actor, now: datetime) -> int:
    """Go on with a paused programme; how many mails leave now."""
    with transaction.atomic():
        programme = locked(programme.key)
        if programme.paused_at is None:
            return 0
        programme.paused_at, programme.paused_by = None, ""
        programme.save(update_fields=["paused_at", "paused_by"])
        released = outbox.release(programme.group, now)
        _record(actor, "nurture.resume", programme, now, mails=released)
    return released


def end(*, programme: Programme, actor: Actor, now: datetime) -> None:
    """Let nobody enter any more; who is inside finishes."""
    with transaction.atomic():
        programme = locked(programme.key)
        if programme.live is None:
            raise UsageError(_("Nobody enters it anyway."))
        programme.live = None
        programme.save(update_fields=["live"])
        _record(actor, "nurture.end", programme, now)


def move(*, programme: Programme, to: Version, actor: Actor, now: datetime, try_only: bool = False) -> Moved:
    """Bring people who are inside to another version, where that can be done without doing anything twice.

    With `try_only` nothing is changed. Who is held back has nothing to be moved.
    """
    target, found = programme_of(to), Moved()
    after = 0
    while True:
        with transaction.atomic():
            inside = Enrolment.objects.filter(
                programme=programme, ended_at__isnull=True, held_back=False, pk__gt=after
            ).exclude(version=to)
            if not try_only and connection.features.has_select_for_update:
                # Leads before their enrolments, as whoever merges some: else each may wait for the other.
                lock_components(list(inside.order_by("pk").values_list("lead", flat=True)[:BATCH]))
                inside = inside.select_for_update(of=("self",), no_key=True)
            rows = list(inside.select_related("version").order_by("pk")[:BATCH])
            changed = [row for row in rows if _moved(row, target, to, found, now)]
            if not try_only:
                _write_moved(changed, to, now)
        if len(rows) < BATCH:
            break
        after = rows[-1].pk
    if not try_only:
        with transaction.atomic():
            _record(actor, "nurture.move", programme, now, version=to.number, moved=found.moved)
    return found


def _moved(row: Enrolment, target: nurture.Programme, to: Version, found: Moved, now: datetime) -> bool:
    old = programme_of(row.version)
    place = place_of(row, old)
    there = nurture.moved(place, old, target)
    if isinstance(there, nurture.Stays):
        found.stays[there.because] += 1
        return False
    stand(row, there)
    # What the new version thinks of it is decided at once.
    row.version, row.due_at, row.claimed_until = to, now, None
    found.moved += 1
    return True


def _write_moved(rows: list[Enrolment], to: Version, now: datetime) -> None:
    Enrolment.objects.bulk_update(rows, ["version", "step", "since", "due_at", "acts", "sent", "claimed_until"])
    Act.objects.bulk_create(
        Act(enrolment=row, lead_id=row.lead_id, kind=Act.Kind.MOVED, step=row.step, what=str(to.number), at=now)
        for row in rows
    )


def enrol(*, programme: Programme, lead: int, actor: Actor, now: datetime) -> Enrolment:
    """Put a lead in by hand, whatever the condition says; it isn't compared with anybody.

    Raises UsageError where it would leave at once, is inside already, or can't be reached by anything that it sends.
    """
    with transaction.atomic():
        programme = locked(programme.key)
        if programme.live is None:
            raise UsageError(_("Nobody enters this programme: publish it first."))
        root = Lead.objects.filter(pk=lead, root__erased_at__isnull=True).values_list("root", flat=True).first()
        if root is None:
            raise UsageError(_("There is no lead %d.") % lead)
        # It may have been merged or erased before the lock was ours.
        here = Lead.objects.filter(pk=root, root=F("pk"), erased_at__isnull=True)
        if not here.select_for_update(of=("self",), no_key=True).values_list("pk").first():
            raise UsageError(_("The lead was merged or erased just now. Look at it again."))
        read = programme_of(programme.live)
        because = entering.objection(read, root, now)
        if because:
            raise UsageError(_("It can't enter: %s.") % because)
        row = entering.entry(programme, read, root, now)
        row.held_back, row.spoiled, row.by, row.due_at = False, True, actor.name[:254], now
        row.save()
        Act.objects.create(enrolment=row, lead_id=root, kind=Act.Kind.ENTERED, step=row.step, what=row.by[:200], at=now)
        record(actor=actor, action="nurture.enrol", subject=f"lead:{root}", at=now, detail={"programme": programme.key})
    return row


def remove(*, enrolment: Enrolment, because: str, actor: Actor, now: datetime) -> None:
    """Take somebody out of a programme; mails that wait to leave don't. Raises UsageError where it isn't inside."""
    because = " ".join(because.split())[:200]
    if not because:
        raise UsageError(_("Say why: whoever looks at the lead will want to know."))
    with transaction.atomic():
        rows = Enrolment.objects.filter(pk=enrolment.pk, ended_at__isnull=True)
        if connection.features.has_select_for_update:
            rows = rows.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("programme").first()
        if row is None:
            raise UsageError(_("It isn't in the programme any more."))
        close(row, LEFT, "removed", because, now)
        row.claimed_until = None
        row.save()
        Act.objects.create(
            enrolment=row, lead_id=row.lead_id, kind=Act.Kind.ENDED, step=row.step, what=f"removed: {because}"[:200],
            at=now,
        )  # fmt: skip
        detail = {"programme": row.programme.key, "because": because}
        record(actor=actor, action="nurture.remove", subject=f"lead:{row.lead_id}", at=now, detail=detail)


def locked(key: str) -> Programme:
    """A programme, locked until the transaction ends. Raises UsageError where there is none."""
    rows = Programme.objects.filter(key=key)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("live").first()
    if found is None:
        raise UsageError(_("There is no programme `%s`.") % key)
    return found


def _record(actor: Actor, action: str, programme: Programme, now: datetime, **detail: object) -> None:
    record(actor=actor, action=action, subject=f"programme:{programme.key}", at=now, detail=detail)
