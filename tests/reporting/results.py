"""Results of the other commands, written by hand, with a word that may be hostile wherever data could have put one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pyrometer.backtesting.result import (
    Backtest,
    Band,
    Calibrated,
    Capacity,
    Comparison,
    Dated,
    Difference,
    HandOff,
    Judgement,
    Moved,
    Rate,
    Tenth,
    Threshold,
)
from pyrometer.evidence import DataNote
from pyrometer.learning import CoolingCurve, EventSeen, HalfLifeTried, Learned, Looks
from pyrometer.learning.result import Present
from pyrometer.profiling.result import Aspect, Counted, Exposure, Pair, Profile, Segment
from pyrometer.simulation.result import (
    Cause,
    CauseCount,
    Change,
    Ended,
    Flip,
    FlipGroup,
    LineCount,
    Queue,
    ScoreChange,
    SideReport,
    Simulation,
    Week,
)
from tests.reporting.learnings import learned

BEGIN = datetime(2026, 1, 4, tzinfo=UTC)


def cooled(word: str = "pages") -> Learned:
    """What was learned from dated evidence, with the cooling of a kind of event."""
    tried = [
        HalfLifeTried(days, 0.6 + gain, (0.55 + gain, 0.65 + gain), gain, (gain - 0.02, gain + 0.02))
        for days, gain in ((7, 0.01), (14, 0.06), (30, 0.03), (None, 0.0))
    ]
    present = Present(word, "ef" * 32, (word,), True, (), 0.03, (0.01, 0.05))
    return replace(
        learned(),
        present=present,
        template=f"name: {word}",
        looks=Looks("2025-01-01", "2025-12-01", (5.0, 20.0, 40.0), (6.0, 21.0, 44.0), 3, 4),
        events=(EventSeen(word, 500, 0.4, 0.02, "used"),),
        cooling=(CoolingCurve(word, (word, "x"), tuple(tried), 14, 14, (14,), 400, f"because of {word}"),),
    )


def profile(word: str = "Fair") -> Profile:
    """A profile with a finding by channel, a pair, and an aspect that tells nothing."""

    def segment(name: str, rate: float, direction: str | None) -> Segment:
        lift = rate / 0.3
        return Segment(
            name, 200, round(200 * rate), rate, rate, (rate - 0.05, rate + 0.05), lift, (lift - 0.2, lift + 0.2),
            0.01, 0.02, direction, 0.2 if direction else 0.0,  # type: ignore[arg-type]
        )  # fmt: skip

    found = Aspect(word, "channel", "text", (segment(word, 0.5, "more"), segment("other", 0.15, "less")), 20.0)
    quiet = Aspect(f"quiet {word}", "trait", "text", (segment(word, 0.3, None),), 20.0)
    pair = Pair((word, "size"), (word, "big"), 90, 60, 0.66, 0.6, (0.5, 0.7), 2.0, (1.6, 2.3), (0.5, 0.4), 0.01, 0.01)
    return Profile(
        portrait=(f"Leads close most often where {word}.",),
        refusal=None,
        counted=Counted(500, 10, 40, 30, 10, 10, 400),
        base_rate=0.3,
        aspects=(found, quiet),
        apart=(Aspect(word, "trait", "text", (), 1.0, f"it is {word}"),),
        pairs=(pair,),
        pairs_tried=40,
        tests=12,
        false_discoveries=0.05,
        exposure=Exposure(14, False),
        warnings=(word,),
        fingerprint="cd" * 32,
        seed=0,
    )


def simulation(word: str = "Demo") -> Simulation:
    """A simulation in which leads become hot and others cool."""
    ended = Ended(30, 70, 20, (0.22, 0.4))
    cause = Cause("points", word, "fit")
    groups = (
        FlipGroup(
            "warm",
            "hot",
            40,
            (CauseCount(cause, 40),),
            (LineCount("fit", word, 40, 4_000_000),),
            Ended(12, 8, 20, (0.39, 0.78)),
        ),
        FlipGroup(
            "warm", "cool", 10, (CauseCount(Cause("threshold", word, "fit"), 10),), (), Ended(1, 9, 0, (0.02, 0.4))
        ),
        FlipGroup("hot", "warm", 5, (CauseCount(Cause("condition", word), 5),), (), None),
    )
    matrix = {
        "hot": {"hot": 20, "warm": 5, "cool": 0},
        "warm": {"hot": 40, "warm": 30, "cool": 10},
        "cool": {"hot": 0, "warm": 0, "cool": 95},
    }
    sides = [
        SideReport(word, mark * 64, counts, dict.fromkeys(("hot", "warm", "cool"), ended))
        for mark, counts in (("a", {"hot": 25, "warm": 80, "cool": 95}), ("b", {"hot": 60, "warm": 35, "cool": 105}))
    ]
    flip = Flip(word, "warm", "hot", None, (cause,), (ScoreChange(word, 100_000, 200_000, ()),), "won")
    return Simulation(
        old=sides[0],
        new=sides[1],
        as_of=datetime(2026, 6, 1, tzinfo=UTC),
        basis="asked",
        leads=200,
        only_old=3,
        only_new=0,
        matrix=matrix,
        changes=(Change(word, word, word, None), *(Change("fit", f"rule {at}", None, "+1") for at in range(12))),
        uncompared=(word,),
        groups=groups,
        shown=(flip,),
        examples=4,
        failed_examples=(word,),
        queue=Queue(tuple(Week(BEGIN + timedelta(weeks=at), at, 2 * at) for at in range(8)), 10, (word,)),
        ended=ended,
        early=2,
        notes=(DataNote("warning", "events.csv", word),),
    )  # fmt: skip


def backtest(word: str = "Agreed") -> Backtest:
    """A backtest of two definitions over six dates."""

    def rate(share: float) -> Rate:
        lift = share / 0.3
        return Rate(
            100, 80, 85.0, round(100 * share), share, (share - 0.08, share + 0.08), lift, (lift - 0.3, lift + 0.3)
        )

    dates = tuple(
        Dated(
            BEGIN + timedelta(weeks=4 * at), at < 5, 100, 10, 30, 60, 20, 40, 40,
            None if at == 0 else 8 * at, None if at == 0 else 4.0, float(at), 0.5, (0.3, 0.7),
        )
        for at in range(6)
    )  # fmt: skip
    bound = Threshold(400_000, 3.0, 5.0, 0.9, 0.5, 0.6)
    judged = Judgement(
        name=word,
        fingerprint="a" * 64,
        base=rate(0.3),
        bands=tuple(
            Band(name, 200, rate(share)) for name, share in (("hot", 0.6), ("warm", 0.3), ("cool", 0.15))
        ),
        tenths=tuple(
            Tenth(score, at, 20, 1_000 * at, 2_000 * at, rate(0.6 - at / 20))
            for score in ("call order", word)
            for at in range(1, 11)
        ),
        dates=dates,
        hand_off=HandOff(
            40, 30, 18, 0.6, (0.4, 0.75), 50, 18, 0.36, (0.24, 0.5), 32,
            ((word, "warm", 412_345),), 18, (5.0, 11.0, 20.0),
        ),
        calibration=tuple(Calibrated(at, rate(0.6 - at / 20), rate(0.58 - at / 20)) for at in range(1, 11)),
        calibration_error=0.02,
        area=0.7,
        capacity=Capacity(6.0, word, 500_000, bound, (bound,), None),
    )  # fmt: skip
    comparison = Comparison(
        readings=600,
        leads=300,
        apart=5,
        differences=(
            Difference("recall of hot at hand-off", 0.36, 0.5, 0.14, (0.02, 0.26)),
            Difference("area under the curve", 0.7, 0.69, -0.01, (-0.03, 0.01)),
            Difference("lift of hot", 2.0, 1.8, -0.2, (-0.5, 0.1)),
        ),
        moved=(
            Moved("warm", "hot", 60, 30, 20, 10),
            Moved("cool", "warm", 20, 15, 3, 9),
            Moved("hot", "hot", 50, 20, 12, 8),
        ),
        resamples=1000,
        seed=0,
    )
    return Backtest(
        times=tuple(date.at for date in dates),
        until=BEGIN + timedelta(weeks=24),
        days_to_win=40.0,
        mature_days=40.0,
        judged_until=BEGIN + timedelta(weeks=18),
        outcomes_won=90,
        outcomes_lost=210,
        outcomes_open=30,
        undated=2,
        missed=1,
        still_open=0.1,
        first=judged,
        second=judged,
        comparison=comparison,
        limits=(word,),
        notes=(DataNote("warning", "leads.csv", word),),
        seed=0,
    )
