"""What a page shows once: kept, sealed, from the request that made it to the page after it."""

from __future__ import annotations

from django.http import HttpRequest

from pyrometer.app.people.sealed import BrokenSealError, seal, unseal

_PURPOSE = "shown once"


def keep(request: HttpRequest, name: str, text: str) -> None:
    """Keep a secret for the next page."""
    request.session[f"once:{name}"] = seal(text, purpose=_PURPOSE)


def look(request: HttpRequest, name: str) -> str | None:
    """What was kept, without using it up."""
    return _open(request.session.get(f"once:{name}"))


def take(request: HttpRequest, name: str) -> str | None:
    """What was kept; from now on it isn't."""
    return _open(request.session.pop(f"once:{name}", None))


def _open(sealed: str | None) -> str | None:
    try:
        return unseal(sealed, purpose=_PURPOSE) if sealed else None
    except BrokenSealError:
        return None
