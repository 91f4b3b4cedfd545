"""The outbox: what an action wants done outside is written in its transaction, and done afterwards, at least once.

Payloads, by channel:

- `email`: `{"to": address, "template": name, "language": "de", "context": {…}}`. The templates are in
  `templates/delivery/email/`: assignment, reminder, escalation, invitation, way_back, confirm, webhook_off. `link` in
  the context may be a path; the installation's origin is put before it. A link that lets somebody in stands beside
  the context instead, as `sealed_link` (`people.sealed`), and goes when the mail is sent or given up. Or, written
  elsewhere, `{"to": address, "subject": text, "text": text, "html": text}`; `html` and `headers` (a dict, of
  `Reply-To` and the like) are optional. So is `lead`, the number of the lead that it goes to, to whom a bounce or an
  answer is noted. With `"marketing": {"unsubscribe": URL}` it is marketing mail: it gives way to all other mail, keeps
  to the pace of the receiving domain, is never sent twice, and has the headers by which mailboxes unsubscribe; an
  optional `feedback_id` beside the URL is what large mailboxes sort their statistics by.
- `seen`: `{"data": {"lead": number, "event": name, …}}`, what a lead did with a mail, which becomes
  evidence; written by `email.content.tracking.seeing`.
- `webhook`: `{"topic": "transition", "data": {…}}`, told to every webhook that listens to the topic; `topics` are those
  of `delivery.models.TOPICS`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pyrometer.app.delivery import addresses
from pyrometer.app.delivery.models import Outgoing


@dataclass(frozen=True)
class Sent:
    """What became of a try: done, or not (`error`), then to be tried again `after` so long, or given up (None)."""

    error: str = ""
    after: timedelta | None = None

    @property
    def done(self) -> bool:
        """Whether it arrived."""
        return not self.error


Channel = Callable[[Outgoing, datetime], Sent]
"""Sends one outgoing row, outside any transaction, and never raises for what the other side does."""

Run = Callable[[list[Outgoing], datetime], None]
"""Sends claimed rows together, and writes down itself what became of each."""

ending = threading.Event()
"""Set where this process is to end: a run begins nothing more."""

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


def post(*, channel: str, once: str, payload: Mapping[str, Any], now: datetime, due_at: datetime | None = None) -> None:
    """Put something into the outbox, unless the same (`once`) is there already."""
    marketing = channel == "email" and bool(payload.get("marketing"))
    row = Outgoing(
        channel=channel,
        once=once,
        payload=dict(payload),
        created_at=now,
        due_at=due_at or now,
        marketing=marketing,
        domain=addresses.domain(payload.get("to")) if marketing else "",
    )
    Outgoing.objects.bulk_create([row], ignore_conflicts=True)
