"""Takes down that a link was followed or a mail opened: a row in the request, evidence by a worker.

Only for a lead whose last word on being profiled is a yes, at that moment. Of all others nothing is kept at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import words_of
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.email.content.tracking.links import Click, Source
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.models import Source as From
from pyrometer.app.evidence.queries import best_handle

CHANNEL = "seen"
"""Of the outbox: what waits to become evidence."""
CLICKED, OPENED = "email_clicked", "email_opened"
AHEAD = timedelta(days=1)
"""It stands before mails that wait: those take as long as mail servers like, and this is done at once."""
LONGEST_AGENT = 400
_PROXIES = {
    "apple": re.compile(r"^mozilla/5\.0$", re.IGNORECASE),
    "gmail": re.compile(r"googleimageproxy|ggpht\.com", re.IGNORECASE),
    "yahoo": re.compile(r"yahoomailproxy", re.IGNORECASE),
}


def proxy_of(agent: str) -> str:
    """Whose proxy fetched a picture, before or in the place of its reader; empty where none is known to have.

    >>> proxy_of("Mozilla/5.0"), proxy_of("Mozilla/5.0 (Windows NT 5.1) Gecko (via ggpht.com GoogleImageProxy)")
    ('apple', 'gmail')
    """
    return next((name for name, known in _PROXIES.items() if known.search(agent.strip())), "")


def agreed(lead: int) -> bool:
    """Whether what a lead does with mails may be noticed: its last word on being profiled is a yes."""
    root = Lead.objects.filter(pk=lead, erased_at__isnull=True).values_list("root_id", flat=True).first()
    return root is not None and root in all_agreed([root])


def all_agreed(roots: Collection[int]) -> set[int]:
    """Of some roots those that agreed to it."""
    return {root for root, words in words_of(roots, [PROFILING]).items() if words[PROFILING].given}


def clicked(*, click: Click, method: str, agent: str, now: datetime) -> bool:
    """Note that a link was followed; False where that may not be. The same within a minute is the same."""
    more = {"link": click.target, "number": click.number, "method": method}
    when = now.strftime("%Y-%m-%dT%H:%M")
    return _note(CLICKED, click.source, more, agent, now, when)


def opened(*, source: Source, method: str, agent: str, now: datetime) -> bool:
    """Note that a mail was opened, once a day for each program; False where that may not be."""
    more = {"method": method}
    if proxy := proxy_of(agent):
        more["proxy"] = proxy
    return _note(OPENED, source, more, agent, now, now.strftime("%Y-%m-%d"))


def _note(event: str, source: Source, more: Mapping[str, Any], agent: str, now: datetime, when: str) -> bool:
    if not agreed(source.lead):
        return False
    agent = agent.replace("\0", "")[:LONGEST_AGENT]
    same = [event, source.lead, source.mail, more.get("number"), more["method"], agent, when]
    once = "seen:" + hashlib.sha256(repr(same).encode("utf-8", "surrogatepass")).hexdigest()[:40]
    data = {
        "lead": source.lead,
        "event": event,
        "at": now.isoformat(),
        "agent": agent.encode("utf-8", "replace").decode(),
        "properties": {
            "mail": source.mail,
            "content": source.content,
            "topic": source.topic,
            "channel": "email",
            **{name: value for name, value in more.items() if name != "number"},
        },
    }
    outbox.post(channel=CHANNEL, once=once, payload={"data": data}, now=now, due_at=now - AHEAD)
    return True


def record(row: Outgoing, now: datetime) -> Sent:
    """Make evidence of a row, which goes in the same transaction: what was seen counts once, whoever is killed."""
    data = row.payload["data"]
    with transaction.atomic():
        handle = best_handle(int(data["lead"]))
        if handle is not None:
            taken = take(incoming=[_message(row, data, handle)], now=now)
            if taken.refused:
                return Sent(taken.refused[0].reason)
        row.delete()
    return Sent()


def _message(row: Outgoing, data: Mapping[str, Any], handle: tuple[str, str]) -> Incoming:
    properties = dict(data["properties"])
    # It is known once the mail was sent, which is after its links were made.
    delivered = Outgoing.objects.filter(once=properties["mail"]).values_list("done_at", flat=True).first()
    if delivered is not None:
        properties["delivered_at"] = delivered.isoformat()
    at = datetime.fromisoformat(data["at"])
    return Incoming(
        once=row.once,
        occurred_at=at,
        received_at=at,
        source=From.MAIL,
        handles=(handle,),
        event=str(data["event"]),
        properties=properties,
        agent=str(data["agent"]),
    )
