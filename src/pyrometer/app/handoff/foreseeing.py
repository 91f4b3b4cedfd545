"""Who would be handed over if leads were read by another definition; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pyrometer import result
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.stepping import decisions
from pyrometer.app.handoff.terms import agreed
from pyrometer.app.temperature.models import Reading, Temperature
from pyrometer.definition import Definition
from pyrometer.lifecycle import ChangeStage, Read, Stage


def going(definition: Definition, readings: Sequence[result.Reading], now: datetime) -> set[int]:
    """The roots that would go to sales by these readings, by the very decision that is made when it is so."""
    roots = [int(reading.lead_id) for reading in readings]
    former = Reading.objects.select_related("lead").in_bulk(roots)
    leads = Lead.objects.in_bulk([root for root in roots if root not in former])
    rows, happened = [], {}
    for reading in readings:
        root = int(reading.lead_id)
        row = former.get(root)
        if row is None and root not in leads:
            continue
        happened[root] = Read(None if row is None else row.temperature)
        rows.append(_as_read(row or Reading(lead=leads[root], stage_since=now), reading, now))
    return {
        root
        for root, intents in decisions(rows, happened, agreed(definition), now).items()
        if any(isinstance(intent, ChangeStage) and intent.to == Stage.SQL for intent in intents)
    }


def _as_read(row: Reading, reading: result.Reading, now: datetime) -> Reading:
    """The row as this reading would make it, as far as decisions look at it."""
    row.temperature = reading.temperature
    row.hot_since = (row.hot_since or now) if reading.temperature == Temperature.HOT else None
    row.grades, row.criteria, row.flags = dict(reading.grades), dict(reading.criteria), dict(reading.flags)
    row.frameworks = {name: framework.as_dict() for name, framework in reading.frameworks.items()}
    return row
