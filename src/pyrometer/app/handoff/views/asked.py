"""What a list of leads is asked for: search, filters, conditions and order, as they stand in an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from pyrometer.app.handoff.views.conditions import Condition, Tests
from pyrometer.app.temperature.models import Stage, Temperature

ROWS = ("", "2", "3")
"""Conditions of traits that one list has room for: `trait`, `how` and `value`, `trait2` …"""
SEEN = {"1": 1, "7": 7, "30": 30, "90": 90}
"""Last seen within so many days."""
SORTS = ("order", "seen", "new")


@dataclass(frozen=True)
class Asked:
    """What a list was asked for; all of it text, as it stands in an address."""

    q: str = ""
    temperature: str = ""
    stage: str = ""
    grade: str = ""
    channel: str = ""
    owner: str = ""
    country: str = ""
    seen: str = ""
    missing: str = ""
    flag: str = ""
    trait: str = ""
    how: str = ""
    value: str = ""
    trait2: str = ""
    how2: str = ""
    value2: str = ""
    trait3: str = ""
    how3: str = ""
    value3: str = ""
    sort: str = "order"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        """From an address; what makes no sense is left out."""
        asked = {each.name: given.get(each.name, "").strip()[:120].replace("\x00", "") for each in fields(cls)}
        allowed: dict[str, Sequence[str]] = {
            "temperature": Temperature.values, "stage": Stage.values, "seen": list(SEEN), "sort": SORTS
        }  # fmt: skip
        for name, values in allowed.items():
            if asked[name] not in values:
                asked[name] = "order" if name == "sort" else ""
        if not (asked["owner"] == "nobody" or (asked["owner"].isdecimal() and len(asked["owner"]) < 18)):
            asked["owner"] = ""
        for row in ROWS:
            if asked["trait" + row] and not asked["how" + row]:
                asked["how" + row] = "is"
            # A row that says too little to be tested is no filter yet.
            if not Condition(asked["trait" + row], asked["how" + row], asked["value" + row]).whole:
                asked |= dict.fromkeys((f"trait{row}", f"how{row}", f"value{row}"), "")
        return cls(**asked)

    @property
    def filtered(self) -> bool:
        """Whether anything but the order was asked for."""
        return any(getattr(self, each.name) for each in fields(self) if each.name != "sort")

    @property
    def rows(self) -> list[tuple[str, Condition]]:
        """The conditions of traits, each with the ending of its names; those that aren't used are empty."""
        return [(row, Condition(*(getattr(self, name + row) for name in ("trait", "how", "value")))) for row in ROWS]

    @property
    def tests(self) -> Tests:
        """What no index answers."""
        return Tests(tuple(each for _, each in self.rows if each.whole), self.missing, self.flag)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What was asked for, for the hidden fields of a form."""
        return [(each.name, getattr(self, each.name)) for each in fields(self) if getattr(self, each.name)]
