"""Signs mails with DKIM (RFC 6376): by RSA with SHA-256, or Ed25519 (RFC 8463), headers and body relaxed.

The signature covers what a reader sees and what mailboxes act on; named once more than they stand, the important
headers can't be added to either.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from pyrometer.errors import UsageError

SHORTEST = 1024
"""Bits of an RSA key, at least (RFC 8301); 2048 is usual."""
NAMES = ("PYROMETER_DKIM_DOMAIN", "PYROMETER_DKIM_SELECTOR", "PYROMETER_DKIM_KEY")
_ONCE_MORE = ("from", "to", "subject", "date", "message-id")
_SIGNED = (
    *_ONCE_MORE,
    "reply-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "feedback-id",
    "auto-submitted",
)
_BLANKS = re.compile(rb"[ \t]{2,}|\t")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.IGNORECASE)


@dataclass(frozen=True)
class Signer:
    """The key, and where its public half stands in the DNS."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @property
    def host(self) -> str:
        """The name of the record to publish."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """The text of the record to publish."""
        public = self.key.public_key()
        if isinstance(self.key, RSAPrivateKey):
            kind, raw = "rsa", public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            kind, raw = "ed25519", public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k={kind}; p={base64.b64encode(raw).decode()}"

    def signed(self, mail: bytes, at: datetime) -> bytes:
        """The mail with its signature on top; its lines end in CRLF, the last one too."""
        mail = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
        head, _, body = mail.partition(b"\r\n\r\n")
        headers = _headers(head)
        # The last one of a name is signed first; a name that is there no more signs that there is none.
        present: dict[str, list[bytes]] = {}
        for name, value in headers:
            present.setdefault(name, []).append(value)
        names = [name for name in _SIGNED for _ in present.get(name, ())]
        names += _ONCE_MORE
        algorithm = "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"
        digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
        tag = (
            f"v=1; a={algorithm}; c=relaxed/relaxed; t={int(at.timestamp())};\r\n d={self.domain}; s={self.selector};"
            f"\r\n h={_folded(names)};\r\n bh={digest};\r\n b="
        )
        covered = b"".join(
            name.encode() + b":" + present[name].pop() + b"\r\n" for name in names if present.get(name)
        ) + _relaxed_header("dkim-signature", tag.encode())
        sealed = base64.b64encode(self._seal(covered)).decode()
        lines = "\r\n ".join(sealed[place : place + 70] for place in range(0, len(sealed), 70))
        return b"DKIM-Signature: " + tag.encode() + lines.encode() + b"\r\n" + mail

    def _seal(self, covered: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(covered, PKCS1v15(), SHA256())
        return self.key.sign(hashlib.sha256(covered).digest())


def signer(environment: Mapping[str, str]) -> Signer | None:
    """The signer of the settings; None where there is none. Raises UsageError where it can't sign."""
    domain, selector, file = (environment.get(name, "").strip() for name in NAMES)
    if not (domain or selector or file):
        return None
    for name, value in zip(NAMES, (domain, selector, file), strict=True):
        if not value:
            raise UsageError(f"{name} is missing: mails are signed with {', '.join(NAMES)}, all three or none")
    for name, value in zip(NAMES[:2], (domain, selector), strict=True):
        if not _LABEL.fullmatch(value) or (name == NAMES[0] and "." not in value):
            raise UsageError(f"{name}: {value!r} is no name of the DNS")
    return Signer(domain.lower(), selector.lower(), _key(Path(file)))


def _key(file: Path) -> RSAPrivateKey | Ed25519PrivateKey:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UsageError(f"PYROMETER_DKIM_KEY: {file} can't be read: {error.strerror}") from None
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError):
        raise UsageError(
            f"PYROMETER_DKIM_KEY: {file} is no private key in PEM without a password;"
            " `openssl genrsa -out dkim.pem 2048` makes one"
        ) from None
    if isinstance(key, RSAPrivateKey):
        if key.key_size < SHORTEST:
            raise UsageError(f"PYROMETER_DKIM_KEY: {file} has {key.key_size} bits; receivers take {SHORTEST} or more")
        return key
    if isinstance(key, Ed25519PrivateKey):
        return key
    raise UsageError(f"PYROMETER_DKIM_KEY: {file} is neither an RSA nor an Ed25519 key, and receivers know no others")


def _headers(head: bytes) -> list[tuple[str, bytes]]:
    """Names in small letters, and values relaxed: unfolded, one blank between words."""
    found = []
    for line in re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        found.append((name.strip().lower().decode("ascii", "replace"), _words(value)))
    return found


def _relaxed_header(name: str, value: bytes) -> bytes:
    return name.encode() + b":" + _words(value.replace(b"\r\n", b""))


def _words(value: bytes) -> bytes:
    return re.sub(rb"[ \t]+", b" ", value).strip(b" \t")


def _relaxed_body(body: bytes) -> bytes:
    # One blank between words is what it mostly is: only the others are looked for.
    lines = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    while lines.endswith(b"\r\n"):
        lines = lines[:-2]
    return lines + b"\r\n" if lines else b""


def _folded(names: list[str]) -> str:
    """The list of names, in lines that no server has to fold."""
    lines, line = [], ""
    for name in names:
        if len(line) + len(name) > 60:
            lines.append(line)
            line = ""
        line += name + ":"
    return "\r\n ".join([*lines, line]).rstrip(":")
