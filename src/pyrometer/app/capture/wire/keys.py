"""Which key a request came with."""

from __future__ import annotations

import base64
import binascii
import json

from django.db import connection
from django.http import HttpRequest

from pyrometer.app.capture.wire.refusing import UnwelcomeError
from pyrometer.app.people.keys import from_here
from pyrometer.app.people.models import ApiKey, KeyKind

_STANDING = (
    f"SELECT id, public, name, origins FROM {ApiKey._meta.db_table}"
    f" WHERE public = %s AND kind = '{KeyKind.WRITE.value}' AND revoked_at IS NULL"
)
"""What `people.keys.find_write` asks, already spelled out: it is asked with every request, so that a key that was
revoked is refused at once, and building a query costs more than all else that is done for one."""


def key_of(request: HttpRequest, in_body: str = "") -> ApiKey:
    """The write key of a request: of Basic auth, of the body, or of the address, in this order. Not all of it.

    Raises UnwelcomeError: 401 where there is none that stands, 403 where its pages may not use it.
    """
    said = _basic(request) or in_body or request.GET.get("writeKey", "")
    if not said:
        raise UnwelcomeError(
            401, "no_key", "no write key; send it by Basic auth with an empty password, or as `writeKey` in the body"
        )
    key = _standing(said)
    if key is None:
        raise UnwelcomeError(401, "unknown_key", "there is no such write key, or it was revoked; see Capture for yours")
    if not from_here(key, request.META.get("HTTP_ORIGIN")):
        raise UnwelcomeError(403, "wrong_origin", "this write key is for the pages of other sites; add this one to it")
    return key


def _standing(said: str) -> ApiKey | None:
    if len(said) > 64 or not said.isascii() or not said.isprintable():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [said])
        found = cursor.fetchone()
    if found is None:
        return None
    pk, public, name, origins = found
    return ApiKey(pk=pk, kind=KeyKind.WRITE.value, public=public, name=name, origins=json.loads(origins))


def _basic(request: HttpRequest) -> str:
    scheme, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        raise UnwelcomeError(401, "bad_authorization", "Authorization can't be read; Basic is base64 of KEY:") from None
