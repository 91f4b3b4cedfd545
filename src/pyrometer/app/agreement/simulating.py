"""Tries a version on the leads as they are today, beside the live one: who would change temperature.

Asked for by the pages on which a version is proposed, signed, published or brought back, counted by a job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from pyrometer.app.agreement.foreseen import temperatures, to_sales
from pyrometer.app.agreement.models import Simulation, State, Version
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.evidence.columns import Columns, columns_of
from pyrometer.app.evidence.models import Lead
from pyrometer.errors import EvidenceError, PyrometerError
from pyrometer.live import LiveScorer
from pyrometer.result import Reading

MOST = 20_000
"""Leads that are looked at; of more, as many are picked."""
SHOWN = 20
PAGE = 500
PAGES = 4
"""Pages of one turn: the other patient jobs wait meanwhile."""
HOLD = timedelta(minutes=5)

Evidence = Callable[..., Columns]
"""Gives the evidence of some roots, as `columns_of` does. Raises EvidenceError."""

_MULTIPLIER, _PRIME = 1_103_515_245, 2_147_483_647
"""Scatter the numbers of leads; their product stays below 2^63 for eight thousand million leads."""


def of(version: Version, current: Version | None) -> Simulation | None:
    """The latest simulation of a version, as it is written now, against the live one."""
    if version.state == State.LIVE or not version.fingerprint:
        return None
    found = Simulation.objects.filter(after=version, before=current, fingerprint=version.fingerprint)
    return found.order_by("-pk").first()


def can_be_asked(version: Version) -> bool:
    """Whether there is something to try: another version than the live one, and without errors."""
    return version.state != State.LIVE and bool(version.fingerprint)


@transaction.atomic
def ask(version: Version, *, now: datetime) -> Simulation | None:
    """Have a version tried, unless that is under way; former tries of it go. None where there is nothing to try."""
    if not can_be_asked(version):
        return None
    current = live()
    known = of(version, current)
    if known is not None and known.done_at is None:
        return known
    Simulation.objects.filter(after=version).delete()
    return Simulation.objects.create(before=current, after=version, fingerprint=version.fingerprint, as_of=now)


def work(now: datetime) -> int:
    """The job `agreement.simulate`: some pages of one simulation; how many leads were looked at."""
    claimed = claim(
        Simulation.objects.filter(done_at__isnull=True).order_by("pk").select_related("before", "after"),
        now=now,
        hold=HOLD,
        limit=1,
    )
    return sum(go_on(simulation, now) for simulation in claimed)


def go_on(simulation: Simulation, now: datetime, *, by: Evidence = columns_of) -> int:
    """Look at some pages of a simulation that is ours, with the evidence that `by` gives; at how many leads."""
    if not simulation.leads:
        simulation.of = _roots().count()
        simulation.step = -(-simulation.of // MOST) or 1
    before = simulation.leads
    try:
        with _Sides(simulation, by) as sides:
            for _ in range(PAGES):
                roots = _page(simulation)
                if roots:
                    sides.look_at(roots)
                    simulation.reached = roots[-1]
                if len(roots) < PAGE:
                    simulation.done_at = now
                    break
    except PyrometerError as error:
        simulation.trouble, simulation.done_at = str(error)[:400], now
    with transaction.atomic():
        # It is gone where somebody asked anew.
        if still_mine(simulation):
            simulation.claimed_until = None
            simulation.save()
    return simulation.leads - before or 1


def _roots() -> QuerySet[Lead]:
    return Lead.objects.filter(root=F("pk"), erased_at__isnull=True)


def _page(simulation: Simulation) -> list[int]:
    """The next leads to look at, in the order of their numbers."""
    found = _roots().filter(pk__gt=simulation.reached)
    if simulation.step > 1:
        # Scattered: every other lead might well be a visitor of the same sort.
        found = found.annotate(turn=F("pk") * _MULTIPLIER % _PRIME % simulation.step).filter(turn=0)
    return list(found.order_by("pk").values_list("pk", flat=True)[:PAGE])


class _Sides:
    """An engine for each of the two definitions, and what they say of a page of leads."""

    def __init__(self, simulation: Simulation, evidence: Evidence) -> None:
        self.simulation, self.evidence = simulation, evidence
        self.new = LiveScorer(definition_of(simulation.after))
        self.old = None if simulation.before is None else LiveScorer(definition_of(simulation.before))

    def __enter__(self) -> _Sides:
        return self

    def __exit__(self, *_: object) -> None:
        for engine in filter(None, (self.old, self.new)):
            engine.close()

    def look_at(self, roots: Sequence[int]) -> None:
        """Count some leads; one that can't be read is left out, and the others are counted all the same."""
        try:
            self._count(roots)
        except EvidenceError:
            half = len(roots) // 2
            for part in (roots[:half], roots[half:]) if half else ():
                self.look_at(part)

    def _count(self, roots: Sequence[int]) -> None:
        simulation = self.simulation
        previous = temperatures(roots)
        after = self._read(self.new, roots, previous)
        before = {} if self.old is None else {each.lead_id: each for each in self._read(self.old, roots, previous)}
        going = to_sales(self.new.definition, after, simulation.as_of)
        changed = []
        for reading in after:
            was = before[reading.lead_id].temperature if reading.lead_id in before else ""
            row = simulation.matrix.setdefault(was, {})
            row[reading.temperature] = row.get(reading.temperature, 0) + 1
            sales = int(reading.lead_id) in going
            if was != reading.temperature or sales:
                lead = int(reading.lead_id)
                changed.append({"lead": lead, "before": was, "after": reading.temperature, "sales": sales})
        simulation.leads += len(after)
        simulation.to_sales += len(going)
        self._show(changed)

    def _read(self, engine: LiveScorer, roots: Sequence[int], previous: list[dict[str, Any]]) -> list[Reading]:
        found = self.evidence(roots, events=engine.definition.events, traits=engine.definition.profile)
        return engine.readings(
            found.leads, found.events, traits=found.traits, previous=previous, as_of=self.simulation.as_of
        )

    def _show(self, changed: list[dict[str, Any]]) -> None:
        """Keep those to be shown: who goes to sales first, then to hot, from hot, and whoever has a name."""
        nameless = set(
            Lead.objects.filter(pk__in=[each["lead"] for each in changed], anonymous=True).values_list("pk", flat=True)
        )
        for each in changed:
            each["nameless"] = each["lead"] in nameless
        self.simulation.shown = sorted([*self.simulation.shown, *changed], key=_rank)[:SHOWN]


def _rank(each: dict[str, Any]) -> tuple[bool, bool, bool, bool, int]:
    return (not each["sales"], each["after"] != "hot", each["before"] != "hot", each["nameless"], each["lead"])
