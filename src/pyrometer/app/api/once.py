"""Idempotency keys: a call that is repeated with its key does nothing again, and gets the answer it got before."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.responses import Status
from pydantic import BaseModel

from pyrometer.app.api.models import Answered, Told
from pyrometer.app.api.problems import Problem
from pyrometer.app.api.shapes import LeadShape
from pyrometer.app.people.sealed import BrokenSealError, seal, unseal

HEADER = "Idempotency-Key"
KEY = r"^[!-~]{1,120}$"
KEEP = timedelta(days=2)
"""For how long an answer is kept; a repeat after that is a new call."""


PURPOSE = "repeated answer"

View = Callable[..., BaseModel | Status | None]


def once(view: View, *, sealed: bool = False) -> Callable[..., HttpResponse]:
    """Let an operation be called with an idempotency key. What fails leaves no trace, and can be tried again.

    Where the answer holds a secret, it is kept `sealed`.
    """

    @wraps(view)
    def around(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get(HEADER)
        if key is None:
            with transaction.atomic():
                return _response(*_rendered(view(request, *args, **kwargs)))
        if not re.fullmatch(KEY[1:-1], key):
            wrong = "an idempotency key has 1 to 120 visible ASCII characters"
            raise Problem(422, wrong, errors=[(f"header.{HEADER}", wrong)])
        with transaction.atomic():
            # Another call with the same key waits here until this one has ended, or the other way round.
            answered, new = Answered.objects.get_or_create(
                caller=request.auth.name,  # type: ignore[attr-defined]
                key=key,
                defaults={"request": _digest(request), "at": timezone.now()},
            )
            if not new:
                return _repeated(answered, request)
            result = view(request, *args, **kwargs)
            status, body = _rendered(result)
            answered.status, answered.sealed = status, sealed
            answered.body = seal(body, purpose=PURPOSE) if sealed else body
            answered.save(update_fields=["status", "body", "sealed"])
            Told.objects.bulk_create(Told(answered=answered, lead=lead) for lead in _leads(result, kwargs))
        return _response(status, body)

    # Names in annotations mean what they mean where the view stands.
    around.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return around


once_with_secret = partial(once, sealed=True)
"""Of an operation that answers with a secret."""


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove answers that show a lead that is erased: a repeat of such a call is a new call then."""
    Answered.objects.filter(told__lead__in=list(leads)).delete()
    # What was refused is about no lead, and may repeat what somebody is known by.
    shown = Q()
    for _kind, value in handles:
        # As JSON has it, without the quotes around.
        shown |= Q(body__contains=json.dumps(value, ensure_ascii=False)[1:-1])
    if shown:
        Answered.objects.filter(shown).delete()


def prune(now: datetime) -> int:
    """Forget old answers."""
    _rows, by_model = Answered.objects.filter(at__lt=now - KEEP).delete()
    return by_model.get(Answered._meta.label, 0)


def _repeated(answered: Answered, request: HttpRequest) -> HttpResponse:
    if answered.request != _digest(request):
        wrong = "this idempotency key was used for another call; use a new one"
        raise Problem(422, wrong, errors=[(f"header.{HEADER}", wrong)])
    try:
        body = unseal(answered.body, purpose=PURPOSE) if answered.sealed else answered.body
    except BrokenSealError:
        raise Problem(409, "this was done before, and its answer can't be read any more; renew the secret") from None
    response = _response(answered.status, body)
    response["Idempotent-Replayed"] = "true"
    return response


def _leads(result: BaseModel | Status | None, named: Mapping[str, Any]) -> set[int]:
    """The leads that a call was about: named in its address, written, or shown by what it answered."""
    value = result.value if isinstance(result, Status) else result
    # The address may name a lead that was merged into another; that one is erased with it.
    found = [named.get("lead"), getattr(value, "lead", None), *getattr(value, "leads", {}).values()]
    if isinstance(value, LeadShape):
        found.append(value.id)
    return {lead for lead in found if isinstance(lead, int)}


def _rendered(result: BaseModel | Status | None) -> tuple[int, str]:
    status, value = (result.status_code, result.value) if isinstance(result, Status) else (200, result)
    return status, "" if value is None else value.model_dump_json()


def _response(status: int, body: str) -> HttpResponse:
    response = HttpResponse(body, status=status, content_type="application/json; charset=utf-8")
    if not body:
        del response["Content-Type"]
    return response


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()
