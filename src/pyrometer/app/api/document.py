"""The API as django-ninja knows it, and its OpenAPI document."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import UnreadablePostError
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from pyrometer.app.api import once
from pyrometer.app.api.bodies import Bodies
from pyrometer.app.api.problems import MEDIA_TYPE, Problem, ProblemDetails, answer
from pyrometer.app.people.may import anybody
from pyrometer.errors import PyrometerError

logger = logging.getLogger(__name__)

WRITES = ("post", "put", "patch", "delete")
UNREPEATED = ("export_lead",)
"""Operations that keep no answer for a repeat."""
DESCRIPTION = """\
Leads, what is known of them, and how warm they are. Call it with a secret key (`Authorization: Bearer sk_…`; scopes
`read`, `write`, `admin`), or from a page with its session and CSRF token. Errors are problem details (RFC 9457). Lists
come in pages: `next` is the cursor of the page that follows. A call that writes may carry an `Idempotency-Key`:
repeated with the same key and body it does nothing again and gets the same answer, for two days.
"""

_FAILURES = {
    "400": "The request can't be read.",
    "401": "Nobody is known by this key or session.",
    "403": "The caller may not do that.",
    "404": "There is no such thing.",
    "409": "It can't be done as things stand.",
    "413": "The body is too large.",
    "415": "The body isn't JSON.",
    "422": "The request can be read, and something in it is wrong.",
    "429": "Too many calls; `Retry-After` says when to go on.",
    "500": "Something went wrong here.",
    "503": "The database can't be reached; try again.",
}


class Api(NinjaAPI):
    """The API: errors are problem details, and the document says so."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Where it begins."""
        return reverse("api:api-root")

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """The document, with what every operation has in common."""
        document = super().get_openapi_schema(*args, **kwargs)
        schemas = document["components"]["schemas"]
        details = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(details.pop("$defs"))
        schemas["ProblemDetails"] = details
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
        return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    for status, meaning in _FAILURES.items():
        if status in ("409", "413", "415") and method not in WRITES:
            continue
        failure: dict[str, Any] = {
            "description": meaning,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
        }
        if status in ("429", "503"):
            failure["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
        operation["responses"][status] = failure
    for parameter in operation["parameters"]:
        # A parameter of an address has no null; it is left out.
        kinds = [kind for kind in parameter["schema"].pop("anyOf", []) if kind != {"type": "null"}]
        parameter["schema"] |= kinds[0] if kinds else {}
    if method in WRITES and operation["operationId"] not in UNREPEATED:
        operation["parameters"].append(
            {
                "in": "header",
                "name": once.HEADER,
                "required": False,
                "schema": {"type": "string", "pattern": once.KEY},
                "description": "Any text that is new for a new call, and the same for a repeat.",
            }
        )


def new_api() -> Api:
    """The API without its operations."""
    api = Api(
        title="Pyrometer", version="1", description=DESCRIPTION, docs_url=None, parser=Bodies(), urls_namespace="v1"
    )
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Problem: lambda request, problem: answer(problem),
        ValidationError: _invalid,
        AuthenticationError: _nobody,
        HttpError: lambda request, error: answer(
            getattr(request, "unreadable", None) or Problem(error.status_code, str(error))
        ),
        PyrometerError: lambda request, error: answer(Problem(422, str(error))),
        PermissionDenied: lambda request, error: answer(Problem(403, "this isn't yours to do")),
        Http404: lambda request, error: answer(nothing()),
        RequestDataTooBig: lambda request, error: answer(too_large()),
        UnreadablePostError: lambda request, error: answer(Problem(400, "the body ended too early")),
        OperationalError: _unreachable,
        InterfaceError: _unreachable,
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    return api


def guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the API as it is put into the addresses: its own doors let in, and no error leaves as HTML."""

    def around(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        refusal = _unfit(request)
        if refusal is not None:
            return answer(refusal)
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            return answer(nothing())
        if isinstance(response, HttpResponseNotAllowed):
            allowed = ", ".join(sorted(response["Allow"].split(", ")))
            return answer(Problem(405, f"here one can {allowed}", headers={"Allow": allowed}))
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    around.csrf_exempt = True  # type: ignore[attr-defined]
    return anybody(around)


@anybody
def no_such_address(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Where nothing is."""
    return answer(nothing())


no_such_address.csrf_exempt = True  # type: ignore[attr-defined]


def nothing() -> Problem:
    """404."""
    return Problem(404, "there is nothing here; the addresses are in /api/v1/openapi.json")


def too_large() -> Problem:
    """413."""
    return Problem(413, f"the body has more than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes; send less at a time")


def _unfit(request: HttpRequest) -> Problem | None:
    """What is wrong with a request before anybody looks into it."""
    length = request.headers.get("Content-Length") or "0"
    if length.isascii() and length.isdigit() and int(length[:18]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return too_large()
    if length != "0" and request.content_type not in ("application/json", ""):
        return Problem(415, "send JSON, with Content-Type: application/json")
    return None


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [(".".join(map(str, each["loc"][:1] + _within(each))), str(each["msg"])) for each in error.errors]
    return answer(Problem(422, "; ".join(f"{where}: {text}" for where, text in wrong[:3]), errors=wrong[:100]))


def _within(each: dict[str, Any]) -> tuple[Any, ...]:
    """The path to what is wrong, without the name that the program gives to the whole body."""
    inner = tuple(each["loc"][1:])
    return inner[1:] if each["loc"][0] == "body" else inner


def _nobody(request: HttpRequest, error: Exception) -> HttpResponse:
    text = "send a secret key that stands, as Authorization: Bearer sk_…"
    return answer(Problem(401, text, headers={"WWW-Authenticate": 'Bearer realm="pyrometer"'}))


def _unreachable(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("the database can't be reached", exc_info=error)
    return answer(Problem(503, "the database can't be reached; try again", headers={"Retry-After": "5"}))


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(Problem(500, "something went wrong here; whoever runs this installation finds it in the log"))
