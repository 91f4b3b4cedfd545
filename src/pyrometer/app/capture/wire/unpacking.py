"""From the bytes of a request to the text of its JSON: unzipped where it is zipped, within bounds."""

from __future__ import annotations

import zlib
from urllib.parse import parse_qsl, unquote_plus

from django.http import HttpRequest

from pyrometer.app.capture.wire.refusing import UnwelcomeError

MAX_BODY = 500 * 1024
"""Bytes of a body, unzipped."""
MEMBERS = 16
"""So many parts may be zipped by themselves and strung together; libraries send one."""
_GZIP = b"\x1f\x8b"
_ZIPPED_OR_NOT = 16 + zlib.MAX_WBITS
_FORM = "application/x-www-form-urlencoded"


def text_of(request: HttpRequest) -> str:
    """The JSON that a request brings, as text. Raises UnwelcomeError."""
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise UnwelcomeError(415, "unknown_encoding", "Content-Encoding: send it plain or as gzip")
    body = _read(request)
    # Some libraries zip without saying so, some proxies unzip without saying so: the bytes know.
    if body.startswith(_GZIP):
        body = unzipped(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnwelcomeError(400, "bad_json", "the body isn't UTF-8; send JSON as UTF-8") from None
    if request.content_type == _FORM:
        text = _of_form(text)
    return text


def _read(request: HttpRequest) -> bytes:
    said = request.META.get("CONTENT_LENGTH") or ""
    if said.isdecimal():
        if int(said) > MAX_BODY:
            raise too_large()
        return bytes(request.META["wsgi.input"].read(int(said))) if int(said) else b""
    if "chunked" not in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return b""
    body = bytes(request.META["wsgi.input"].read(MAX_BODY + 1))
    if len(body) > MAX_BODY:
        raise too_large()
    return body


def unzipped(body: bytes) -> bytes:
    """What gzip made small, all of its members; stops at the bound, however much more there would be."""
    out = b""
    for _member in range(MEMBERS):
        member = zlib.decompressobj(_ZIPPED_OR_NOT)
        try:
            out += member.decompress(body, MAX_BODY + 1 - len(out))
        except zlib.error:
            raise UnwelcomeError(400, "bad_gzip", "the body begins as gzip and isn't; zip it again") from None
        if len(out) > MAX_BODY:
            raise too_large()
        if not member.eof:
            raise UnwelcomeError(400, "bad_gzip", "the zipped body breaks off; send it again")
        body = member.unused_data
        if not body:
            return out
    raise UnwelcomeError(400, "bad_gzip", f"the body has more than {MEMBERS} zipped parts; zip it as one")


def too_large() -> UnwelcomeError:
    """The refusal of a body that is too large."""
    return UnwelcomeError(413, "body_too_large", f"the body has more than {MAX_BODY // 1024} KB; send smaller batches")


def _of_form(text: str) -> str:
    """JSON that came as a form: bare, as the value of a field, or as the name of one."""
    if text.lstrip()[:1] in ("{", "["):
        return text
    try:
        for _, value in parse_qsl(text, max_num_fields=20):
            if value.lstrip().startswith("{"):
                return value
    except ValueError:
        pass
    return unquote_plus(text)
