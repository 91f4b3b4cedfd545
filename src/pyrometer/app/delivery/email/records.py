"""The records of the DNS without which mailboxes take mails for forged."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _

from pyrometer.app.delivery.email.dkim import Signer


@dataclass(frozen=True)
class Record:
    """One to publish: where, of which kind, what, and what it is for."""

    host: str
    kind: str
    text: str
    about: str


def records() -> list[Record]:
    """Those that fit the settings. The key is exact; which servers may send, and what becomes of mail that fails, only
    the owner of the domain can say, so the others are patterns."""
    signer: Signer | None = settings.MAIL_SIGNER
    sender = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2].lower()
    found = []
    if signer is not None:
        found.append(Record(signer.host, "TXT", signer.record, _("DKIM: the key that mails are signed with.")))
    returns = settings.MAIL_BOUNCES.rpartition("@")[2].lower() or sender
    server = settings.MAIL_SERVER.host if settings.MAIL_SERVER is not None else "mail.example.com"
    found.append(
        Record(
            returns,
            "TXT",
            f"v=spf1 a:{server} -all",
            _("SPF: which servers send for it. Where a service sends, write include: and what the service says."),
        )
    )
    found.append(
        Record(
            f"_dmarc.{sender}",
            "TXT",
            f"v=DMARC1; p=none; rua=mailto:dmarc@{sender}",
            _("DMARC: where reports go. Once they are clean, p=quarantine has forged mails set aside."),
        )
    )
    return found


def aligned() -> bool:
    """Whether the signature is the sender's domain's, or of one above it: else DMARC doesn't count it."""
    signer: Signer | None = settings.MAIL_SIGNER
    sender = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2].lower()
    return signer is None or sender == signer.domain or sender.endswith(f".{signer.domain}")
