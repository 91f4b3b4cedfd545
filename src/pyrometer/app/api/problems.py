"""Errors as problem details (RFC 9457): every answer of the API that isn't a success has this shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel

MEDIA_TYPE = "application/problem+json"


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    where: str
    """`body.handles.0.kind`, `query.cursor`."""
    problem: str


class ProblemDetails(BaseModel):
    """Why a call failed."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] = []


class Problem(Exception):  # noqa: N818 - it is an answer, not a mistake of the program
    """Ends a call with an answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


def answer(problem: Problem) -> HttpResponse:
    """The problem as it is sent."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [{"where": where, "problem": text} for where, text in problem.errors]
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=problem.status, content_type=MEDIA_TYPE, headers=problem.headers)
