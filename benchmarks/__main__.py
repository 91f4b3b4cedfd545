"""`python -m benchmarks`: generates evidence, checks that results agree, measures, and prints the budgets."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import duckdb
from rich.console import Console

from benchmarks.budgets import Report
from benchmarks.generate import Evidence, ready
from benchmarks.measure import BenchmarkError
from benchmarks.suite import Suite


def main() -> int:
    """Run from the command line; 1 where results disagree, never because of a missed budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--events", default="1e6,1e7,1e8", help="sizes, smallest first (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one million events only, a minute or two")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the evidence there, and use it again")
    parser.add_argument(
        "--only",
        metavar="PART",
        action="append",
        choices=Suite.PARTS,
        help=f"only these parts: {', '.join(Suite.PARTS)} (may be repeated)",
    )
    parser.add_argument("--memory-limit", default="2GiB", help="of the run that must spill (default: %(default)s)")
    parser.add_argument("--turns", type=int, help="runs of everything (default: by size, from 5 to 2)")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="write what the part `scale` measured as JSON")
    asked = parser.parse_args()
    try:
        sizes = [1_000_000] if asked.quick else sorted(int(float(size)) for size in asked.events.split(","))
    except ValueError:
        parser.error(f"--events: `{asked.events}` is not a list of numbers such as 1e6,1e7")
    if min(sizes) < 10_000:
        parser.error("--events: fewer than 10,000 events measure nothing")
    signal.signal(signal.SIGTERM, _stop)
    # Not inside the table, so that `python -m benchmarks > table.txt` has the table alone.
    progress = Console(stderr=True, highlight=False)
    report = Report()
    started = time.perf_counter()
    try:
        with _folder(asked.keep) as folder, progress.status("…") as status:

            def say(text: str) -> None:
                if progress.is_terminal:
                    status.update(text)
                else:
                    progress.print(text)

            evidence: list[Evidence] = []
            for size in sizes:
                say(f"{size:,} events: generating")
                evidence.append(ready(size, folder / f"{size}"))
            parts = asked.only or Suite.PARTS
            suite = Suite(evidence, folder, report, say, parts, asked.memory_limit, asked.turns, asked.figures)
            suite.run()
    except KeyboardInterrupt:
        progress.print("stopped")
        return 130
    except BenchmarkError as error:
        progress.print(f"[red]error:[/] {error}", markup=True)
        return 1
    finally:
        if report.lines:
            report.show(Console(width=150 if not sys.stdout.isatty() else None))
    minutes = (time.perf_counter() - started) / 60
    progress.print(f"DuckDB {duckdb.__version__}, Python {sys.version.split()[0]}, {minutes:.0f} minutes")
    return 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        yield Path(folder)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
