"""The installation's secret: given by the environment, or made once and kept in its folder."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

FILE = "secret"
BYTES = 48


def secret_key(given: str | None, folder: Path) -> str:
    """The secret that signs sessions and links; made at the first start, readable for its owner only."""
    if given:
        return given
    file = folder / FILE
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        pass
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = secrets.token_urlsafe(BYTES)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{FILE}-")
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(made)
    try:
        # Web and worker may both be the first; whoever comes second reads what the first one wrote, which is whole.
        os.link(draft, file)
    except FileExistsError:
        return file.read_text(encoding="ascii")
    finally:
        os.unlink(draft)
    return made
