"""Counts what became of those who entered, those who got a programme beside those who were held back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import connection

from pyrometer.app.nurture.models import Programme, Version
from pyrometer.app.nurture.worth.statement import statement
from pyrometer.nurture.worth import OUTCOMES, Effort


@dataclass
class Side:
    """A group: how many leads were followed, on which day how many had got so far, revenue, and what they took."""

    of: int = 0
    by_day: dict[str, dict[int, int]] = field(default_factory=lambda: {name: {} for name in OUTCOMES})
    revenue: dict[str, Decimal] = field(default_factory=dict)
    """By currency, of those won."""
    mails: int = 0
    notices: int = 0
    attempts: int = 0
    squares: int = 0

    @property
    def came(self) -> dict[str, int]:
        """Of how many each outcome came true."""
        return {name: sum(days.values()) for name, days in self.by_day.items()}

    @property
    def effort(self) -> Effort:
        """What the group took."""
        return Effort(self.of, self.mails, self.notices, self.attempts, self.squares)


@dataclass
class Counted:
    """A programme's two groups, and all leads that entered, whether or not they were followed for long enough.

    `drawn` are the draws by version and group. Those `spoiled` can't be compared, and are in none of the other numbers
    but the draws. `first_at` is when somebody entered first, None where nobody did who can be compared.
    """

    got: Side = field(default_factory=Side)
    held: Side = field(default_factory=Side)
    drawn: dict[int, dict[bool, int]] = field(default_factory=dict)
    entered: int = 0
    held_entered: int = 0
    spoiled: int = 0
    first_at: datetime | None = None

    def note(self, what: str, held: bool, number: int, first_at: datetime) -> None:
        """Take in how many entered of a group."""
        if what == "spoiled":
            self.spoiled += number
            return
        self.entered += number
        self.held_entered += number if held else 0
        self.first_at = min(first_at, self.first_at or first_at)


def counted(
    now: datetime, horizon: int, *, programme: Programme | None = None, version: Version | None = None
) -> dict[int, Counted]:
    """What became of those who entered at least `horizon` days ago, within as many days; by the programme's id.

    Programmes that nobody entered aren't there.
    """
    found: dict[int, Counted] = {}
    for what, pk, held, of, number, squares, amount in _rows(now, horizon, programme, version):
        each = found.setdefault(pk, Counted())
        side = each.held if held else each.got
        match what:
            case "entered" | "spoiled":
                each.note(what, bool(held), int(number), _moment(of))
            case "drawn":
                each.drawn.setdefault(int(of), {})[bool(held)] = int(number)
            case "revenue":
                side.revenue[of] = Decimal(str(amount)).quantize(Decimal("0.01"))
            case "attempts":
                side.attempts, side.squares = int(number), int(squares)
            case "of" | "mails" | "notices":
                setattr(side, what, int(number))
            case _:
                side.by_day[what][int(of)] = int(number)
    return found


def _moment(text: str) -> datetime:
    """A moment as the database spells it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _rows(now: datetime, horizon: int, programme: Programme | None, version: Version | None) -> list[tuple]:
    values = {
        "before": connection.ops.adapt_datetimefield_value(now - timedelta(days=horizon)),
        "horizon": horizon,
        "programme": programme and programme.pk,
        "version": version and version.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement(one=programme is not None, version=version is not None), values)
        return cursor.fetchall()
