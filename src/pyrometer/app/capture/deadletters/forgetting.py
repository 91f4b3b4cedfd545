"""Dead letters that name an erased lead go, too: soon after its erasure, and in batches.

Nobody sorted them, so each has to be read, and that takes too long for the transaction of the erasure: on SQLite nobody
else could write meanwhile. So that writes down whom to look for, sealed, and the job goes on from there; what a killed
worker had read is read again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from pyrometer.app.capture.digest import mentions
from pyrometer.app.capture.models import DeadLetter, ToForget
from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.people.sealed import BrokenSealError, seal, unseal

logger = logging.getLogger(__name__)

Handles = list[tuple[str, str]]

BATCH = 500
"""Letters that are read before what was found among them goes."""
HOLD = timedelta(minutes=2)
LATER = timedelta(hours=1)
"""After that, what couldn't be unsealed is tried again."""
PURPOSE = "handles to forget"


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove what waits and names one of some handles, and have dead letters follow. Called by the erasure."""
    mentions.forget(leads, handles, now)
    # Asked last: whatever was being digested until here has become letters.
    last = DeadLetter.objects.aggregate(last=Max("pk"))["last"] if handles else None
    if last is not None:
        ToForget.objects.create(handles=seal(json.dumps(list(handles)), purpose=PURPOSE), last=last, since=now)


def work(now: datetime) -> int:
    """Read some letters for one erasure, and remove those that name the lead; how many were read."""
    claimed = claim(ToForget.objects.order_by("pk"), now=now, hold=HOLD, limit=1)
    if not claimed:
        return 0
    [row] = claimed
    letters = list(DeadLetter.objects.filter(pk__gt=row.upto, pk__lte=row.last).order_by("pk")[:BATCH])
    handles = _handles(row) if letters else []
    if handles is None:
        ToForget.objects.filter(pk=row.pk, claimed_until=row.claimed_until).update(claimed_until=now + LATER)
        return 0
    found = [letter.pk for letter in mentions.among(letters, handles)]
    with transaction.atomic():
        if not still_mine(row):
            return 0
        DeadLetter.objects.filter(pk__in=found).delete()
        if len(letters) < BATCH:
            row.delete()
        else:
            row.upto, row.claimed_until = letters[-1].pk, None
            row.save(update_fields=["upto", "claimed_until"])
    # An erasure of which no letter is left to read was work, too: the next one waits behind it.
    return max(len(letters), 1)


def is_to_go(letter: DeadLetter) -> bool:
    """Whether a letter names somebody who was erased, and only hasn't been come to yet."""
    rows = ToForget.objects.filter(upto__lt=letter.pk, last__gte=letter.pk)
    return any(handles and any(mentions.among([letter], handles)) for handles in map(_handles, rows))


def _handles(row: ToForget) -> Handles | None:
    """Whom to look for; None where that can't be read."""
    try:
        found: list[list[str]] = json.loads(unseal(row.handles, purpose=PURPOSE))
    except BrokenSealError as error:
        # Letters go after a month in any case, and then so does this row.
        logger.error("dead letters of a lead that was erased can't be looked for: %s", error)
        return None
    return [(kind, value) for kind, value in found]
