"""Requests as clients make them, to the application in this process."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

MESSAGE = {"type": "track", "event": "demo_requested", "userId": "ada", "messageId": "m-1"}


def basic(key: str) -> dict[str, str]:
    """The header of a write key."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def post(
    path: str,
    body: Any,
    key: str | None = None,
    *,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
    enforce: bool = True,
) -> HttpResponse:
    """POST something: bytes and texts as they are, all else as JSON. Forms need their tokens, as outside of tests."""
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    sent = {**(basic(key) if key is not None else {}), **(headers or {})}
    return Client(enforce_csrf_checks=enforce).post(path, data=data, content_type=content_type, headers=sent)


def code(answer: HttpResponse) -> tuple[int, str]:
    """The status and the word of a refusal, which always has a sentence, too."""
    said = json.loads(answer.content)
    assert set(said) == {"code", "message"}
    assert len(said["message"]) > 10
    return answer.status_code, said["code"]
