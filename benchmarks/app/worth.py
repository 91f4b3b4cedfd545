"""How quickly it is counted what programmes were worth, when many have entered and much became of them.

Ratios to one plain pass over the transitions in the same run, since machines differ: what counting takes beyond that is
what there is to make quicker.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from benchmarks.app.fresh import NAMES, ROOT, fresh

SECONDS = 1.0
TIMES = 7
PROGRAMMES = ("educate", "win-back", "onboard")
HELD = 0.1
STAGES = ("mql", "sql", "accepted", "recycled", "unqualified")


def measured(kind: str, enrolments: int, transitions: int, say: Callable[..., Any]) -> dict[str, float]:
    """Seconds of the processor, of this process and of what serves its database, for pages, counting and the pass."""
    say(f"filling {NAMES[kind]}, then asking what programmes were worth")
    asking = [sys.executable, "-m", "benchmarks.app.worth", str(enrolments), str(transitions)]
    with fresh(kind) as environment:
        done = subprocess.run(asking, env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def fill(enrolments: int, transitions: int, now: datetime) -> None:
    """Leads that entered within a year, and what became of them; those who got a programme do a little better."""
    from django.db import connection

    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.handoff.models import Assignment, Attempt, Outcome, Rep, Team
    from pyrometer.app.nurture.models import Act, Enrolment, Programme, Version
    from pyrometer.app.people.models import Role, User
    from pyrometer.app.temperature.models import Transition
    from pyrometer.nurture import shipped

    draw = random.Random(7)
    manager = User.objects.create_user(email="carol@rotavane.example", role=Role.MANAGER, password=None)
    rep = Rep.objects.create(user=manager, team=Team.objects.create(name="All"))
    texts = [file.read_text(encoding="utf-8") for file in shipped().values()]
    versions = []
    for key, text in zip(PROGRAMMES, texts, strict=False):
        programme = Programme.objects.create(key=key, draft=text, drafted_at=now, created_at=now)
        version = Version.objects.create(
            programme=programme, number=1, digest=key, text=text, published_at=now, published_by="carol"
        )
        programme.live = version
        programme.save()
        versions.append((programme.pk, version.pk))
    entered = {lead: now - timedelta(seconds=draw.randrange(365 * 86_400)) for lead in range(1, enrolments + 1)}
    held = {lead: draw.random() < HELD for lead in entered}
    each = transitions // enrolments
    with _quickly():
        _put(Lead, ({"id": n, "root_id": n, "created_at": at, "last_seen_at": at} for n, at in entered.items()))
        _put(
            Enrolment,
            (
                {"id": n, "lead_id": n, "held_back": held[n], "step": "end", "since": at, "entered_at": at}
                | dict(zip(("programme_id", "version_id"), versions[n % len(versions)], strict=True))
                | {"ended_at": at, "standing": "finished", "acts": 3}
                for n, at in entered.items()
            ),
        )
        _put(Transition, _changes(draw, entered, held, each))
        _put(
            Act,
            (
                {"enrolment_id": n, "lead_id": n, "kind": kind, "number": number, "at": at + timedelta(days=3 * number)}
                | ({"taken_at": at + timedelta(days=3 * number)} if kind == "sent" else {})
                for n, at in entered.items()
                for number, kind in enumerate(("entered", "ended") if held[n] else MAILED)
            ),
        )
        _put(
            Assignment,
            ({"id": n, "lead_id": n, "rep_id": rep.pk, "because": "", "at": at, "ended_at": now}
             for n, at in entered.items() if n % 5 == 0),
        )  # fmt: skip
        _put(
            Attempt,
            ({"assignment_id": n, "channel": "call", "reached": True, "at": at + timedelta(days=draw.randrange(60))}
             for n, at in entered.items() if n % 5 == 0 for _ in range(3)),
        )  # fmt: skip
        _put(
            Outcome,
            ({"lead_id": n, "won": True, "revenue": 900, "currency": "EUR", "source": "crm",
              "decided_at": at + timedelta(days=draw.randrange(120))}
             for n, at in entered.items() if draw.random() < (0.02 if held[n] else 0.03)),
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


MAILED = ("entered", "sent", "sent", "sent", "ended")


def _changes(
    draw: random.Random, entered: dict[int, datetime], held: dict[int, bool], each: int
) -> Iterator[dict[str, Any]]:
    """So many changes of each lead, before it entered and after; they lie in the table by lead, as no real ones do."""
    for lead, at in entered.items():
        for _ in range(each):
            warm = draw.random()
            kind, after = ("temperature", "hot" if warm < (0.02 if held[lead] else 0.025) else "warm")
            if warm > 0.8:
                kind, after = "stage", draw.choice(STAGES)
            when = at + timedelta(minutes=draw.randrange(-100 * 1440, 265 * 1440))
            yield {"lead_id": lead, "kind": kind, "after": after, "cause": "evidence", "at": when, "reasons": "[]"}


def _put(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows by the quickest way that the database has; columns that they don't name get what the model says."""
    from django.db import connection

    fields = list(model._meta.concrete_fields)
    adapt = connection.ops.adapt_datetimefield_value if connection.vendor == "sqlite" else lambda value: value
    numbers = iter(range(1, 1 << 62))

    def row(given: dict[str, Any]) -> Sequence[Any]:
        values = []
        for field in fields:
            if field.primary_key and field.column not in given:
                value: Any = next(numbers)
            elif field.column in given:
                value = given[field.column]
            else:
                value = field.get_default()
                value = "{}" if isinstance(value, dict) else value
            values.append(adapt(value) if isinstance(value, datetime) else value)
        return values

    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", map(row, rows))
            return
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for given in rows:
                copy.write_row(row(given))


@contextmanager
def _quickly() -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield


def main() -> int:
    """Fill an empty database, ask, and print seconds by name."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from benchmarks.app.asking import spent
    from pyrometer.app.nurture.models import Programme
    from pyrometer.app.nurture.worth.counting import counted
    from pyrometer.app.people.models import User
    from pyrometer.app.starting import migrate
    from pyrometer.app.temperature.models import Transition

    now = datetime.now(UTC)
    migrate()
    fill(int(sys.argv[1]), int(sys.argv[2]), now)
    client = Client()
    client.force_login(User.objects.get(), "django.contrib.auth.backends.ModelBackend")
    first = Programme.objects.get(key=PROGRAMMES[0])
    table = connection.ops.quote_name(Transition._meta.db_table)

    def page(address: str) -> None:
        answer = client.get(address, HTTP_HOST="127.0.0.1")
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    def whole() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT kind, after, COUNT(*), MIN(at) FROM {table} GROUP BY kind, after")
            cursor.fetchall()

    asked: dict[str, Callable[[], Any]] = {
        "pass": whole,
        "counting, one programme": lambda: counted(now, 90, programme=first),
        "counting, all programmes": lambda: counted(now, 90),
        "page of a programme": lambda: page(f"/nurture/programmes/{first.key}/worth/"),
        "page of all programmes": lambda: page("/nurture/worth/"),
    }
    found: dict[str, list[float]] = {name: [] for name in asked}
    clock: dict[str, list[float]] = {name: [] for name in asked}
    for turn in range(TIMES + 1):
        for name, ask in asked.items():
            begun, used = time.perf_counter(), spent()
            ask()
            if turn:
                found[name].append(spent() - used)
                clock[name].append(time.perf_counter() - begun)
            else:
                print(f"{name:28} {(spent() - used) * 1000:7.0f} ms of the processor at first", file=sys.stderr)
    for name, seconds in found.items():
        told = f"{median(seconds) * 1000:7.0f} ms of the processor, {median(clock[name]) * 1000:.0f} ms by the clock"
        print(f"{name:28} {told}, quickest {min(clock[name]) * 1000:.0f}", file=sys.stderr)
    print(json.dumps({name: median(seconds) for name, seconds in found.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
