"""How much a request may bring: no stranger fills the disk."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from pyrometer.app.bodies import MOST_UPLOADED, UPLOADS
from pyrometer.app.capture.models import Import
from pyrometer.app.people.models import User

pytestmark = pytest.mark.django_db

ClientOf = Callable[[User], Client]
HEAD = b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'


class Unread(io.RawIOBase):
    """A body of which nobody may read a byte."""

    def read(self, size: int = -1) -> bytes:
        pytest.fail("the body was read")


def send(client: Client, page: str, length: object, body: Any = None, **more: Any) -> HttpResponse:
    """Post a form with files that says how long it is."""
    said = {"CONTENT_TYPE": "multipart/form-data; boundary=X", "CONTENT_LENGTH": length} | more
    return client.generic("POST", page, b"", **{"wsgi.input": body or Unread()}, **said)


@pytest.mark.parametrize("page", ["/f/x1", "/sign-in/", UPLOADS, "/api/v1/leads", "/nowhere/"])
@pytest.mark.parametrize("checked", [True, False])
def test_a_stranger_sends_no_files(page: str, checked: bool) -> None:
    client = Client(enforce_csrf_checks=checked)
    answer = send(client, page, "60000000")
    assert (answer.status_code, answer.content) == (413, b"This is too much: at most 2.5 MB can be sent here.\n")
    assert answer.headers["Content-Security-Policy"]


def test_what_does_not_say_how_long_it_is_is_refused() -> None:
    assert send(Client(), "/sign-in/", "", HTTP_TRANSFER_ENCODING="chunked").status_code == 411
    assert send(Client(), "/sign-in/", "+60000000").status_code == 400


def test_lists_are_long_for_whom_they_are_for(alice: User, bob: User, charlie: User, client_of: ClientOf) -> None:
    assert send(client_of(alice), UPLOADS, str(MOST_UPLOADED + 1)).status_code == 413
    assert send(client_of(alice), "/sign-in/", str(MOST_UPLOADED)).status_code == 413
    for other in (bob, charlie):
        assert send(client_of(other), UPLOADS, "2500001").status_code == 413


def test_a_list_of_some_megabytes_is_taken(alice: User, client_of: ClientOf, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    lines = b"".join(b"p%d@acme.example\n" % number for number in range(170_000))
    assert len(lines) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    file = SimpleUploadedFile("list.csv", b"email\n" + lines)
    answer = client_of(alice).post(UPLOADS, {"kind": "leads", "file": file})
    assert answer.status_code == 302
    assert Import.objects.get().name == "list.csv"


def test_a_small_form_goes_on_its_way() -> None:
    body = HEAD + b"x\r\n--X--\r\n"
    before = list(Path(tempfile.gettempdir()).glob("*.upload*"))
    assert send(Client(), "/sign-in/", str(len(body)), io.BytesIO(body)).status_code == 200
    assert list(Path(tempfile.gettempdir()).glob("*.upload*")) == before
