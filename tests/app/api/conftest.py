"""Callers of the API: keys with scopes, and what they call with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import Client

from pyrometer.app.api import doors
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import ApiKey, User
from pyrometer.app.people.pace import Pace

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@dataclass
class Program:
    """A program that calls with a key."""

    token: str
    key: ApiKey
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(self, method: str, address: str, body: object = None, **headers: str) -> HttpResponse:
        """Call an address under /api/v1/."""
        data = b"" if body is None else body if isinstance(body, (str, bytes)) else json.dumps(body)
        named = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.generic(method.upper(), f"/api/v1/{address}", data, "application/json", headers=named)

    def get(self, address: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.call("get", address, **headers)

    def post(self, address: str, body: object = None, **headers: str) -> HttpResponse:
        """Write."""
        return self.call("post", address, body, **headers)


def program(*scopes: str, by: User | None = None) -> Program:
    """A program with a new key."""
    made = keys.create(
        actor=Actor(by.name, by) if by else Actor("a test"), kind="secret", name="CRM", scopes=scopes, now=NOW
    )
    return Program(made.token, made.key)


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "pace", Pace())


@pytest.fixture
def crm(dora: User) -> Program:
    """May do everything."""
    return program("admin", by=dora)


def ada(**more: object) -> dict[str, object]:
    """A lead to be written."""
    return {"handles": [{"kind": "email", "value": "ada@acme.example"}], **more}
