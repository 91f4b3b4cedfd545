"""Keeps images under names that nobody guesses, and says where they are and how large."""

from __future__ import annotations

import os
import re
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from pyrometer.app.delivery.email.content.images.looking import KINDS, NoImageError, look
from pyrometer.app.people.audit import Actor, record

MOST = 5_000
"""Images of an installation: with files of this size they fill 10 GB."""
_NAME = re.compile(rf"[0-9a-f]{{32}}\.(?:{'|'.join(KINDS)})")


def keep(*, actor: Actor, data: bytes, now: datetime) -> str:
    """Keep an image; its address, to be written into contents. Raises NoImageError."""
    kind = look(data)
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sum(1 for _ in folder.iterdir()) >= MOST:
        raise NoImageError(f"there are {MOST:,} images already; remove some from the folder {folder.name} first")
    name = f"{secrets.token_hex(16)}.{kind}"
    with transaction.atomic():
        record(actor=actor, action="image.kept", subject=f"image:{name}", at=now, detail={"bytes": len(data)})
        _write(folder / name, data)
    return f"{settings.ORIGIN}/i/{name}"


def path_of(name: str) -> Path | None:
    """The file of an image; None where there is none of that name."""
    if not _NAME.fullmatch(name):
        return None
    path = _folder() / name
    return path if path.is_file() else None


def size_of(url: str) -> int | None:
    """The bytes of an image of ours, by its address; None of any other."""
    beginning = f"{settings.ORIGIN}/i/"
    path = path_of(url.removeprefix(beginning)) if url.startswith(beginning) else None
    return path.stat().st_size if path is not None else None


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "images"


def _write(path: Path, data: bytes) -> None:
    """The whole file or none: it is moved to its name once it is on the disk."""
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
