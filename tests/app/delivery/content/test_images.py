"""Images of ours: only what is one is kept, and it is served as nothing else."""

from __future__ import annotations

import base64
import contextlib
import stat
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.delivery.email.content import collecting
from pyrometer.app.delivery.email.content.examining import examine
from pyrometer.app.delivery.email.content.images import keeping
from pyrometer.app.delivery.email.content.images.looking import KINDS, LARGEST, NoImageError, look
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry

from .leads import NOW
from .written import ORIGIN, content


def png(width: int = 2, height: int = 2, more: int = 0) -> bytes:
    """A grey image; `more` bytes of a comment make it larger."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * min(width, 9) for _ in range(min(height, 9))))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"x" * more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpg(width: int = 3, height: int = 2) -> bytes:
    """The segments of an image; what lies in them is nobody's business here."""
    quantum = b"\xff\xdb" + struct.pack(">H", 67) + b"\0" + b"\x01" * 64
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 4) + b"JF" + quantum + frame + b"\xff\xda\0\x02x\xff\xd9"


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
WEBP = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where files are kept."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files" / "images"


def keep(data: bytes) -> str:
    return keeping.keep(actor=Actor("a test"), data=data, now=NOW)


@pytest.mark.parametrize(("kind", "data"), [("png", png()), ("jpg", jpg()), ("gif", GIF), ("webp", WEBP)])
@pytest.mark.django_db
def test_an_image_is_kept_and_served_as_what_it_is(kind: str, data: bytes, client: Client, folder: Path) -> None:
    url = keep(data)
    assert url.startswith(f"{ORIGIN}/i/")
    assert url.endswith(f".{kind}")
    answer = client.get(url)
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["Content-Type"] == KINDS[kind]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert keeping.size_of(url) == len(data)
    assert keep(data) != url
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert AuditEntry.objects.filter(action="image.kept").count() == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "none of png"),
        (b"<html>", "none of png"),
        (b"<?xml version='1.0'?><svg onload='x()'/>", "no SVG"),
        (b"%PDF-1.7", "none of png"),
        (png()[:-1], "not a whole one"),
        (png() + b"<script>", "not a whole one"),
        (jpg()[:-2], "not a whole one"),
        (b"\xff\xd8\xff\xd9", "not a whole one"),
        (GIF[:-1], "not a whole one"),
        (b"GIF89a/*;", "not a whole one"),
        (WEBP + b"xx", "not a whole one"),
        (b"RIFF\x04\0\0\0WAVE", "not a whole one"),
        (png(4001, 1), "4001 × 1"),
        (png(0, 1), "0 × 1"),
        (jpg(5000, 5000), "5000 × 5000"),
        (png(more=LARGEST), "2.0 MB"),
    ],
    ids=str,
)
@pytest.mark.django_db
def test_what_is_no_image_is_not_kept_and_the_reason_is_told(data: bytes, said: str, folder: Path) -> None:
    with pytest.raises(NoImageError, match=said):
        keep(data)
    assert not folder.exists() or not list(folder.iterdir())
    assert not AuditEntry.objects.exists()


STARTS = [b"", b"\xff\xd8\xff", b"RIFF", b"GIF89a", b"\x89PNG\r\n\x1a\n"]


@given(data=st.binary(max_size=80), start=st.sampled_from(STARTS))
def test_whatever_is_in_a_file_it_is_looked_at_without_an_accident(data: bytes, start: bytes) -> None:
    with contextlib.suppress(NoImageError):
        assert look(start + data) in KINDS


@pytest.mark.parametrize(
    "name", ["../secret", "x.png", "0" * 32 + ".svg", "0" * 32 + ".png", "A" * 32 + ".png", "%2e%2e"]
)
@pytest.mark.django_db
def test_nothing_else_is_served(name: str, client: Client, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "x.png").write_bytes(png())
    assert client.get(f"/i/{name}").status_code == 404
    assert keeping.size_of(f"{ORIGIN}/i/{name}") is None


@pytest.mark.django_db
def test_a_content_with_a_large_image_of_ours_has_a_problem() -> None:
    url = keep(png(more=600_000))
    words = "There is enough to read here, even where no picture is ever loaded or shown to anybody."
    found = examine(content(f"{words}\n\n![A chart]({url})"), collecting.ground())
    (problem,) = [each for each in found if each.level == "error"]
    assert problem.what.endswith("has 0.6 MB")
