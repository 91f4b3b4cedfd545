"""`python -m benchmarks.app`: what the application takes in, and how quickly it answers when it is full."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

DEFINITION = Path(__file__).parents[2] / "examples" / "b2b-saas" / "definition.yaml"


def main() -> int:
    """Measure, or only seed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app", description=__doc__)
    parser.add_argument("--leads", type=float, default=1e6, help="of the full database (default: %(default)g)")
    parser.add_argument("--events", type=float, default=2e7, help="of the full database (default: %(default)g)")
    parser.add_argument("--databases", default="sqlite,postgresql", help="which ones (default: %(default)s)")
    parser.add_argument(
        "--only",
        choices=("ingest", "pages", "content", "sweep", "mail", "nurture", "worth"),
        action="append",
        help="only these (may be repeated)",
    )
    parser.add_argument("--mails", type=float, default=2000, help="of each run of mail (default: %(default)g)")
    parser.add_argument("--seed", action="store_true", help="only fill the database of PYROMETER_DATA or DATABASE_URL")
    asked = parser.parse_args()
    say = Console(stderr=True, highlight=False).print
    if asked.seed:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pyrometer.app.settings")
        from pyrometer.app.starting import migrate

        migrate()
        from benchmarks.app.seeding import seed

        begun = time.perf_counter()
        seed(int(asked.leads), int(asked.events), datetime.now(UTC), say)
        say(f"{asked.leads:,.0f} leads and {asked.events:,.0f} events in {time.perf_counter() - begun:.0f} s")
        return 0
    table = Table(box=None, title="The application", title_justify="left")
    for number, head in enumerate(("what", "database", "must", "was", "")):
        table.add_column(head, justify="right" if number in (2, 3) else "left")
    for kind in asked.databases.split(","):
        if not asked.only or "ingest" in asked.only:
            _ingest(kind, table, say)
        if not asked.only or "pages" in asked.only:
            from benchmarks.app.pages import measured

            for what, seconds in measured(kind, int(asked.leads), int(asked.events), say).items():
                kept = "kept" if seconds <= 0.1 else "missed"
                table.add_row(f"{what}, 95th percentile", kind, "≤ 100 ms", f"{seconds * 1000:.0f} ms", kept)
        if not asked.only or "content" in asked.only:
            _content(kind, int(asked.leads), int(asked.events), table, say)
        if not asked.only or "mail" in asked.only:
            _mail(kind, int(asked.mails), table, say)
        if not asked.only or "worth" in asked.only:
            _worth(kind, int(asked.leads) // 10, table, say)
        if not asked.only or "sweep" in asked.only:
            _sweep(kind, int(asked.leads) // 10, int(asked.events) // 2, table, say)
        if not asked.only or "nurture" in asked.only:
            _nurture(kind, int(asked.leads) // 10, int(asked.events) // 10, table, say)
    Console(width=140 if not sys.stdout.isatty() else None).print(table)
    return 0


def _ingest(kind: str, table: Table, say: object) -> None:
    from benchmarks.app.ingest import installation, rate, visible

    with installation(kind, DEFINITION) as found:
        seconds = visible(found)
        for size, least in ((100, 2000), (1, 300)):
            got = rate(found, size, least * 3 // 2)
            speed = got.accepted / got.drained if size > 1 else got.accepted / got.seconds
            name = f"events/s in batches of {size}, digested and scored" if size > 1 else "single requests/s"
            table.add_row(name, kind, f"≥ {least:,}", f"{speed:,.0f}", "kept" if speed >= least else "missed")
        kept = "kept" if seconds <= 1 else "missed"
        table.add_row("accepted to visible at 100 events/s, p95", kind, "≤ 1 s", f"{seconds:.2f} s", kept)


def _content(kind: str, leads: int, events: int, table: Table, say: Callable[..., Any]) -> None:
    from benchmarks.app.contents import BUDGET
    from benchmarks.app.pages import measured

    for what, seconds in measured(kind, leads, events, say, "content").items():
        kept = "kept" if seconds <= BUDGET else "missed"
        table.add_row(f"{what}, 95th percentile", kind, f"≤ {BUDGET * 1000:.0f} ms", f"{seconds * 1000:.1f} ms", kept)


def _mail(kind: str, mails: int, table: Table, say: object) -> None:
    from benchmarks.app.mail import measured

    sides = [("sink", 1, False), ("sink", 2, False), ("sink", 1, True), ("sink", 2, True)]
    for server, workers, signed in (*sides, ("aiosmtpd", 1, False), ("postfix", 1, False)):
        found = measured(kind, server, mails, workers=workers, signed=signed, say=say)
        who = "a worker" if workers == 1 else f"{workers} workers"
        name = f"mails handed to {server} by {who}{', signed' if signed else ''} / a bare loop of smtplib"
        seconds = f"{found.worker:,.0f} / {found.bare:,.0f} a second, {found.processor * 1000:.2f} ms of CPU each"
        table.add_row(name, kind, "", f"{found.worker / found.bare:.2f} ×", seconds)


def _nurture(kind: str, leads: int, events: int, table: Table, say: object) -> None:
    """A tenth of the leads, and of the events."""
    from benchmarks.app.nurturing import SECONDS, measured

    found = measured(kind, leads, events, say)
    whole = leads == 100_000 and kind == "sqlite"
    kept = ("kept" if found.seconds <= SECONDS else "missed") if whole else ""
    name = f"stepping {leads:,} that are due at once ({found.mails:,} mails, {found.ended:,} left)"
    table.add_row(name, kind, f"≤ {SECONDS} s" if whole else "", f"{found.seconds:.1f} s", kept)
    ratio = found.seconds / found.reading
    table.add_row("the same, to reading as many leads once", kind, "", f"{ratio:.2f}", f"{found.reading:.1f} s")


def _worth(kind: str, enrolments: int, table: Table, say: object) -> None:
    """A tenth of the leads entered programmes, and each changed ten times."""
    from benchmarks.app.worth import SECONDS, measured

    found = measured(kind, enrolments, 10 * enrolments, say)
    for name, seconds in found.items():
        page = name.startswith("page")
        kept = ("kept" if seconds <= SECONDS else "missed") if page and enrolments == 100_000 else ""
        told = f"{seconds * 1000:,.0f} ms, {seconds / found['pass']:.1f} × a pass over the transitions"
        table.add_row(f"worth of programmes: {name}", kind, f"≤ {SECONDS:.0f} s" if page else "", told, kept)


def _sweep(kind: str, leads: int, events: int, table: Table, say: object) -> None:
    """A tenth of the leads, and half of the events."""
    from benchmarks.app.sweep import EVENTS, MILLISECONDS, SECONDS, measured

    found = measured(kind, leads, events, say)
    spent = found.reading * 1000
    judged = events <= EVENTS * leads
    kept = ("kept" if spent <= MILLISECONDS else "missed") if judged else ""
    name = f"CPU to read and hand off a lead with {events / leads:.0f} events"
    table.add_row(name, kind, f"≤ {MILLISECONDS} ms" if judged else "", f"{spent:.2f} ms", kept)
    whole = (leads, events) == (100_000, 10_000_000)
    kept = ("kept" if found.sweeping <= SECONDS and not found.corrected else "missed") if whole else ""
    name = f"sweep of {leads:,} leads and {events:,} events, {found.corrected} corrected"
    table.add_row(name, kind, f"≤ {SECONDS} s" if whole else "", f"{found.sweeping:.1f} s", kept)


if __name__ == "__main__":
    raise SystemExit(main())
