"""The address that bounces return to: `PYROMETER_MAIL_BOUNCES`, with the mail's token in it."""

from __future__ import annotations

import re

from pyrometer.errors import UsageError

_ADDRESS = re.compile(r"([A-Za-z0-9._-]{1,20})?@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


def checked(text: str | None) -> str:
    """The setting; empty where there is none. Raises UsageError."""
    text = (text or "").strip()
    if text and not _ADDRESS.fullmatch(text):
        raise UsageError(
            "PYROMETER_MAIL_BOUNCES: write an address like bounces@mail.example, whose server takes bounces+ANYTHING@"
            " for it, too; or @bounces.example, where all of a domain comes to one mailbox"
        )
    return text


def return_path(setting: str, token: str) -> str:
    """The envelope's sender of one mail.

    >>> return_path("bounces@mail.example", "abc"), return_path("@bounces.example", "abc")
    ('bounces+abc@mail.example', 'abc@bounces.example')
    """
    local, _, domain = setting.rpartition("@")
    return f"{local}+{token}@{domain}" if local else f"{token}@{domain}"
