"""Invented people and what they did, for the example workspaces.

Every lead has a persona, a hidden `intent` and a hidden `fit`. The journey follows from them, and so does the outcome;
a definition only ever sees the journey. Each lead draws from a random source of its own, so that adding leads or
changing one workspace moves nobody else.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from . import b2b_saas, courses, e_commerce
from .story import Story, write

__all__ = ["WORKSPACES", "Story", "make", "write"]


@dataclass(frozen=True)
class Workspace:
    """How one workspace makes a lead (`story`), numbers it and stores its events."""

    story: Callable[[random.Random, Story], None]
    prefix: str
    events_format: str


WORKSPACES = {
    "b2b-saas": Workspace(b2b_saas.live, "RV", "csv"),
    "e-commerce": Workspace(e_commerce.live, "MM", "csv"),
    "courses": Workspace(courses.live, "AQ", "jsonl"),
}


def make(workspace: str, *, leads: int, seed: int, until: datetime) -> list[Story]:
    """The stories of `leads` people of a workspace, none of it at or after `until`."""
    kind = WORKSPACES[workspace]
    stories = []
    for number in range(1, leads + 1):
        story = Story(f"{kind.prefix}{number:05d}", until)
        kind.story(random.Random(f"{workspace}/{seed}/{number}"), story)
        stories.append(story)
    return stories
