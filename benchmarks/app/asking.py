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


def main() -> int:
    """Ask for each page some times; prints its percentiles, by the clock and of the processor, in seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pyrometer.app.settings")
    django.setup()
    from django.test import Client

    from benchmarks.app.invented import MANAGER, REP
    from pyrometer.app.evidence.models import Lead
    from pyrometer.app.memory import settle
    from pyrometer.app.people.models import User

    clients = {}
    for who, email in (("manager", MANAGER), ("rep", REP.format(7))):
        clients[who] = Client()
        clients[who].force_login(User.objects.get(email=email), "django.contrib.auth.backends.ModelBackend")
    settle()  # as the web process does
    draw = random.Random(7)
    last = Lead.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    wanted = sys.argv[1:]
    found: dict[str, dict[str, float]] = {}
    for name, (who, address) in pages(draw, last).items():
        if wanted and not any(word in name for word in wanted):
            continue
        clock, processor, slowest = [], [], ("", 0.0)
        for turn in range(TIMES + 1):
            where = address()
            begun, used = time.perf_counter(), spent()
            answer = clients[who].get(where, HTTP_HOST="127.0.0.1")
            took = time.perf_counter() - begun
            if answer.status_code != 200:
                raise RuntimeError(f"{where} answered {answer.status_code}")
            if turn:  # the first one makes ready what is kept
                clock.append(took)
                processor.append(spent() - used)
                slowest = max(slowest, (where, took), key=lambda each: each[1])
        halves, ends = (quantiles(each, n=2)[0] for each in (clock, processor)), quantiles(clock, n=20)[-1]
        p50, cpu50 = halves
        found[name] = {"p50": p50, "p95": ends, "cpu50": cpu50, "cpu95": quantiles(processor, n=20)[-1]}
        told = "  ".join(f"{key} {value * 1000:6.1f}" for key, value in found[name].items())
        print(f"{name:28} {told} ms; slowest {slowest[0]}", file=sys.stderr)
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
