"""Versions on their way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pyrometer.app.agreement import actions
from pyrometer.app.agreement.examining import starter
from pyrometer.app.agreement.models import Version
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)

SMALL = """format: 1
name: Small
events: {asked: {}}
temperature:
  hot: {when: {event: asked, within: 30d}}
examples:
  - {name: Asked last week, events: [{event: asked, age: 7d}], expect: {temperature: hot}}
"""


@pytest.fixture
def draft(alice: User) -> Version:
    """Written by Alice."""
    return actions.upload(text=SMALL, note="the first", actor=Actor.of(alice), now=NOW)


@pytest.fixture
def proposed(draft: Version, alice: User) -> Version:
    """Both can sign it."""
    return actions.propose(number=draft.number, user=alice, now=NOW)


@pytest.fixture
def signed(proposed: Version, alice: User, bob: User) -> Version:
    """Alice signed for marketing, Bob for sales."""
    actions.sign(number=proposed.number, team="marketing", user=alice, now=NOW)
    return actions.sign(number=proposed.number, team="sales", user=bob, now=NOW)


@pytest.fixture
def published(signed: Version, carol: User) -> Version:
    """Carol published it."""
    return actions.publish(number=signed.number, user=carol, now=NOW)


def agreed(text: str, alice: User, bob: User, carol: User) -> Version:
    """Another version, all the way to live."""
    version = actions.upload(text=text, note="another", actor=Actor.of(alice), now=NOW)
    actions.propose(number=version.number, user=alice, now=NOW)
    actions.sign(number=version.number, team="marketing", user=alice, now=NOW)
    actions.sign(number=version.number, team="sales", user=bob, now=NOW)
    return actions.publish(number=version.number, user=carol, now=NOW)


def starting() -> str:
    """The definition to begin with."""
    return starter()
