"""How the wire answers: always JSON, and to pages of any site."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from pyrometer.app.capture.wire.refusing import UnwelcomeError
from pyrometer.app.people.may import anybody

logger = logging.getLogger(__name__)

RETRY = 5
"""Seconds after which to try again where the database can't write."""
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After",
}
_PREFLIGHT = {
    **_CORS,
    "Access-Control-Allow-Headers": (
        "authorization, anonymousid, sentat, content-type, content-encoding, x-retry-count"
    ),
    "Access-Control-Max-Age": "86400",
}

Answer = Callable[..., HttpResponse]


def wire(method: str) -> Callable[[Answer], Answer]:
    """A view of the wire: for anybody, without cookies, with one method; refusals become {"code", "message"}.

    Nothing here asks who is signed in, so no token of a form is needed, and pages of any site may read the answers.
    """

    def around(view: Answer) -> Answer:
        @csrf_exempt
        @anybody
        @wraps(view)
        def guarded(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return HttpResponse(
                    status=204, headers={**_PREFLIGHT, "Access-Control-Allow-Methods": f"{method}, OPTIONS"}
                )
            try:
                if request.method != method:
                    raise UnwelcomeError(405, "wrong_method", f"use {method} here")
                response = view(request, *args, **kwargs)
            except UnwelcomeError as refusal:
                response = _refused(refusal)
                if refusal.status == 405:
                    response.headers["Allow"] = f"{method}, OPTIONS"
            except Error:
                # Whatever the database has, gone or full: the client has the message still, and comes again.
                logger.warning("the wire can't write to the database; clients are asked to come again", exc_info=True)
                response = _refused(
                    UnwelcomeError(503, "try_again", "it can't be stored right now; send it again", again=RETRY)
                )
            # What strangers send wrongly isn't worth a line each in the log.
            response._has_been_logged = True  # type: ignore[attr-defined]
            for name, value in _CORS.items():
                response.headers[name] = value
            return response

        return guarded

    return around


def _refused(refusal: UnwelcomeError) -> HttpResponse:
    headers = {} if refusal.again is None else {"Retry-After": str(refusal.again)}
    return JsonResponse({"code": refusal.code, "message": refusal.message}, status=refusal.status, headers=headers)
