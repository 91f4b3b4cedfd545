"""The client libraries for Python, against a real server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rudderstack.analytics.client import Client as RudderStack
from segment.analytics.client import Client as Segment
from segment.analytics.request import APIError, post

from tests.app.capture.wire.conftest import PATIENCE, Wire
from tests.app.capture.wire.expected import told_it_all

THEN = datetime(2026, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CAMPAIGN = {"campaign": {"source": "news", "medium": "Email"}}


def tell(client: Any, name: str) -> None:
    """Say it all."""
    visitor, user = f"{name}-visitor", f"{name}-17"
    client.page(
        anonymous_id=visitor,
        category="offer",
        name="Prices",
        properties={"topic": "prices", "url": "https://shop.example/prices"},
    )
    client.track(
        anonymous_id=visitor,
        event="asset_downloaded",
        properties={"kind": "case study", "pages": 12, "price": 0.5, "nested": {"a": 1}},
    )
    traits = {"email": f"{name}@acme.example", "job_title": "Head of care", "phone": None}
    client.identify(user, anonymous_id=visitor, traits=traits)
    client.group(user, "acme", traits={"name": "Acme", "employees": 120})
    client.track(user, "demo_requested", timestamp=THEN, context=dict(CAMPAIGN))
    client.screen(user, name="Roster")
    client.alias(f"{name}-before", user)


@pytest.mark.parametrize("gzip", [False, True])
def test_segment(wire: Wire, gzip: bool) -> None:
    failures: list[Any] = []
    client = Segment(wire.key, host=wire.origin, gzip=gzip, on_error=lambda *said: failures.append(said))
    name = f"segment-python-{gzip}".lower()
    tell(client, name)
    client.shutdown()
    assert failures == []
    told_it_all(wire.digest(), name)


@pytest.mark.parametrize("gzip", [False, True])
def test_rudderstack(wire: Wire, gzip: bool) -> None:
    failures: list[Any] = []
    client = RudderStack(wire.key, host=wire.origin, gzip=gzip, on_error=lambda *said: failures.append(said))
    name = f"rudderstack-python-{gzip}".lower()
    tell(client, name)
    client.flush()
    client.join()
    assert failures == []
    told_it_all(wire.digest(), name)


def test_a_key_that_nobody_has_is_told_so(wire: Wire) -> None:
    with pytest.raises(APIError) as refused:
        post("wk_nobody", host=wire.origin, batch=[{"type": "track", "event": "x", "userId": "a"}], timeout=PATIENCE)
    assert refused.value.status == 401
    assert refused.value.code == "unknown_key"
    assert "no such write key" in refused.value.message
