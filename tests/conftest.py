"""The engines and the Hypothesis profiles of all tests."""

import os

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.spec.checks")

from tests.engines import ENGINES, Engine  # noqa: E402

# "ci" tries the same examples every time, so that a failure is never somebody else's luck; "thorough" goes looking.
settings.register_profile("ci", derandomize=True, print_blob=True, deadline=None)
settings.register_profile("thorough", max_examples=5_000, print_blob=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

LONG = (
    "tests/inplace/test_sparkcluster.py",
    "tests/test_properties.py",
    "tests/app/faults/",
    "tests/app/walk/",
    "tests/app/capture/wire/",
    "tests/app/delivery/test_beside.py",
    "tests/app/test_serving.py",
    "tests/real/",
)
"""Where single tests take many seconds."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process is still at it when the others are done."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(params=ENGINES, scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn: a call that scores rows by a definition."""
    return ENGINES[request.param]
