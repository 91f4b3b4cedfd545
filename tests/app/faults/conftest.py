from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.app.faults.installation import Installation
from tests.app.faults.mailbox import Mailbox
from tests.servers.postgres import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """One on each database."""
    with postgres() if request.param == "postgresql" else nullcontext() as url:
        found = Installation(tmp_path, url)
        try:
            yield found
        finally:
            found.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server for an installation to hand its mails to."""
    with Mailbox() as box:
        yield box
