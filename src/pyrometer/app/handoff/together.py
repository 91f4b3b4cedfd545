"""Carries out what was decided about many leads at once, as far as sales has no part in it: few statements for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pyrometer.app.handoff.carrying import ASIDE, BACK, Occasion, moved
from pyrometer.app.handoff.models import Standing
from pyrometer.app.temperature import listeners
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.lifecycle import WITH_SALES, ChangeStage, Intent, Park, Recycle

Decided = tuple[Reading, Sequence[Intent], Occasion]
"""A lead's reading, what is to be done, and why. The reading is locked by the caller, and as it is in the database."""


def can_be_together(intents: Sequence[Intent]) -> bool:
    """Whether these move a lead, and put it aside or not, but neither to sales nor away from there."""
    return all(
        isinstance(intent, Park | Recycle) or (isinstance(intent, ChangeStage) and intent.to not in WITH_SALES)
        for intent in intents
    )


def carry_out_together(decided: Sequence[Decided], now: datetime) -> None:
    """Do what `carry_out` would do lead by lead, of intents that can be together."""
    stages: dict[str, list[int]] = defaultdict(list)
    transitions: list[tuple[Reading, Transition]] = []
    standings: list[Standing] = []
    for reading, intents, occasion in decided:
        for intent in intents:
            match intent:
                case ChangeStage(to, because) if reading.stage != to:
                    before, reading.stage, reading.stage_since = reading.stage, str(to), now
                    stages[reading.stage].append(reading.pk)
                    transitions.append((reading, moved(reading, before, because, occasion, now)))
                case Park(because):
                    standings.append(_aside(reading, now, parked=because))
                case Recycle(on, promised):
                    standings.append(_aside(reading, now, recycle_on=on, promised=promised))
    for stage, roots in stages.items():
        Reading.objects.filter(pk__in=roots).update(stage=stage, stage_since=now)
    back = [root for stage, roots in stages.items() if stage not in ASIDE for root in roots]
    Standing.objects.filter(pk__in=back).update(**BACK, updated_at=now)
    Standing.objects.bulk_create(standings, update_conflicts=True, unique_fields=["lead"], update_fields=_ASIDE)
    Transition.objects.bulk_create(transition for _, transition in transitions)
    listeners.tell(transitions, now)


_ASIDE = ["recycle_on", "promised", "parked", "updated_at"]
"""What is noted of a lead that is put aside; the rest of what is remembered stays."""


def _aside(reading: Reading, now: datetime, **what: Any) -> Standing:
    return Standing(lead_id=reading.pk, updated_at=now, **what)
