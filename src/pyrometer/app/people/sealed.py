"""Secrets that have to be read again later, sealed with the installation's secret before they reach the database."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MAILED_LINK = "mailed link"
"""The purpose of links that wait in the outbox: who can read that must not get in by them."""


class BrokenSealError(Exception):
    """What was sealed can't be opened: the installation's secret is another one, or the row was tampered with."""


def seal(text: str, *, purpose: str) -> str:
    """Seal a secret; `purpose` (`webhook`, `second factor` …) keeps a row of one kind from being passed off as another.

    ASCII comes out, 100 characters and 4/3 of the length of the text.
    """
    return _lock(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Open it again. Raises BrokenSealError where the secret or the purpose isn't that of the sealing."""
    try:
        return _lock(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise BrokenSealError(
            f"a sealed secret ({purpose}) can't be opened: the installation's secret isn't the one that it was sealed"
            " with. Start with the former PYROMETER_SECRET, or set the secret up again."
        ) from None


def _lock(purpose: str) -> MultiFernet:
    """The keys that are derived from the installation's secret; after a change of it, the former ones open, too."""
    return MultiFernet([_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"pyrometer sealed {purpose}".encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
