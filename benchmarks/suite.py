"""The order of measuring: what is compared with what, on which size."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import archive, backtest, scale
from benchmarks.budgets import Report
from benchmarks.generate import AS_OF, DAY_AFTER, Evidence
from benchmarks.measure import Job, command_seconds, exponent, imported, in_turns, run, same, verify

GIB = 1 << 30
FULL = 100_000_000
"""The budgets of ratios and memory are for this many events; fewer are shown without a verdict."""
LIVE = {1: 0.040, 500: 0.150}
"""Seconds that so many touched leads may take, on the machine on which that was settled."""
BY_HAND_THEN = 9.0
"""Seconds that the hand-written SQL with 20 rules took there over 100 M events."""
HEAVY = {"django", "pandas", "sklearn", "pyarrow", "numpy", "scipy", "lightgbm"}


class Suite:
    """Runs the parts that were asked for and fills a report."""

    PARTS = ("direct", "shapes", "tally", "archive", "backtest", "scale", "memory", "live", "start")

    def __init__(
        self,
        evidence: list[Evidence],
        folder: Path,
        report: Report,
        say: Callable[[str], None],
        parts: Sequence[str],
        memory_limit: str,
        turns: int | None,
        figures: Path | None = None,
    ) -> None:
        self.evidence, self.folder, self.report, self.say = evidence, folder, report, say
        self.parts, self.memory_limit, self.turns = parts, memory_limit, turns
        self.figures = figures
        self.largest = evidence[-1]
        self.seconds: dict[tuple[int, int], float] = {}

    def run(self) -> None:
        """All parts, the quick ones last."""
        for part in self.PARTS:
            if part in self.parts:
                getattr(self, f"_{part}")()

    def _job(self, name: str, found: Evidence, **rest: Any) -> Job:
        return {"job": name, "events": found.event_files, "profile": found.profile, "as_of": AS_OF, **rest}

    def _limit(self, budget: float, found: Evidence) -> float | None:
        return budget if found.events >= FULL else None

    def _times(self, found: Evidence) -> int:
        return self.turns or (5 if found.events <= 1_000_000 else 3 if found.events <= 10_000_000 else 2)

    def _told(self, found: Evidence) -> Callable[[str], None]:
        return lambda text: self.say(f"{found.label}: {text}")

    def _direct(self) -> None:
        """Against the hand-written SQL, after checking that both say the same."""
        for found in self.evidence:
            tell = self._told(found)
            for size in (20, 60):
                tell(f"comparing the scores of {size} rules")
                hand, ours = self.folder / "hand.parquet", self.folder / "ours.parquet"
                run(self._job("hand", found, size=size, write=str(hand)))
                run(self._job("direct", found, size=size, write=str(ours)))
                apart = verify(hand, ours)
                took = in_turns(
                    {
                        f"by hand, {size} rules": self._job("hand", found, size=size),
                        f"direct, {size} rules": self._job("direct", found, size=size),
                    },
                    self._times(found),
                    tell,
                )
                by_hand, direct = took.values()
                self.seconds[found.events, size] = direct.wall
                self.report.add(
                    f"direct scoring, {size} rules / by hand",
                    self._limit(1.10, found),
                    direct.wall / by_hand.wall,
                    "×",
                    f"{found.label}: {direct.wall:.2f} s / {by_hand.wall:.2f} s; scores within {apart:.4f} points",
                    direct.cpu / by_hand.cpu,
                )
        first = self.evidence[0]
        if first is not self.largest:
            growth = self.largest.events / first.events
            for size in (20, 60):
                grown = exponent(self.seconds[first.events, size], self.seconds[self.largest.events, size], growth)
                self.report.add(
                    f"growth exponent, {size} rules", 1.05, grown, "", f"{first.label} to {self.largest.label}"
                )

    def _shapes(self) -> None:
        found = self.evidence[min(1, len(self.evidence) - 1)]
        took = in_turns(
            {
                "20 rules": self._job("direct", found, size=20),
                "with daily, latest and distinct rules": self._job("direct", found, size=20, shapes=True),
            },
            self._times(found),
            self._told(found),
        )
        plain, shapes = took.values()
        self.report.add(
            "20 rules + 2 daily, latest, distinct / without",
            None,
            shapes.wall / plain.wall,
            "×",
            f"{found.label}: {shapes.wall:.2f} s / {plain.wall:.2f} s",
            shapes.cpu / plain.cpu,
        )

    def _tally(self) -> None:
        """Scoring again, and after a day's new events; equal to direct scoring digit by digit."""
        found = self.largest
        tell = self._told(found)
        for size in (20, 60):
            folder = self.folder / f"tally-{size}"
            shutil.rmtree(folder, ignore_errors=True)
            tell(f"building the tally of {size} rules")
            built = run(self._job("build_tally", found, size=size, tally=str(folder)))
            tell("comparing tallied with direct scores")
            direct, tallied = self.folder / "ours.parquet", self.folder / "tallied.parquet"
            all_events = [*found.event_files, found.new_events]
            run(self._job("direct", found, size=size, write=str(direct)))
            run(self._job("direct", found, size=size, tally=str(folder), write=str(tallied)))
            same(direct, tallied)
            fresh = {"size": size, "tally": str(folder), "as_of": DAY_AFTER, "new": [found.new_events]}
            whole = {"size": size, "events": all_events, "as_of": DAY_AFTER}
            run({**self._job("direct", found), **whole, "write": str(direct)})
            run({**self._job("refresh", found), **fresh, "write": str(tallied)})
            same(direct, tallied)
            took = in_turns(
                {
                    f"by hand, {size} rules": self._job("hand", found, size=size),
                    f"from the tally, {size} rules": self._job("direct", found, size=size, tally=str(folder)),
                    f"direct with the new day, {size} rules": {**self._job("direct", found), **whole},
                    f"new day folded in and scored, {size} rules": {**self._job("refresh", found), **fresh},
                },
                self._times(found),
                tell,
            )
            by_hand, again, full, refreshed = took.values()
            self.report.add(
                f"scoring from the tally, {size} rules / by hand",
                self._limit(0.30, found),
                again.wall / by_hand.wall,
                "×",
                f"{found.label}: {again.wall:.2f} s / {by_hand.wall:.2f} s; built in {built['wall']:.1f} s, "
                f"{built['rows']:,} rows, {built['bytes'] / 1e6:,.0f} MB",
                again.cpu / by_hand.cpu,
            )
            self.report.add(
                f"a new day folded in and all rescored, {size} rules / direct",
                self._limit(0.35, found),
                refreshed.wall / full.wall,
                "×",
                f"{found.label}: {refreshed.wall:.2f} s / {full.wall:.2f} s, of which scoring "
                f"{refreshed.more['scoring']:.2f} s",
                refreshed.cpu / full.cpu,
            )
            shutil.rmtree(folder)

    def _archive(self) -> None:
        """Scoring from an archive and from its tally; equal to scoring from files digit by digit."""
        found = self.largest
        limit = self._limit(0.35, found)
        archive.measure(found, self.folder, self.report, self._told(found), self._times(found), limit)

    def _backtest(self) -> None:
        """Many dates judged from the tally; the replay of each equal to scoring it for itself."""
        found = self.evidence[min(1, len(self.evidence) - 1)]
        backtest.measure(found, self.folder, self.report, self._told(found), min(2, self._times(found)), 1.0)

    def _scale(self) -> None:
        """How time and memory grow with events, here and in PostgreSQL, chdb and Spark."""
        rows = scale.measure(self.evidence, self.folder, self.report, self.say, self._times)
        if self.figures is not None:
            scale.write_figures(rows, self.figures)

    def _memory(self) -> None:
        """The peak without a limit, and that a tight limit is survived with the same results."""
        found = self.largest
        tell = self._told(found)
        one, other = self.folder / "ours.parquet", self.folder / "tight.parquet"
        tell("peak memory")
        free = run(self._job("direct", found, size=60, write=str(one)))
        self.report.add(
            "peak memory, 60 rules",
            self._limit(6.0, found),
            free["peak"] / GIB,
            "GiB",
            f"{found.label}, {free['leads']:,} leads",
        )
        tell(f"with a limit of {self.memory_limit}")
        tight = run(self._job("direct", found, size=60, memory_limit=self.memory_limit, write=str(other)))
        same(one, other)
        self.report.add(
            f"peak memory under a limit of {self.memory_limit}",
            None,
            tight["peak"] / GIB,
            "GiB",
            f"finishes in {tight['wall']:.1f} s (without a limit {free['wall']:.1f} s), same results",
        )

    def _live(self) -> None:
        """As a share of the hand-written SQL's time in turn with it, because milliseconds say more of the machine."""
        found = self.evidence[0]
        batches = {f"{leads} touched lead{'s' * (leads > 1)} rescored live, 60 rules": leads for leads in LIVE}
        by_hand, *took = in_turns(
            {
                "by hand, 20 rules": self._job("hand", self.largest, size=20),
                **{
                    what: self._job("live", found, size=60, leads=leads, times=15 if leads > 1 else 40)
                    for what, leads in batches.items()
                },
            },
            self._times(self.largest),
            self._told(self.largest),
        ).values()
        for (what, leads), live in zip(batches.items(), took, strict=True):
            share = LIVE[leads] / BY_HAND_THEN
            limit = self._limit(share, self.largest)
            may = "" if limit is None else f" of {limit * by_hand.wall * 1000:.0f} here"
            self.report.add(
                f"{what} / by hand, 20",
                None if limit is None else 100 * limit,
                100 * live.wall / by_hand.wall,
                "%",
                f"{live.wall * 1000:.0f} ms{may} (CPU {live.cpu * 1000:.0f} ms), median of a process; "
                f"{live.more['events']:,} events; {self.largest.label} by hand: {by_hand.wall:.2f} s",
                100 * live.cpu / by_hand.cpu,
            )

    def _start(self) -> None:
        self.say("start of the command line")
        bare = command_seconds([sys.executable, "-c", "pass"], 7)
        started = command_seconds([sys.executable, "-m", "pyrometer.cli", "--help"], 7)
        self.report.add("start of pyrometer --help", 0.25, started, "s", f"{started / bare:.1f} × a bare Python")
        loaded = imported("pyrometer.scoring, pyrometer.explanation, pyrometer.assurance, pyrometer.live") & HEAVY
        self.report.add("heavy packages that importing the core loads", 0, len(loaded), "", ", ".join(sorted(loaded)))
