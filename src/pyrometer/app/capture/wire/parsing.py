"""From the text of a body to what is kept of it. A body as a whole is right or refused; messages are read later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pyrometer.app.capture.digest.values import MAX_MESSAGE, too_large
from pyrometer.app.capture.wire.refusing import UnwelcomeError

MAX_MESSAGES = 500


@dataclass(frozen=True)
class Batch:
    """What a request brought: `body` is what is kept, `key` the write key that stood in it."""

    body: bytes
    messages: list[Any]
    sent_at: object
    key: str


def batch(text: str) -> Batch:
    """A batch of 1 to 500 messages."""
    whole = _object(text)
    messages = whole.get("batch")
    if not isinstance(messages, list):
        raise UnwelcomeError(400, "no_batch", "`batch` is missing; it is the list of messages")
    if not messages:
        raise UnwelcomeError(400, "empty_batch", "`batch` is empty; send at least one message")
    if len(messages) > MAX_MESSAGES:
        raise UnwelcomeError(
            400, "too_many_messages", f"the batch has {len(messages):,} messages; send {MAX_MESSAGES} at most"
        )
    if len(messages) == 1 and len(text) > MAX_MESSAGE // 8:
        bound(messages[0])
    key = whole.get("writeKey") or (messages[0].get("writeKey") if isinstance(messages[0], dict) else None)
    try:
        body = text.encode()
    except UnicodeEncodeError:
        raise bad_json() from None
    return Batch(body, messages, whole.get("sentAt"), key if isinstance(key, str) else "")


def single(text: str, kind: str) -> Batch:
    """One message, whose type its address says; kept as a batch of one."""
    message = _object(text)
    message["type"] = kind
    # Written again it may be longer, by a number (1e15) or a letter; not by that much.
    if len(text) > MAX_MESSAGE // 8:
        bound(message)
    key = message.get("writeKey")
    try:
        body = json.dumps({"batch": [message], "sentAt": message.get("sentAt")}, separators=(",", ":"))
    except RecursionError:
        raise bad_json() from None
    return Batch(body.encode(), [message], message.get("sentAt"), key if isinstance(key, str) else "")


def bound(message: Any) -> None:
    """Refuse a message that is too large by itself."""
    try:
        large = too_large(message)
    except RecursionError:
        raise bad_json() from None
    if large:
        raise UnwelcomeError(
            413, "message_too_large", f"the message has more than {MAX_MESSAGE // 1024} KB; send less of it"
        )


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise bad_json() from None
    if not isinstance(value, dict):
        raise UnwelcomeError(400, "bad_json", "the body has to be a JSON object")
    return value


def bad_json() -> UnwelcomeError:
    """The refusal of a body that can't be parsed."""
    return UnwelcomeError(400, "bad_json", "the body isn't JSON, or is nested too deeply; send a JSON object")
