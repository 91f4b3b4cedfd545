"""The pages of imports, as Alice uses them, and as those see them who may not."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pyrometer.app.capture.imports import running
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.models import User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

LIST = "E-Mail;Vorname;Nachname;Mitarbeiter\nada@acme.example;Ada;Lovelace;1.200\nnobody;No;Body;=1+1\n"


def uploaded(client: Client, text: str = LIST, kind: str = "leads") -> Import:
    """Upload by the page."""
    file = SimpleUploadedFile("Messe.csv", text.encode())
    answer = client.post("/capture/imports/", {"file": file, "kind": kind})
    assert answer.status_code == 302, answer.content
    return Import.objects.latest("pk")


def settled(source: Import, then: str, **changes: str) -> dict[str, str]:
    """What the form of the mapping sends."""
    sent = {"then": then, **changes}
    for place, column in enumerate(source.mapping["columns"]):
        sent |= {f"to-{place}": column["to"], f"called-{place}": column["called"], f"type-{place}": column["type"]}
    return sent | changes


def finished() -> None:
    """What the worker does."""
    while running.run(timezone.now()):
        pass


def test_from_the_file_to_the_leads(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    source = uploaded(client)
    page = client.get(f"/capture/imports/{source.pk}/").content.decode()
    assert "Ada" in page
    # The row that will be rejected says so before anything happens.
    assert "is no email address" in page
    client.post(f"/capture/imports/{source.pk}/mapping", settled(source, "try"))
    assert "Trying" in client.get(f"/capture/imports/{source.pk}/").content.decode()
    finished()
    assert "What would happen" in client.get(f"/capture/imports/{source.pk}/").content.decode()
    assert Lead.objects.count() == 0
    client.post(f"/capture/imports/{source.pk}/mapping", settled(source, "start"))
    assert "Reading" in client.get(f"/capture/imports/{source.pk}/progress").content.decode()
    finished()
    assert client.get(f"/capture/imports/{source.pk}/progress").headers["HX-Refresh"] == "true"
    page = client.get(f"/capture/imports/{source.pk}/").content.decode()
    assert "2 rows are through" in page
    # It leads on to whom it brought.
    (ada,) = Lead.objects.all()
    assert ada.name == "Ada Lovelace"
    assert f'<a href="/leads/{ada.pk}/">Ada Lovelace</a>' in page
    new, changed = (client.get(f"/capture/imports/{source.pk}/leads/?what={what}") for what in ("new", "changed"))
    assert "Ada Lovelace" in new.content.decode()
    assert "Nobody here" in changed.content.decode()


def test_the_report_is_safe_for_spreadsheets(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    source = uploaded(client)
    client.post(f"/capture/imports/{source.pk}/mapping", settled(source, "start"))
    finished()
    answer = client.get(f"/capture/imports/{source.pk}/rejected.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(text.splitlines())
    assert head == ["line", "reason", "E-Mail", "Vorname", "Nachname", "Mitarbeiter"]
    assert row[0] == "3"
    assert row[2:] == ["nobody", "No", "Body", "'=1+1"]


def test_a_mapping_that_lacks_somebody_does_not_start(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    source = uploaded(client)
    sent = settled(source, "start", **{"to-0": ""})
    page = client.post(f"/capture/imports/{source.pk}/mapping", sent, follow=True).content.decode()
    assert "No column says who it is" in page
    source.refresh_from_db()
    assert source.state == "uploaded"


def test_another_separator_gives_other_columns(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    source = uploaded(client)
    client.post(f"/capture/imports/{source.pk}/mapping", settled(source, "look", separator=","))
    source.refresh_from_db()
    assert len(source.mapping["columns"]) == 1


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04"])
def test_what_is_no_list_is_refused_on_the_page_and_leaves_nothing(
    alice: User, client_of: ClientOf, content: bytes, folder: object
) -> None:
    file = BytesIO(content)
    file.name = "book.xlsx"
    answer = client_of(alice).post("/capture/imports/", {"file": file, "kind": "leads"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Import.objects.exists()
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_delete_keeps_the_leads(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    source = uploaded(client)
    client.post(f"/capture/imports/{source.pk}/mapping", settled(source, "start"))
    # Not while it runs.
    client.post(f"/capture/imports/{source.pk}/delete")
    assert Import.objects.exists()
    finished()
    client.post(f"/capture/imports/{source.pk}/delete")
    assert not Import.objects.exists()
    assert not Rejected.objects.exists()
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/capture/imports/"),
        ("post", "/capture/imports/"),
        ("get", "/capture/imports/{pk}/"),
        ("post", "/capture/imports/{pk}/mapping"),
        ("get", "/capture/imports/{pk}/leads/"),
        ("get", "/capture/imports/{pk}/progress"),
        ("get", "/capture/imports/{pk}/rejected.csv"),
        ("post", "/capture/imports/{pk}/stop"),
        ("post", "/capture/imports/{pk}/resume"),
        ("post", "/capture/imports/{pk}/delete"),
        ("get", "/capture/snippet/"),
        ("get", "/capture/snippet/seen"),
    ],
)
def test_only_who_captures_sees_imports(
    alice: User, bob: User, charlie: User, client_of: ClientOf, method: str, path: str
) -> None:
    address = path.format(pk=uploaded(client_of(alice)).pk)
    assert getattr(client_of(bob), method)(address).status_code == 403
    assert getattr(client_of(charlie), method)(address).status_code in (302, 403)
    assert getattr(Client(), method)(address).status_code == 302
    assert Import.objects.exists()
