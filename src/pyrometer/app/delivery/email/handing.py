"""What is written down while mails are handed over, so that nobody gets one twice.

A mail is marked before the server is given it, and the mark is lifted with its answer. So a mark that is found later
is of a worker that was killed in between, and nobody knows whether the mail went: marketing mail isn't sent again then,
and a notification is, since a second one does less harm than none. Marks are made for a few mails at once, in the
transaction that writes what became of those before: a disk takes its time for each. A killed worker leaves these few in
doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from pyrometer.app.delivery import composing, gates, settling, suppressing
from pyrometer.app.delivery.backoff import backoff
from pyrometer.app.delivery.email import domains, marks
from pyrometer.app.delivery.email.marks import Became
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.gates import Barred, Failed, Held, Later
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.delivery.outbox import Sent

AT_ONCE = 10
"""How many mails are asked about and marked together."""
STALE = timedelta(seconds=1)
"""What was said of a mail longer ago is asked anew: at a slow server ten mails take long, and a pause means now."""
SURE = timedelta(seconds=90)
"""While a claim holds for longer than that nobody else can have the row, whatever the clocks of workers say."""
IN_DOUBT = (
    "perhaps sent: the worker that handed it over ended before it could tell; marketing mail isn't sent twice, unless"
    " somebody here says so"
)


class Handing:
    """The rows of one run, and what is not written yet."""

    def __init__(
        self, rows: Sequence[Outgoing], now: datetime, elapsed: Callable[[], timedelta] = lambda: timedelta(0)
    ) -> None:
        self.now, self.elapsed = now, elapsed
        self._rows = list(rows)
        self._places = {row.pk: place for place, row in enumerate(self._rows)}
        self._marked: set[int] = set()
        tokens = [token(row.once) for row in rows if row.attempts > 1]
        self._taken = dict(Mail.objects.filter(token__in=tokens).values_list("token", "taken_at"))
        """When the server took what was tried before; None: it is in doubt."""
        self._waiting: list[tuple[Outgoing, Became]] = []
        self._wavering = domains.wavering(row.domain for row in rows if row.marketing)
        self._paused: dict[str, datetime] = {}
        self._asked: dict[int, timedelta] = {}
        self._known: dict[int, Became] = {}
        self._payloads: dict[int, dict[str, Any]] = {}
        """What goes, by row: whoever isn't here any more after asking was let go."""

    def ended(self, row: Outgoing) -> Became | None:
        """What is to be said of a row whatever the server and anybody else says; doubt comes first, since it lasts."""
        before = token(row.once)
        if self._taken.get(before) is not None:
            # By a worker that had lost its claim as it wrote so, and couldn't settle the row.
            return Became(Sent())
        if before in self._taken and gates.have_a_say(row):
            return Became(Sent(IN_DOUBT), perhaps=True)
        if settling.hopeless(row):
            return Became(Sent(settling.ENDED))
        return None

    def known(self, row: Outgoing) -> Became | None:
        """What is to be said of a row without asking the server; None where it goes, or was let go (`put_off`)."""
        elapsed = self.elapsed()
        if row.pk not in self._asked:
            place = self._places[row.pk]
            ahead = self._rows[place : place + AT_ONCE]
            self._ask([each for each in ahead if each.pk not in self._asked], elapsed)
        elif elapsed - self._asked[row.pk] > STALE and row.pk not in self._still_free(row):
            self._let_go([row])
        elif elapsed - self._asked[row.pk] > STALE:
            self._known.pop(row.pk, None)
            self._payloads.pop(row.pk, None)
            self._ask([row], elapsed)
        return self._known.get(row.pk)

    def payload(self, row: Outgoing) -> dict[str, Any]:
        """What the mail of a row is to be made of."""
        return self._payloads[row.pk]

    def put_off(self, row: Outgoing) -> bool:
        """Whether a row was let go: by a gate, or here, where its domain asked for time since it was claimed."""
        if row.pk not in self._payloads:
            return True
        until = self._paused.get(row.domain) if row.marketing else None
        if until is None:
            return False
        self._let_go([row], due_at=until, turn_at=until)
        return True

    def mark(self, row: Outgoing) -> bool:
        """Write down that the server is about to get it; False where it is another worker's by now, or held."""
        if row.pk in self._marked:
            if self._surely_mine(row) or row.pk in marks.mine([row]):
                return True
            self._let_go([row])
            return False
        place = self._places[row.pk]
        ahead = [each for each in self._rows[place : place + AT_ONCE] if each.pk in self._payloads]
        with transaction.atomic():
            mine = self._write(ahead)
            marked = [each for each in ahead if each.pk in mine]
            if row.pk in mine:
                marks.write_down(marked, self.now)
        if row.pk not in mine:
            self._let_go([row])
            return False
        self._marked |= {each.pk for each in marked}
        return True

    def became(self, row: Outgoing, became: Became | None) -> None:
        """Keep what became of a row until it is written: with the next mark, or at the end."""
        if became is None:
            return
        self._payloads.pop(row.pk, None)
        self._waiting.append((row, became))
        if row.marketing and became.refused is not None and marks.defers(became.refused):
            # Whether its domain is left alone now the next mail has to know.
            self.write()

    def give_back(self, rows: Iterable[Outgoing]) -> None:
        """Let go of rows that weren't tried."""
        self._let_go(list(rows))

    def write(self) -> None:
        """Write what became of the last ones."""
        with transaction.atomic():
            self._write([])

    @staticmethod
    def _still_free(row: Outgoing) -> set[int]:
        """Whether nobody has held its group since: no gate says so of what isn't marketing."""
        return marks.mine([row]) if row.group else {row.pk}

    def _ask(self, rows: Sequence[Outgoing], elapsed: timedelta) -> None:
        """Ask of some rows everything but the server: suppressions, gates, and what they say where that is made now."""
        self._asked |= dict.fromkeys((row.pk for row in rows), elapsed)
        rows = [row for row in rows if self.ended(row) is None]
        refused = suppressing.refusals(rows)
        self._known |= {pk: Became(Sent(said)) for pk, said in refused.items()}
        said = gates.asked([row for row in rows if gates.have_a_say(row) and row.pk not in refused], self.now)
        self._follow([row for row in rows if row.pk in said], said)
        going = [row for row in rows if row.pk not in refused and row.pk not in said]
        for pk, made in composing.composed(going, self.now).items():
            if isinstance(made, dict):
                self._payloads[pk] = made
                continue
            row = self._rows[self._places[pk]]
            after = _again(row) if isinstance(made, Failed) else None
            self._known[pk] = Became(Sent(made.error if isinstance(made, Failed) else made.because, after))

    def _follow(self, rows: Sequence[Outgoing], said: Mapping[int, gates.Verdict | Failed]) -> None:
        """Do as the gates say."""
        kept: dict[Held | Later, list[Outgoing]] = {}
        for row in rows:
            match verdict := said[row.pk]:
                case Barred(because):
                    self._known[row.pk] = Became(Sent(because))
                case Failed(error):
                    self._known[row.pk] = Became(Sent(error, _again(row)))
                case _:
                    kept.setdefault(verdict, []).append(row)
        for verdict, some in kept.items():
            if isinstance(verdict, Held):
                self._let_go(some, held_at=verdict.now)
            else:
                self._let_go(some, due_at=verdict.until, turn_at=None)

    def _surely_mine(self, row: Outgoing) -> bool:
        """Whether a claim is so fresh that nobody can have taken the row; else the database has to be asked."""
        assert row.claimed_until is not None
        return row.claimed_until - (self.now + self.elapsed()) > SURE * settings.HOLD_FACTOR

    def _let_go(self, rows: Sequence[Outgoing], **changes: datetime | None) -> None:
        """Let go of rows, with their marks: nothing of them was handed over."""
        for row in rows:
            self._payloads.pop(row.pk, None)
        with transaction.atomic():
            # Whoever has one by now may have made the mark that is there.
            mine = marks.mine(rows, held=True)
            tokens = [token(row.once) for row in rows if row.pk in self._marked and row.pk in mine]
            if tokens:
                Mail.objects.filter(token__in=tokens, taken_at__isnull=True).delete()
            settling.release([row for row in rows if row.pk in mine], **changes)

    def _write(self, ahead: Sequence[Outgoing]) -> set[int]:
        """Write what became of the last ones, and lock these and those ahead; which of them may go."""
        waiting, self._waiting = self._waiting, []
        rows = [*(row for row, _ in waiting), *ahead]
        if not rows:
            return set()
        states = marks.locked(rows)
        marks.settle(waiting, states, self._marked, self.now)
        took = {row.domain for row, became in waiting if became.taken} & self._wavering
        if took:
            domains.took(took)
            self._wavering -= took
        for row, became in waiting:
            if row.marketing and became.refused is not None and marks.defers(became.refused):
                self._wavering.add(row.domain)
                until = domains.deferred(row.domain, said=str(became.refused), now=self.now)
                if until is not None and until > self.now:
                    self._paused[row.domain] = until
        return {row.pk for row in ahead if states[row.pk].mine and not states[row.pk].held}


def _again(row: Outgoing) -> timedelta | None:
    return backoff(row.once, row.attempts)
