"""What is done to the agreement; each writes its audit entry in its own transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from pyrometer.app.agreement.examining import Examined, examine, normal
from pyrometer.app.agreement.models import Signature, Simulation, State, Version
from pyrometer.app.agreement.queries import TEAMS
from pyrometer.app.agreement.signing import objection
from pyrometer.app.agreement.simulating import ask
from pyrometer.app.agreement.simulating import of as simulation_of
from pyrometer.app.evidence.locks import lock_roots
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError

NOTE = 400
"""Letters of a note, at most."""


def upload(*, text: str, note: str, actor: Actor, now: datetime) -> Version:
    """Keep a definition as a draft, whatever its problems. A key's draft has the name of who made the key."""
    user = actor.user or (actor.key.created_by if actor.key else None)
    examined = examine(text)
    with transaction.atomic():
        version = _new(normal(text), examined, note=note, user=user, now=now)
        _record(actor, "agreement.upload", version, now, errors=len(examined.errors))
    return version


def change(*, number: int, text: str, note: str, user: User, now: datetime) -> Version:
    """Write a draft anew. Raises UsageError for what was proposed already: its text never changes."""
    examined = examine(text)
    with transaction.atomic():
        version = _locked(number)
        if version.state != State.DRAFT:
            raise UsageError(_("Version %(number)d was proposed: its text stays. Upload a new one.") % vars(version))
        version.text, version.note = normal(text), note[:NOTE]
        version.fingerprint, version.name = examined.fingerprint, examined.name[:200]
        version.save(update_fields=["text", "note", "fingerprint", "name"])
        version.simulations.all().delete()
        _record(Actor.of(user), "agreement.change", version, now, errors=len(examined.errors))
    return version


def propose(*, number: int, user: User, now: datetime) -> Version:
    """Ask both teams to sign. Raises UsageError where there are errors, or examples that don't come out as agreed."""
    with transaction.atomic():
        version = _locked(number)
        if version.state != State.DRAFT:
            raise UsageError(_("Version %(number)d was proposed already.") % vars(version))
        obstacles = examine(version.text).obstacles
        if obstacles:
            raise UsageError(" ".join(obstacles))
        version.state, version.proposed_at = State.PROPOSED, now
        version.save(update_fields=["state", "proposed_at"])
        ask(version, now=now)
        _record(Actor.of(user), "agreement.propose", version, now)
    return version


def sign(*, number: int, team: str, user: User, now: datetime) -> Version:
    """Say yes for a team; with the second signature the version is signed. Raises UsageError."""
    with transaction.atomic():
        version = _locked(number)
        refusal = objection(version, user, team)
        if refusal:
            raise UsageError(refusal)
        Signature.objects.create(version=version, team=team, user=user, name=_signed(user), at=now)
        if version.signatures.count() == len(TEAMS):
            version.state = State.SIGNED
            version.save(update_fields=["state"])
        _record(Actor.of(user), "agreement.sign", version, now, team=team)
    return version


def publish(*, number: int, user: User, now: datetime) -> Version:
    """Make a signed version the one that leads are read by; every lead is read anew. Raises UsageError."""
    with transaction.atomic():
        version = _locked(number)
        if version.state != State.SIGNED:
            raise UsageError(_("Only a version that both teams signed can be published."))
        foreseen = _foreseen(version)
        former = _go_live(version, now)
        _record(Actor.of(user), "agreement.publish", version, now, former=former, **foreseen)
    return version


def roll_back(*, number: int, reason: str, user: User, now: datetime) -> Version:
    """Publish a former version again, as a new one with its text and its signatures. Raises UsageError."""
    reason = reason.strip()
    if not reason:
        raise UsageError(_("Say why: both teams will want to know."))
    with transaction.atomic():
        former = _locked(number)
        if former.state != State.RETIRED:
            raise UsageError(_("Only a version that was live before can be brought back."))
        foreseen = _foreseen(former)
        examined = examine(former.text)
        if examined.definition is None:
            raise UsageError(_("Version %(number)d can't be read any more: upload it again, mended.") % vars(former))
        version = _new(former.text, examined, note=reason, user=user, now=now)
        version.proposed_at, version.state = now, State.SIGNED
        version.save(update_fields=["proposed_at", "state"])
        Signature.objects.bulk_create(
            Signature(version=version, team=each.team, user=each.user, name=each.name, at=each.at)
            for each in former.signatures.select_related("user")
        )
        _go_live(version, now)
        _record(Actor.of(user), "agreement.roll_back", version, now, again=former.number, reason=reason, **foreseen)
    return version


def _new(text: str, examined: Examined, *, note: str, user: User | None, now: datetime) -> Version:
    number = (Version.objects.aggregate(most=Max("number"))["most"] or 0) + 1
    return Version.objects.create(
        number=number,
        text=text,
        fingerprint=examined.fingerprint,
        name=examined.name[:200],
        note=note.strip()[:NOTE],
        created_at=now,
        created_by=user,
    )


def _go_live(version: Version, now: datetime) -> int | None:
    """Retire the live version, publish this one, and have all leads read; the number of the retired one."""
    former = Version.objects.filter(state=State.LIVE).first()
    if former is not None:
        former.state, former.retired_at = State.RETIRED, now
        former.save(update_fields=["state", "retired_at"])
    version.state, version.live_at = State.LIVE, now
    version.save(update_fields=["state", "live_at"])
    # All of them were against the former version, or against none.
    Simulation.objects.all().delete()
    lock_roots()
    Lead.objects.filter(root=F("pk"), erased_at__isnull=True).update(touched_at=now)
    return None if former is None else former.number


def _foreseen(version: Version) -> dict[str, object]:
    """What those who publish were told before: who changes, and who goes to sales."""
    found = simulation_of(version, Version.objects.filter(state=State.LIVE).first())
    if found is None or found.done_at is None or found.trouble:
        return {}
    counts = {"leads": found.leads, "of": found.of, "changed": found.changed, "to_sales": found.to_sales}
    return {"foreseen": {**counts, "as_of": found.as_of.isoformat()}}


def _locked(number: int) -> Version:
    found = Version.objects.filter(number=number)
    if connection.features.has_select_for_update:
        found = found.select_for_update()
    version = found.first()
    if version is None:
        raise UsageError(_("There is no version %(number)d.") % {"number": number})
    return version


def _signed(user: User) -> str:
    return f"{user.name} <{user.email}>"[:254] if user.name else user.email


def _record(actor: Actor, action: str, version: Version, now: datetime, **detail: object) -> None:
    record(actor=actor, action=action, subject=f"version:{version.number}", at=now, detail=detail)
