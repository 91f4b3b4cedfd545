"""`python -m benchmarks.app.asking`: asks a seeded installation for its pages, and prints how long each took."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import quantiles

import django

TIMES = int(os.environ.get("PYROMETER_BENCH_TIMES") or 40)


def pages(draw: random.Random, leads: int) -> dict[str, tuple[str, Callable[[], str]]]:
    """By name: who asks, and for what; each time for something else, so that no page is asked for twice in a row."""
    from benchmarks.app.invented import CHANNELS, COUNTRIES, FIRST, LAST, PLACES, REPS, TRADES
    from pyrometer.app.evidence.models import Lead

    def of(*choices: str) -> Callable[[], str]:
        return lambda: draw.choice(choices)

    def lead() -> Lead:
        return Lead.objects.get(pk=draw.randrange(leads) + 1)

    def many(address: str, **more: tuple[str, ...]) -> Callable[[], str]:
        return lambda: address.format(**{name: draw.choice(values) for name, values in more.items()})

    countries, channels = tuple(COUNTRIES), tuple(CHANNELS)
    stages = ("lead", "mql", "sql", "accepted", "recycled", "unqualified", "quiet", "let_go", "customer")
    warmth, spans = ("hot", "warm", "cool"), ("1", "7", "30", "90")
    reps = tuple(str(number + 1) for number in range(REPS))
    grades = tuple("ABCD")
    return {
        "inbox of a rep": ("rep", of("/inbox/")),
        "inbox of all reps": ("manager", of("/inbox/?rep=")),
        "nobody owns or touched": ("manager", of("/inbox/nobody/")),
        "lead page": ("rep", lambda: f"/leads/{draw.randrange(leads) + 1}/"),
        "timeline, earlier": ("rep", lambda: f"/leads/{draw.randrange(leads) + 1}/timeline/"),
        "leads": ("rep", of("/leads/", "/leads/?sort=seen", "/leads/?sort=new")),
        "leads, pages further on": ("rep", _turned(("/leads/", "/leads/?sort=seen", "/leads/?temperature=warm"))),
        "leads by temperature": ("rep", many("/leads/?temperature={t}", t=warmth)),
        "leads by stage": ("rep", many("/leads/?stage={s}", s=stages)),
        "leads by country": ("rep", many("/leads/?country={c}", c=countries)),
        "leads by channel": ("rep", many("/leads/?channel={c}", c=channels)),
        "leads by grade": ("rep", many("/leads/?grade=fit:{g}", g=grades)),
        "leads last seen": ("rep", many("/leads/?seen={s}", s=spans)),
        "leads of an owner": ("manager", many("/leads/?owner={r}", r=(*reps, "nobody"))),
        "leads, two filters": (
            "rep",
            many("/leads/?temperature={t}&country={c}", t=warmth, c=countries),
        ),
        "leads, many filters": (
            "manager",
            many(
                "/leads/?temperature={t}&country={c}&channel={h}&stage={s}&seen={n}&sort={o}",
                t=("", *warmth),
                c=countries,
                h=channels,
                s=("", *stages),
                n=("", *spans),
                o=("order", "seen", "new"),
            ),
        ),
        "leads, grade and others": (
            "manager",
            many("/leads/?grade=fit:{g}&temperature={t}&country={c}", g=grades, t=("", *warmth), c=countries),
        ),
        "search, a word": ("rep", lambda: f"/leads/?q={draw.choice((*FIRST, *LAST))[:4]}"),
        "search, a name": ("rep", lambda: f"/leads/?q={lead().name}"),
        "search, half a name": ("rep", lambda: f"/leads/?q={draw.choice(FIRST)} {draw.choice(LAST)[:3]}"),
        "search, an address": ("rep", lambda: f"/leads/?q={lead().email}"),
        "search, part of an address": ("rep", lambda: f"/leads/?q={lead().email.partition('@')[2]}"),
        "search, a company": ("rep", lambda: f"/leads/?q={draw.choice(PLACES)} {draw.choice(TRADES)}"),
        "search, nobody": ("rep", lambda: f"/leads/?q=xq{draw.randrange(10**6)}"),
    }


def _turned(addresses: tuple[str, ...]) -> Callable[[], str]:
    """Pages from somewhere in the middle of some lists."""
    from pyrometer.app.handoff.views.cursors import closed
    from pyrometer.app.temperature.models import Reading

    def addressed() -> Iterator[str]:
        last = Reading.objects.order_by("-pk").values_list("pk", flat=True)[0]
        while True:
            for number in range(40):
                reading = Reading.objects.get(pk=1 + number * last // 41)
                yield f"{addresses[0]}?after={closed('order', reading)}"
                yield f"{addresses[1]}&after={closed('seen', reading)}"
                if reading.temperature == "warm":
                    yield f"{addresses[2]}&after={closed('order', reading)}"

    following = addressed()
    return lambda: next(following)


def spent() -> float:
    """Seconds of the processor that this process and what serves its database have used."""
    from django.db import connection

    own = time.process_time()
    if connection.vendor != "postgresql" or connection.connection is None:
        return own
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return own + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def reference() -> float:
    """Seconds of a piece of work that is always the same, and much like what pages do: texts, numbers, dictionaries."""
    begun = time.perf_counter()
    rows: dict[int, str] = {}
    for number in range(20_000):
        rows[number % 997] = f"<td>{number:,}</td>" + str(number)
    return time.perf_counter() - begun


def main() -> int:
    """Ask for each page some times, or with `content` for slots of the site; prints how long that took.

    Percentiles are in seconds, and as they are at the machine's full speed.

    A machine that others share is at times half as quick as at others. So the same piece of work is timed before and
    after each page, and `full95` is the percentile of the page's time in such pieces, times the quickest of them.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pyrometer.app.settings")
    django.setup()
    from django.test import Client

    from benchmarks.app.contents import contents, prepare
    from benchmarks.app.invented import MANAGER, REP
    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.memory import settle
    from pyrometer.app.people.models import User

    wanted = sys.argv[1:]
    clients = {"nobody": Client()}
    for who, email in (("manager", MANAGER), ("rep", REP.format(7))):
        clients[who] = Client()
        clients[who].force_login(User.objects.get(email=email), "django.contrib.auth.backends.ModelBackend")
    if wanted == ["content"]:
        prepare()
    settle()  # as the web process does
    draw = random.Random(7)
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    those = contents if wanted == ["content"] else pages
    found: dict[str, dict[str, float]] = {}
    quickest = min(reference() for _ in range(100))
    for name, (who, address) in those(draw, last).items():
        if wanted and not any(word in name for word in wanted):
            continue
        clock, processor, pieces, slowest = [], [], [], ("", 0.0)
        for turn in range(TIMES + 1):
            where = address()
            before = reference()
            begun, used = time.perf_counter(), spent()
            answer = clients[who].get(where, HTTP_HOST="127.0.0.1")
            took = time.perf_counter() - begun
            if answer.status_code != 200:
                raise RuntimeError(f"{where} answered {answer.status_code}")
            if turn:  # the first one makes ready what is kept
                clock.append(took)
                processor.append(spent() - used)
                after = reference()
                quickest = min(quickest, before, after)
                pieces.append(took * 2 / (before + after))
                slowest = max(slowest, (where, took), key=lambda each: each[1])
        halves, ends = (quantiles(each, n=2)[0] for each in (clock, processor)), quantiles(clock, n=20)[-1]
        p50, cpu50 = halves
        found[name] = {"p50": p50, "p95": ends, "cpu50": cpu50, "cpu95": quantiles(processor, n=20)[-1]}
        found[name] |= {"pieces50": quantiles(pieces, n=2)[0], "pieces95": quantiles(pieces, n=20)[-1]}
        told = "  ".join(f"{key} {found[name][key] * 1000:6.1f}" for key in ("p50", "p95", "cpu50", "cpu95"))
        print(f"{name:28} {told} ms; slowest {slowest[0]}", file=sys.stderr)
    for name, took in found.items():
        took |= {"full50": took.pop("pieces50") * quickest, "full95": took.pop("pieces95") * quickest}
        print(f"{name:28} {took['full50'] * 1000:6.1f} {took['full95'] * 1000:6.1f} ms at full speed", file=sys.stderr)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
