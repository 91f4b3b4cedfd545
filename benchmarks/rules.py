"""The benchmarks' definitions: 20 or 60 rules over the generated events, as YAML in Pyrometer's language."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

TEXTS = ("topic", "channel", "asset", "kind")
PROPERTIES = {
    "page_viewed": ("topic", "seconds"),
    "email_opened": ("channel",),
    "email_clicked": ("channel",),
    "asset_downloaded": ("asset", "kind"),
    "video_watched": ("asset", "seconds"),
    "session_started": (),
    "form_submitted": ("kind",),
    "webinar_attended": (),
    "chat_started": (),
    "demo_requested": (),
    "trial_started": (),
}
TOPICS = "home docs blog pricing product integrations security customers compare careers roi".split()
CHANNELS = "newsletter nurture sales partner".split()
KINDS = "case_study whitepaper datasheet template".split()
FORMS = "contact newsletter partner".split()


@dataclass(frozen=True)
class EventRule:
    """An event rule of the benchmark; `days` belongs to the law, `where` is (property, accepted values)."""

    points: float
    events: tuple[str, ...]
    law: str = "none"
    days: int = 0
    where: tuple[str, tuple[str, ...]] | None = None
    per: bool = False
    hold: int = 0
    within: int = 0
    count: str = "every"
    distinct: str | None = None

    @property
    def cap(self) -> float:
        """Six hits' worth; points for the bound of a rule that runs away."""
        return round(6 * self.points, 4)

    def written(self, name: str) -> dict[str, Any]:
        """The rule as the definition has it."""
        rule: dict[str, Any] = {"name": name, "points": self.points}
        rule["event"] = self.events[0] if len(self.events) == 1 else list(self.events)
        if self.where is not None:
            property_, values = self.where
            rule["where"] = {property_: values[0] if len(values) == 1 else list(values)}
        if self.law != "none":
            steps = {"0d": 100, "30d": 50, "90d": 0}
            law = {"steps": steps} if self.law == "steps" else {self.law: f"{self.days}d"}
            rule["cooling"] = law | ({"hold": f"{self.hold}d"} if self.hold else {})
        if self.within:
            rule["within"] = f"{self.within}d"
        if self.per:
            rule["per"] = {"property": "seconds", "every": 60, "up_to": 5}
        if self.count != "every":
            rule["count"] = self.count
        if self.distinct is not None:
            rule["distinct"] = self.distinct
        if self.count != "latest":
            rule["cap"] = abs(self.cap)
        return rule


@dataclass(frozen=True)
class CountRule:
    """A condition rule on how many events there were in the last `within` days."""

    points: float
    event: str
    within: int
    at_least: int
    topic: str | None = None

    def written(self, name: str) -> dict[str, Any]:
        """The rule as the definition has it."""
        when: dict[str, Any] = {"event": self.event, "within": f"{self.within}d", "at_least": self.at_least}
        if self.topic is not None:
            when["where"] = {"topic": self.topic}
        return {"name": name, "points": self.points, "when": when}


def _rule(points: float, event: str, law: str = "none", days: int = 0, **rest: Any) -> EventRule:
    where = rest.pop("where", None)
    if where is not None:
        property_, values = where
        where = (property_, (values,) if isinstance(values, str) else tuple(values))
    return EventRule(points, tuple(event.split()), law, days, where, **rest)


FIRST: tuple[EventRule, ...] = (
    _rule(8, "page_viewed", "half_life", 14, where=("topic", "pricing")),
    _rule(1, "page_viewed", "half_life", 30, per=True),
    _rule(3, "email_clicked", "half_life", 30),
    _rule(0.5, "email_opened", "half_life", 14),
    _rule(8, "asset_downloaded", "half_life", 60, where=("kind", "case_study")),
    _rule(5, "asset_downloaded", "half_life", 60, where=("kind", "whitepaper")),
    _rule(20, "demo_requested", "half_life", 30, hold=7),
    _rule(25, "trial_started", "linear", 60),
    _rule(10, "webinar_attended", "half_life", 90),
    _rule(-15, "page_viewed", "half_life", 30, where=("topic", "careers")),
    _rule(4, "page_viewed", "half_life", 30, where=("topic", "product")),
    _rule(6, "page_viewed", "half_life", 7, where=("topic", "compare")),
    _rule(6, "form_submitted", "steps", where=("kind", "contact")),
    _rule(2, "video_watched", "half_life", 30, per=True),
    _rule(3, "chat_started", within=90),
    _rule(7, "page_viewed", "half_life", 30, where=("topic", ("roi", "customers"))),
    _rule(1, "page_viewed email_clicked", within=28),
)
LAWS = (("half_life", 7), ("half_life", 14), ("half_life", 30), ("half_life", 60), ("half_life", 90))
MORE: tuple[EventRule, ...] = (
    *(
        _rule(1.5 + number / 4, "page_viewed", *LAWS[number % 5], where=("topic", topic), per=number % 4 == 3)
        for number, topic in enumerate(TOPICS)
    ),
    *(
        _rule(1 + number, "email_clicked", *LAWS[number], where=("channel", channel))
        for number, channel in enumerate(CHANNELS)
    ),
    *(
        _rule((1 + number) / 4, "email_opened", *LAWS[number + 1], where=("channel", channel))
        for number, channel in enumerate(CHANNELS)
    ),
    *(
        _rule(2 + number, "asset_downloaded", "linear", 30 * (number + 1), where=("kind", kind))
        for number, kind in enumerate(KINDS)
    ),
    *(
        _rule(3 + number, "form_submitted", *LAWS[number + 2], where=("kind", kind))
        for number, kind in enumerate(FORMS)
    ),
    _rule(1.2, "webinar_attended video_watched", "half_life", 60),
    _rule(4, "demo_requested", "steps"),
    _rule(5, "trial_started", "half_life", 90),
    _rule(2, "chat_started", "half_life", 30),
    _rule(1, "asset_downloaded form_submitted", "half_life", 14),
    _rule(0.3, "page_viewed", within=30),
    _rule(0.4, "page_viewed", "half_life", 90, where=("topic", ("pricing", "compare", "roi")), per=True),
    _rule(3, "page_viewed", "linear", 45, where=("topic", "security")),
    _rule(2, "webinar_attended", within=180),
    _rule(1, "email_clicked", "linear", 30),
    _rule(0.6, "video_watched", within=60, per=True),
)
COUNTS = (
    CountRule(10, "page_viewed", 28, 5),
    CountRule(15, "demo_requested", 30, 1),
    CountRule(12, "page_viewed", 14, 2, topic="pricing"),
    CountRule(10, "trial_started", 30, 1),
    CountRule(5, "email_clicked", 60, 3),
    CountRule(-5, "session_started", 7, 2),
)
SHAPES: tuple[EventRule, ...] = (
    _rule(2, "email_clicked", "half_life", 30, count="daily"),
    _rule(1, "page_viewed", "half_life", 60, where=("topic", "docs"), per=True, count="daily"),
    _rule(9, "webinar_attended", "half_life", 60, count="latest"),
    _rule(4, "asset_downloaded", "half_life", 60, distinct="asset"),
)


def event_rules(size: int, *, shapes: bool = False) -> tuple[EventRule, ...]:
    """The event rules of a definition with `size` rules; `shapes` adds daily, latest and distinct ones."""
    rules = FIRST if size == 20 else FIRST + MORE
    return rules + (SHAPES if shapes else ())


def count_rules(size: int) -> tuple[CountRule, ...]:
    """The condition rules of a definition with `size` rules."""
    return COUNTS[: 20 - len(FIRST)] if size == 20 else COUNTS


def definition(size: int, *, shapes: bool = False, points_times: float = 1) -> str:
    """The definition as YAML; `points_times` scales all points of event rules, as a what-if does."""
    rules = [rule.written(f"Event {number}") for number, rule in enumerate(event_rules(size, shapes=shapes), start=1)]
    for rule in rules:
        rule["points"] = round(rule["points"] * points_times, 4)
        if "cap" in rule:
            rule["cap"] = round(rule["cap"] * points_times, 4)
    rules += [rule.written(f"Count {number}") for number, rule in enumerate(count_rules(size), start=1)]
    content = {
        "format": 1,
        "name": f"Benchmark, {size} rules",
        "profile": {
            "industry": {"type": "text"},
            "employees": {"type": "integer"},
            "job_title": {"type": "text"},
            "need": {"type": "text"},
            "budget_amount": {"type": "number"},
        },
        "events": {
            name: {"properties": {each: "text" if each in TEXTS else "integer" for each in properties}}
            for name, properties in PROPERTIES.items()
        },
        "scores": {
            "fit": {
                "range": [0, 100],
                "rules": [
                    {
                        "name": "Size",
                        "trait": "employees",
                        "bands": [
                            {"below": 10, "points": -10},
                            {"from": 10, "below": 50, "points": 10},
                            {"from": 50, "points": 25},
                        ],
                    },
                    {
                        "name": "Industry",
                        "trait": "industry",
                        "points_for": {"software": 25, "fintech": 20},
                        "otherwise": -5,
                        "unknown": 0,
                    },
                    {
                        "name": "Senior",
                        "points": 20,
                        "when": {"trait": "job_title", "matches": "chief|vp|head|director"},
                    },
                ],
                "grades": {"A": 60, "B": 40, "C": 20, "D": 0},
            },
            "interest": {"range": [0, 1000], "rules": rules, "grades": {"1": 150, "2": 80, "3": 30, "4": 0}},
        },
        "criteria": {
            "need": {"met": {"trait": "need", "is": "confirmed"}, "unmet": {"trait": "need", "is": "none"}},
            "budget": {"met": {"trait": "budget_amount", "at_least": 10000}},
        },
        "temperature": {
            "hot": {"when": {"all": [{"grade": "fit", "at_least": "B"}, {"score": "interest", "at_least": 80}]}},
            "warm": {"when": {"any": [{"score": "interest", "at_least": 30}, {"criterion": "need", "is": "met"}]}},
        },
    }
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(content, text)
    return text.getvalue()
