"""What the tests of imports share: a folder of their own for files, and a way to import a text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pyrometer.app.capture.imports import actions, running
from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.models import Import
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Uploaded files stand here."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


@pytest.fixture
def uploaded(alice: User) -> Callable[..., Import]:
    """Upload a text or bytes, with changes of the mapping that was guessed."""

    def upload(content: str | bytes, *, kind: str = "leads", **changes: Any) -> Import:
        data = content if isinstance(content, bytes) else content.encode()
        actor = Actor.of(alice)
        source = actions.upload(actor=actor, name="list.csv", chunks=[data], kind=kind, now=NOW)
        if changes:
            mapping = replace(Mapping.of(source.mapping), **changes)
            actions.settle(actor=actor, source=source, mapping=mapping, now=NOW)
        return source

    return upload


@pytest.fixture
def imported(uploaded: Callable[..., Import], alice: User) -> Callable[..., Import]:
    """Upload, and read it to the end."""

    def run(content: str | bytes, *, dry: bool = False, **changes: Any) -> Import:
        source = uploaded(content, **changes)
        assert actions.start(actor=Actor.of(alice), source=source, dry=dry, now=NOW)
        while running.run(NOW):
            pass
        source.refresh_from_db()
        return source

    return run
