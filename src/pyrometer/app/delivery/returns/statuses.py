"""What became of a mail, as a delivery report says it (RFC 3464), or as the many bounces that are none do in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

_CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45]\d\d)(?=[ -])")
_FAILED = re.compile(
    r"undeliver|not (be )?deliver|delivery (has )?failed|unzustellbar|returned to sender", re.IGNORECASE
)
_WORSE = {"failed": 0, "delayed": 1}
SAID = 300


@dataclass(frozen=True)
class Status:
    """What happened (`failed`, `delayed` …), the enhanced status code where there is one, and the words."""

    action: str
    code: str
    said: str


def proper(parts: Iterable[Message]) -> Status | None:
    """The worst that a delivery report says of any recipient; None where there is no such report."""
    found = [status for part in parts if _is_report(part) for status in _of(part)]
    return min(found, key=lambda status: _WORSE.get(status.action, 2), default=None)


def in_words(texts: Iterable[str], failed: str = "") -> Status | None:
    """What a bounce that is no report says in its text; None where it says nothing of a failure.

    >>> in_words(["Sorry.\\n<ada@acme.example>: 550 5.1.1 unknown user"])
    Status(action='failed', code='5.1.1', said='<ada@acme.example>: 550 5.1.1 unknown user')
    """
    whole = "\n".join(texts)
    for line in whole.splitlines():
        if code := _CODE.search(line):
            if code[1].startswith("2"):
                continue
            return Status("failed", code[1], line.strip()[:SAID])
    for line in whole.splitlines():
        if _REPLY.search(line):
            return Status("failed", "", line.strip()[:SAID])
    if failed or _FAILED.search(whole):
        return Status("failed", "", " ".join(whole.split())[:SAID])
    return None


def _is_report(part: Message) -> bool:
    return part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")


def _of(part: Message) -> Iterator[Status]:
    """What a report says of each recipient; the first group of its fields is about the mail."""
    groups = _groups(part)
    for group in groups:
        action = str(group.get("Action", "")).split("(")[0].strip().lower()
        status = _CODE.search(str(group.get("Status", "")))
        said = str(group.get("Diagnostic-Code", "")).partition(";")[2] or str(group.get("Diagnostic-Code", ""))
        if not action and not status:
            continue
        code = status[1] if status else ""
        if code[2:] in ("", "0.0") and (better := _CODE.search(said)):
            code = better[1]
        yield Status(action or _action(code), code, " ".join(said.split())[:SAID])


def _groups(part: Message) -> list[Message]:
    """The groups of fields; also of a report that was wrapped for its way, in Base64 or so."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        found = part.get_payload(decode=True)
        return _split(found if isinstance(found, bytes) else b"")
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() not in ("base64", "quoted-printable"):
        return inner
    wrapped = Message()
    wrapped["Content-Transfer-Encoding"] = part["Content-Transfer-Encoding"]
    wrapped.set_payload("".join(str(group.get_payload()) for group in inner))
    found = wrapped.get_payload(decode=True)
    return _split(found if isinstance(found, bytes) else b"")


def _split(raw: bytes) -> list[Message]:
    return [message_from_bytes(group) for group in re.split(rb"\r?\n\r?\n", raw) if group.strip()]


def _action(code: str) -> str:
    return {"2": "delivered", "4": "delayed"}.get(code[:1], "failed")
