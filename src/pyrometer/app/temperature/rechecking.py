"""The job that looks ahead for leads at rest, so that nobody is read again before time can have changed something."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.clock.claims import claim
from pyrometer.app.evidence.columns import columns_of
from pyrometer.app.temperature.claiming import HOLD, done, free, kept, roots
from pyrometer.app.temperature.models import Reading
from pyrometer.app.temperature.reading import temperatures
from pyrometer.app.temperature.scoring import rechecker

BATCH = 250
EVERY = timedelta(minutes=1)
"""A batch takes as long as many readings do, so it gets a small share of the time: who was touched just then waits."""
WAITING = 500
"""Where more than so many wait to be read, it doesn't look ahead: as after a publication, when everybody is."""
REST = timedelta(minutes=2)
"""Who was read less long ago is probably still about, and will be read again anyway."""


def recheck(now: datetime) -> int:
    """Tell for some leads on which day they must be looked at again; how many. Leads that wait come first."""
    version = live()
    if version is None or len(roots().filter(touched_at__isnull=False).values_list("pk")[: WAITING + 1]) > WAITING:
        return 0
    still = roots().filter(touched_at__isnull=True)
    resting = still.filter(reading__rough=True, reading__as_of__lte=now - REST, reading__recheck_on__gt=now.date())
    claimed = claim(resting.order_by("reading__as_of"), now=now, hold=HOLD, limit=BATCH)
    if not claimed:
        return 0
    try:
        keys = [lead.pk for lead in claimed]
        definition = definition_of(version)
        found = columns_of(keys, events=definition.events, traits=definition.profile)
        with rechecker(version) as engine:
            days = engine.days(found.leads, found.events, traits=found.traits, previous=temperatures(keys), as_of=now)
    except BaseException:
        free(claimed)
        raise
    with transaction.atomic():
        mine = kept(claimed)
        # Who was touched meanwhile is read again; what was found counts for the evidence that was loaded.
        unchanged = [lead.pk for lead in claimed if lead.pk in mine and mine[lead.pk].touched_at is None]
        readings = list(Reading.objects.filter(pk__in=unchanged, fingerprint=version.fingerprint))
        for reading in readings:
            reading.recheck_on, reading.rough = days.get(str(reading.pk)), False
        Reading.objects.bulk_update(readings, ["recheck_on", "rough"])
        done(claimed, mine, read=False)
    return len(claimed)
