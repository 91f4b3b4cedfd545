"""The client libraries for Node, against a real server."""

from __future__ import annotations

import pytest

from tests.app.capture.wire.clients import installed, node
from tests.app.capture.wire.conftest import Wire
from tests.app.capture.wire.expected import told_it_all


@pytest.mark.parametrize(
    ("package", "script"),
    [("@segment/analytics-node", "segment.mjs"), ("@rudderstack/rudder-sdk-node", "rudderstack.mjs")],
)
def test_everything_arrives_once(wire: Wire, package: str, script: str) -> None:
    installed(package)
    name = script.removesuffix(".mjs") + "-node"
    node(script, wire.origin, wire.key, name)
    told_it_all(wire.digest(), name)
