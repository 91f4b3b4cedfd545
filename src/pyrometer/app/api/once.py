"""Idempotency keys: a call that is repeated with its key does nothing again, and gets the answer it got before."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.responses import Status
from pydantic import BaseModel

from pyrometer.app.api.models import Answered
from pyrometer.app.api.problems import Problem

HEADER = "Idempotency-Key"
KEY = r"^[!-~]{1,120}$"
KEEP = timedelta(days=2)
"""For how long an answer is kept; a repeat after that is a new call."""


def once(view: Callable[..., BaseModel | Status | None]) -> Callable[..., HttpResponse]:
    """Let an operation be called with an idempotency key. What fails leaves no trace, and can be tried again."""

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
            answered.status, answered.body = _rendered(view(request, *args, **kwargs))
            answered.save(update_fields=["status", "body"])
        return _response(answered.status, answered.body)

    # Names in annotations mean what they mean where the view stands.
    around.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return around


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove answers that show a lead that is erased: a repeat of such a call is a new call then."""
    shown = Q()
    for lead in leads:
        shown |= Q(body__contains=f'"id":{lead},') | Q(body__contains=f'"lead":{lead},')
    for _kind, value in handles:
        # As JSON has it, without the quotes around.
        shown |= Q(body__contains=json.dumps(value, ensure_ascii=False)[1:-1])
    if shown:
        Answered.objects.filter(shown).delete()


def prune(now: datetime) -> int:
    """Forget old answers."""
    removed, _ = Answered.objects.filter(at__lt=now - KEEP).delete()
    return removed


def _repeated(answered: Answered, request: HttpRequest) -> HttpResponse:
    if answered.request != _digest(request):
        wrong = "this idempotency key was used for another call; use a new one"
        raise Problem(422, wrong, errors=[(f"header.{HEADER}", wrong)])
    response = _response(answered.status, answered.body)
    response["Idempotent-Replayed"] = "true"
    return response


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
