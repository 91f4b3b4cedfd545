"""Calls made up from the API's own document find nothing that the document doesn't say.

Most are the same every time: each value at its bounds, each field missing or of another kind. The rest are random, and
many more, new ones each time, with `HYPOTHESIS_PROFILE=thorough`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

from pyrometer.app.people.models import User

from .conftest import Program, ada, program

pytestmark = pytest.mark.django_db

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE", "ci") == "thorough"
EXAMPLES = 8
# What no schema can say is answered by 422: whether an address exists, or a cursor is one that was given out.
EXPECTED = {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}}}

schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", WSGIHandler(), config=schemathesis.Config.from_dict(EXPECTED)
)


def unknown(host: str, *args: Any, **more: Any) -> None:
    """Nobody out there is asked about hosts that were made up."""
    raise socket.gaierror(f"{host} is unknown")


@pytest.fixture
def caller(dora: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A program that may do everything, as often as it likes; and something to be found."""
    settings.API_RATE = 10**9
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    crm = program("admin", by=dora)
    for number in range(3):
        crm.post("leads", ada(traits={"number": number}))
    crm.post("definitions", {"text": "format: 1\nname: Tiny\n"})
    # A request closes a connection that has a transaction open, and here it is the test's; Django's own client, which
    # called until now, sees to it by itself.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield crm
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES * 30 if THOROUGH else EXAMPLES,
    deadline=None,
    derandomize=not THOROUGH,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_calls_made_up_from_the_document(case: Any, caller: Program) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {caller.token}"})
