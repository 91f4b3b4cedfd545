"""A small shop's evidence, with texts where databases often have them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.conftest import DEFINITION, EVENTS, LEADS
from tests.cli.here import Here
from tests.engines import postgres_url

PREVIOUS = "lead_id,temperature\nBob,warm\nAda,hot\n"
TABLES = """
CREATE SCHEMA shop;
CREATE TABLE shop.leads (lead_id text, size text, need text, "Budget (EUR)" numeric);
CREATE TABLE shop.events (lead_id text, event text, occurred_at timestamptz, page text);
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shop's files, and the mapping of its tables."""
    files = {"lead.yaml": DEFINITION, "leads.csv": LEADS, "events.csv": EVENTS, "previous.csv": PREVIOUS}
    files["tables.yaml"] = "leads: shop.leads\nevents: shop.events\n"
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, capfd: pytest.CaptureFixture[str]) -> Here:
    """The command, in the shop's folder."""
    return Here(folder, capfd)


@pytest.fixture
def server() -> Iterator[psycopg.Connection[Any]]:
    """A PostgreSQL that holds the shop's tables."""
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(b"DROP SCHEMA IF EXISTS shop CASCADE")
        connection.execute(TABLES.encode())
        for name, text in (("leads", LEADS), ("events", EVENTS)):
            command = f"COPY shop.{name} FROM STDIN (FORMAT csv, HEADER)".encode()
            with connection.cursor() as cursor, cursor.copy(command) as copy:
                copy.write(text)
        yield connection
