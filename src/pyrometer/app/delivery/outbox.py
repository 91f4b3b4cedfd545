"""The outbox: what an action wants done outside is written in its transaction, and done afterwards, at least once.

Payloads, by channel:

- `email`: `{"to": address, "template": name, "language": "de", "context": {…}}`. The templates are in
  `templates/delivery/email/`: assignment, reminder, escalation, hotter, next_attempt, attempt_overdue, invitation,
  way_back, webhook_off, and to_lead, in which rooms write to leads in words of their own. `link` in the context may be
  a path; the installation's origin is put before it. A link that lets somebody in stands beside the context instead,
  as `sealed_link` (`people.sealed`), and goes when the mail is sent or given up. Or, written elsewhere,
  `{"to": address, "subject": text, "text": text, "html": text}`; `html` and `headers` (`Reply-To`, `Auto-Submitted`)
  are optional. Or `{"to": address, "compose": name}`: what it says is made as it is handed over, by what registered
  under that name (`delivery.composing`). Beside each of these may stand
  `lead`, the number of the lead that it goes to, to whom a bounce or an answer is noted;
  `about`, a few short texts and numbers that its writer wants to find again beside an answer: the campaign, the step;
  `marketing`, `{"unsubscribe": URL, "purpose": slug}`: such mail gives way to all other mail, keeps to the pace of the
  receiving domain, is never sent twice, has the headers by which mailboxes unsubscribe, and goes only if the lead
  agrees to the purpose at that moment; by an optional `feedback_id` large mailboxes sort their statistics.
- `seen`: `{"data": {"lead": number, "event": name, …}}`, what a lead did with a mail, which becomes
  evidence; written by `email.content.tracking.seeing`.
- `webhook`: `{"topic": "transition", "data": {…}}`, told to every webhook that listens to the topic; `topics` are those
  of `delivery.models.TOPICS`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from pyrometer.app.delivery import addresses
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence import bulk


@dataclass(frozen=True)
class Sent:
    """What became of a try: done, or not (`error`), then to be tried again `after` so long, or given up (None)."""

    error: str = ""
    after: timedelta | None = None

    @property
    def done(self) -> bool:
        """Whether it arrived."""
        return not self.error


@dataclass(frozen=True)
class Posting:
    """What one row of the outbox is to say; `once` keeps a second of the same from being written."""

    channel: str
    once: str
    payload: Mapping[str, Any]
    group: str = ""
    due_at: datetime | None = None


Channel = Callable[[Outgoing, datetime], Sent]
"""Sends one outgoing row, outside any transaction, and never raises for what the other side does."""

Run = Callable[[list[Outgoing], datetime], None]
"""Sends claimed rows together, and writes down itself what became of each."""

ending = threading.Event()
"""Set where this process is to end: a run begins nothing more."""

MANY = 5000
"""How many rows are written with one statement at most."""
_COLUMNS = (
    "channel", "once", "payload", "created_at", "due_at", "attempts", "error", "marketing", "domain", "group",
)  # fmt: skip

_channels: dict[str, Channel] = {}
_runs: dict[str, Run] = {}


def register(name: str, channel: Channel) -> None:
    """Have a channel's rows sent by a function. Called in `ready`."""
    _channels[name] = channel


def register_run(name: str, run: Run) -> None:
    """Have the rows of a channel sent together. Called in `ready`."""
    _runs[name] = run


def together() -> dict[str, Run]:
    """The channels whose rows are sent together."""
    return dict(_runs)


def channel(name: str) -> Channel:
    """The function of a channel. Raises KeyError."""
    return _channels[name]


def post(
    *,
    channel: str,
    once: str,
    payload: Mapping[str, Any],
    now: datetime,
    due_at: datetime | None = None,
    group: str = "",
) -> None:
    """Put something into the outbox, unless the same (`once`) is there already."""
    post_many([Posting(channel, once, payload, group, due_at)], now)


def post_many(rows: Iterable[Posting], now: datetime) -> None:
    """Put any number of things into the outbox, but for those that are there already; a chunk at a time in memory."""
    left = iter(rows)
    while chunk := list(islice(left, MANY)):
        bulk.insert_new(Outgoing, _COLUMNS, [_row(posting, now) for posting in chunk])


def hold(group: str, now: datetime) -> int:
    """Keep what is open in a group from going until it is released; how many rows that are.

    What a worker is handing over still goes: the mail that a server is being given, and what follows within a second,
    ten mails of each of its runs at most.
    """
    return _open(group).filter(held_at__isnull=True).update(held_at=now)


def release(group: str, now: datetime) -> int:
    """Let what is held in a group go, when it is due; how many rows that are."""
    return _open(group).filter(held_at__isnull=False).update(held_at=None)


def drop(group: str, now: datetime, because: str) -> int:
    """Give up what is open in a group, for a reason in words; how many rows that are.

    What a worker is handing over at this moment may go all the same, and is written down as sent then.
    """
    return _open(group).update(given_up_at=now, claimed_until=None, error=because[:400])


def _row(posting: Posting, now: datetime) -> tuple[Any, ...]:
    payload = dict(posting.payload)
    marketing = posting.channel == "email" and bool(payload.get("marketing"))
    domain = addresses.domain(payload.get("to")) if marketing else ""
    due = posting.due_at or now
    return posting.channel, posting.once, payload, now, due, 0, "", marketing, domain, posting.group


def _open(group: str) -> QuerySet[Outgoing]:
    """What isn't done or given up in a group; rows are locked in one order, so that no two wait for each other."""
    if not group:
        raise ValueError("a group has a name")
    rows = Outgoing.objects.filter(group=group, done_at__isnull=True, given_up_at__isnull=True).exclude(group="")
    if connection.features.has_select_for_update:
        rows = Outgoing.objects.filter(pk__in=rows.select_for_update(no_key=True).order_by("pk").values("pk"))
    return rows
