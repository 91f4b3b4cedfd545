"""Real servers for the tests, started from the system's programs; each stops when the tests do."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Something that a test needs is missing: a failure in CI; elsewhere the test is skipped, and says so."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)
