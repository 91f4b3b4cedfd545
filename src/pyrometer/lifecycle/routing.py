"""Which rep gets a lead, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class LeadFacts:
    """What routing asks of a lead; empty is unknown, and unknown keeps nobody away."""

    country: str = ""
    """Two letters."""
    postcode: str = ""
    product: str = ""
    former: int | None = None
    """The rep who is to have it again."""
    colleagues_with: int | None = None
    """The rep who has another lead of the same company."""


@dataclass(frozen=True)
class RepFacts:
    """What routing asks of a rep. Territories are countries (DE) or postal prefixes (DE-80); none: everywhere."""

    id: int
    name: str
    capacity: int
    open: int = 0
    territories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    away_until: date | None = None
    last_assigned_at: datetime | None = None


@dataclass(frozen=True)
class Routed:
    """To whom a lead goes (None: to nobody), and why, in words."""

    rep: int | None
    because: str


def route(lead: LeadFacts, reps: Sequence[RepFacts], now: datetime) -> Routed:
    """The rep for a lead; the same for the same facts, in whatever order the reps come.

    First who may have it (territory, product), then who can (not away, not full), then whose it was already, then the
    nearest territory, then whose turn it is: who has waited longest, for the share that the own capacity is of all.

    >>> from datetime import UTC, datetime
    >>> bob, carol = RepFacts(1, "Bob", 10, territories=("DE",)), RepFacts(2, "Carol", 10, territories=("SE",))
    >>> route(LeadFacts(country="DE"), [bob, carol], datetime(2026, 6, 1, tzinfo=UTC))
    Routed(rep=1, because='Bob is the only one who can take it')
    """
    left = sorted(reps, key=lambda rep: rep.id)
    if not left:
        return Routed(None, "there are no reps")
    sieves: tuple[tuple[str, Callable[[RepFacts], bool]], ...] = (
        (f"nobody has the territory of {_place(lead)}", lambda rep: nearness(rep, lead) is not None),
        (f"nobody there sells {lead.product}", lambda rep: _sells(rep, lead.product)),
        ("everybody who may take it is away", lambda rep: not _away(rep, now)),
        ("everybody who may take it has as many leads as fit", lambda rep: rep.open < rep.capacity),
    )
    for nobody, fits in sieves:
        left = [rep for rep in left if fits(rep)]
        if not left:
            return Routed(None, nobody)
    for known, why in ((lead.former, "had it before"), (lead.colleagues_with, "has another lead of the company")):
        for rep in left:
            if rep.id == known:
                return Routed(rep.id, f"{rep.name} {why}")
    if len(left) == 1:
        return Routed(left[0].id, f"{left[0].name} is the only one who can take it")
    nearest = max(nearness(rep, lead) or 0 for rep in left)
    near = [rep for rep in left if (nearness(rep, lead) or 0) == nearest]
    if len(near) == 1:
        return Routed(near[0].id, f"{near[0].name} has {_place(lead)}")
    turn = min(near, key=lambda rep: _turn(rep, now))
    return Routed(turn.id, f"it is {turn.name}'s turn, of {len(near)} who can take it")


def nearness(rep: RepFacts, lead: LeadFacts) -> int | None:
    """How closely a rep's territories describe where a lead is: letters that agree; None where none does.

    >>> place = LeadFacts(country="DE", postcode="80331")
    >>> [nearness(RepFacts(1, "Bob", 9, territories=(name,)), place) for name in ("DE-80", "DE", "SE")]
    [5, 2, None]
    """
    if not rep.territories or not lead.country:
        return 0
    country, code = lead.country.upper(), lead.postcode.upper().replace(" ", "")
    found = []
    for territory in rep.territories:
        land, _, prefix = territory.upper().replace(" ", "").partition("-")
        # A lead whose postal code nobody knows may live anywhere in its country.
        if land == country and (not code or code.startswith(prefix)):
            found.append(len(territory) if code else len(land))
    return max(found, default=None)


def _turn(rep: RepFacts, now: datetime) -> tuple[int, float, float, int]:
    """Sorts by whose turn it is: who never had one; then by waiting, times capacity; then by how full; then by id."""
    fullness = (rep.open + 1) / rep.capacity
    if rep.last_assigned_at is None:
        return 0, 0.0, fullness, rep.id
    waited = max(now - rep.last_assigned_at, timedelta(0)).total_seconds()
    return 1, -waited * rep.capacity, fullness, rep.id


def _sells(rep: RepFacts, product: str) -> bool:
    known = {name.casefold() for name in rep.products}
    return not product or not known or product.casefold() in known


def _away(rep: RepFacts, now: datetime) -> bool:
    return rep.away_until is not None and now.date() < rep.away_until


def _place(lead: LeadFacts) -> str:
    return "-".join(part for part in (lead.country.upper(), lead.postcode) if part) or "nowhere in particular"
