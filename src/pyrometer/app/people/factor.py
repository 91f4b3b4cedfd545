"""The second factor: a code from an app, or one of the recovery codes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from pyrometer.app.people import totp
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import RecoveryCode, User
from pyrometer.app.people.sealed import seal, unseal

RECOVERY_CODES = 10
WRONG = 10
"""So many wrong codes, and none is taken for a while, from whatever address. Only who knows the password gets here."""
REST = timedelta(minutes=15)

_PURPOSE = "second factor"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for each other."""


def switch_on(*, user: User, secret: str, code: str, now: datetime) -> list[str] | None:
    """Begin to ask for codes; the recovery codes, to be shown once. None where the code isn't the secret's.

    Sessions elsewhere end: they came in without the second factor.
    """
    step = totp.step_of(secret, _digits(code), now, 0)
    if step is None:
        return None
    with transaction.atomic():
        user.totp_secret, user.totp_step, user.wrong_codes = seal(secret, purpose=_PURPOSE), step, 0
        user.epoch += 1
        user.save(update_fields=["totp_secret", "totp_step", "wrong_codes", "epoch"])
        record(actor=Actor.of(user), action="user.factor_on", subject=f"user:{user.pk}", at=now)
        return _fresh_codes(user)


def switch_off(*, actor: Actor, user: User, now: datetime) -> None:
    """Ask for no codes any more; by the user, or by an administrator for somebody who lost phone and codes."""
    with transaction.atomic():
        user.totp_secret, user.totp_step, user.wrong_codes = "", 0, 0
        user.save(update_fields=["totp_secret", "totp_step", "wrong_codes"])
        user.recovery_codes.all().delete()
        record(actor=actor, action="user.factor_off", subject=f"user:{user.pk}", at=now)


def renew_codes(*, user: User, now: datetime) -> list[str]:
    """New recovery codes; the former ones end."""
    with transaction.atomic():
        record(actor=Actor.of(user), action="user.codes_renewed", subject=f"user:{user.pk}", at=now)
        return _fresh_codes(user)


def resting(user: User, now: datetime) -> bool:
    """Whether too many wrong codes came in, so that none is looked at for a while."""
    return user.wrong_codes >= WRONG and user.wrong_code_at is not None and user.wrong_code_at > now - REST


def passes(*, user: User, given: str, now: datetime) -> bool:
    """Whether a code is right: the app's, later than the one used last, or a recovery code, which this uses up."""
    with transaction.atomic():
        # Read again, and lock where the database can: of two who send the same code at the same moment, one is let in.
        user = User.objects.select_for_update().get(pk=user.pk)
        if resting(user, now) or not user.totp_secret:
            return False
        right = _app_code(user, given, now) or _recovery_code(user, given, now)
        if right:
            User.objects.filter(pk=user.pk).update(wrong_codes=0)
        elif user.wrong_code_at is None or user.wrong_code_at <= now - REST:
            User.objects.filter(pk=user.pk).update(wrong_codes=1, wrong_code_at=now)
        else:
            User.objects.filter(pk=user.pk).update(wrong_codes=F("wrong_codes") + 1, wrong_code_at=now)
        return right


def _app_code(user: User, given: str, now: datetime) -> bool:
    step = totp.step_of(unseal(user.totp_secret, purpose=_PURPOSE), _digits(given), now, user.totp_step)
    return step is not None and bool(User.objects.filter(pk=user.pk, totp_step__lt=step).update(totp_step=step))


def _recovery_code(user: User, given: str, now: datetime) -> bool:
    plain = re.sub(r"[\s-]", "", given).lower()
    used, _ = RecoveryCode.objects.filter(user=user, digest=_digest(user, plain)).delete()
    if used:
        left = user.recovery_codes.count()
        record(
            actor=Actor.of(user),
            action="user.code_used",
            subject=f"user:{user.pk}",
            at=now,
            detail={"codes_left": left},
        )
    return bool(used)


def _fresh_codes(user: User) -> list[str]:
    user.recovery_codes.all().delete()
    plain = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, one)) for one in plain)
    return [f"{one[:5]}-{one[5:]}" for one in plain]


def _digits(given: str) -> str:
    return re.sub(r"\s", "", given)


def _digest(user: User, plain: str) -> str:
    # Keyed: fifty bits would be too few against somebody with the database alone.
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery {user.pk} {plain}".encode(), hashlib.sha256).hexdigest()
