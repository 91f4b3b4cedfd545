"""A definition with all kinds of conditions, and a crowd of leads that it has something to say of."""

from __future__ import annotations

import random
from typing import Any

BANDS = [{"below": 10, "points": 5}, {"from": 10, "below": 100, "points": 50}, {"from": 100, "points": 80}]
OLD: dict[str, Any] = {
    "format": 1,
    "name": "Agreed",
    "profile": {
        "size": "integer",
        "need": {"type": "text", "values": ["met", "unmet"]},
        "budget": "number",
        "influence": {"type": "text", "values": ["met", "unmet"]},
    },
    "events": {"visited": {"properties": {"page": "text"}}, "asked": {}},
    "flags": {"sales_action": {"event": "asked", "within": "30d"}},
    "scores": {
        "fit": {
            "rules": [
                {"name": "Size", "trait": "size", "bands": BANDS},
                {"name": "Money", "points": 20, "when": {"trait": "budget", "at_least": 1000}},
            ],
            "grades": {"A": 60, "B": 40, "C": 0},
        },
        "interest": {
            "cooling": {"half_life": "10d"},
            "groups": {"web": {"cap": 40}},
            "rules": [
                {"name": "Asked", "points": 30, "event": "asked", "count": "latest"},
                {"name": "Visits", "points": 8, "event": "visited", "group": "web"},
                {"name": "Prices", "points": 5, "event": "visited", "where": {"page": "prices"}, "group": "web"},
            ],
        },
    },
    "criteria": {"budget": {"met": {"trait": "budget", "at_least": 1000}}},
    "frameworks": {"own": {"letters": ["need", "budget", "influence"], "ready": {"some": 2}}},
    "temperature": {
        "hot": {
            "when": {
                "all": [
                    {"score": "interest", "at_least": 40},
                    {"grade": "fit", "at_least": "B"},
                    {"framework": "own", "is": "ready"},
                    {"flag": "sales_action"},
                ]
            },
            "stay": {"score": "interest", "at_least": 20},
        },
        "warm": {"when": {"any": [{"score": "interest", "at_least": 10}, {"grade": "fit", "is": "A"}]}},
    },
}

RICH: dict[str, Any] = OLD | {
    "flags": {
        "sales_action": {"event": "asked", "within": "30d"},
        "quiet": {"event": "any", "within": "20d", "at_most": 0},
    },
    "criteria": {
        "budget": {"met": {"trait": "budget", "at_least": 1000}, "unmet": {"trait": "budget", "below": 500}},
        "need": {"met": {"any": [{"trait": "need", "is": "met"}, {"event": "asked", "at_least": 2}]}},
        "fit": {"met": {"grade": "fit", "at_least": "B"}},
    },
    "frameworks": {
        "own": {"letters": ["need", "budget", "influence", "fit"], "ready": {"some": 2, "required": ["need"]}}
    },
    "temperature": {
        "hot": {
            "when": {
                "all": [
                    {"score": "interest", "at_least": 20},
                    {"framework": "own", "is": "ready"},
                    {"not": {"flag": "quiet"}},
                ]
            },
            "stay": {"all": [{"score": "interest", "at_least": 10}, {"not": {"criterion": "budget", "is": "unmet"}}]},
        },
        "warm": {
            "when": {
                "some": 2,
                "of": [
                    {"score": "interest", "at_least": 8},
                    {"criterion": "fit", "is": "met"},
                    {"framework": "own", "met_at_least": 1},
                    {"not": {"any": [{"flag": "quiet"}, {"trait": "influence", "is": "unmet"}]}},
                ],
            },
            "stay": {"not": {"flag": "quiet"}},
        },
    },
}


def crowd(seed: int, size: int = 120) -> dict[str, list[dict[str, Any]]]:
    """Leads, their events and their earlier temperatures, as arguments of `simulate`."""
    draw = random.Random(seed)
    leads, events, previous = [], [], []
    for number in range(size):
        lead = f"L{number:03}"
        leads.append(
            {
                "lead_id": lead,
                "size": draw.choice(["", "5", "20", "200"]),
                "need": draw.choice(["", "met", "unmet"]),
                "budget": draw.choice(["", "300", "800", "2000"]),
                "influence": draw.choice(["", "met", "unmet"]),
            }
        )
        for _ in range(draw.randrange(5)):
            event, day = draw.choice(["visited", "visited", "asked"]), draw.randrange(1, 30)
            page = draw.choice(["prices", "start"])
            events.append({"lead_id": lead, "event": event, "occurred_at": f"2026-06-{day:02}", "page": page})
        if was := draw.choice(["", "", "warm", "hot"]):
            previous.append({"lead_id": lead, "temperature": was})
    return {"leads": leads, "events": events, "previous": previous}
