"""What a backtest finds. Scores are in units (1 point = 10,000), rates from 0 to 1, intervals 95 %, times UTC."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pyrometer.evidence import DataNote
from pyrometer.intervals import Interval


@dataclass(frozen=True)
class Rate:
    """How many of some readings' leads were won later, of those that were decided.

    `readings` are decided lead-dates, `leads` the different leads among them, `worth` Kish's effective number of
    leads, from which Wilson's `interval` is; `rate` is the share of `won` among the readings. `lift` is the rate over
    the base rate, `lift_interval` the same for the interval, the base rate taken as known. A rate of nothing is None.
    """

    readings: int
    leads: int
    worth: float
    won: int
    rate: float | None
    interval: Interval | None
    lift: float | None
    lift_interval: Interval | None


@dataclass(frozen=True)
class Band:
    """Leads of a temperature: `readings` counts all of their lead-dates, `later` those that were decided later."""

    temperature: str
    readings: int
    later: Rate


@dataclass(frozen=True)
class Tenth:
    """A tenth of the readings of each date by a score, 1 the highest; readings with the same score stay together.

    `score` is the score's name, or `call order`: warmer first, then by the sum of all scores. `lowest` and `highest`
    are units; of the call order the sums.
    """

    score: str
    tenth: int
    readings: int
    lowest: int
    highest: int
    later: Rate


@dataclass(frozen=True)
class Dated:
    """One date: undecided leads by temperature, how they ended, and the work that came up since the date before.

    `leads` had a reading and weren't decided; `judged` says whether the date lies far enough back for its outcomes to
    be known. `won`, `lost` and `open` are of those leads. `new_hot` became hot since the date before, in `weeks`;
    both are None at the first date, of which nobody knows since when its leads were hot. `waiting` is what a team of
    the given capacity hadn't got to yet. `hot_rate` is the share won of decided leads that were hot, each lead once.
    """

    at: datetime
    judged: bool
    leads: int
    hot: int
    warm: int
    cool: int
    won: int
    lost: int
    open: int
    new_hot: int | None
    weeks: float | None
    waiting: float | None
    hot_rate: float | None
    hot_interval: Interval | None


@dataclass(frozen=True)
class HandOff:
    """Hot as the hand-off to sales; a lead counts once, when it was first hot at a judged date.

    `handed` leads became hot before they were decided, `decided` of them later, `won` of these: `precision`. Of
    `won_leads` that were read before they were won, `won_hot` had been hot: `recall`. `never_hot` are the others, with
    some of their ids in `never_hot_leads`, the highest first: id, warmest temperature, sum of scores at the last date.
    Days from first hot to won: the quartiles, of the `timed` leads that weren't hot at the first date already.
    Intervals are Wilson's.
    """

    handed: int
    decided: int
    won: int
    precision: float | None
    precision_interval: Interval | None
    won_leads: int
    won_hot: int
    recall: float | None
    recall_interval: Interval | None
    never_hot: int
    never_hot_leads: tuple[tuple[str, str, int], ...]
    timed: int
    days_to_won: tuple[float, float, float] | None


@dataclass(frozen=True)
class Calibrated:
    """Readings of like call order: what share was won at the earlier judged dates, and at the later ones."""

    tenth: int
    earlier: Rate
    later: Rate


@dataclass(frozen=True)
class Threshold:
    """What hot would have been with another bound: `points` of the score that hot asks for.

    `per_week` is the mean of new hot leads a week, `busiest` that of the busiest stretch between two dates, `fits` the
    share of stretches that the capacity suffices for. Precision and recall are as in `HandOff`.
    """

    points: int
    per_week: float
    busiest: float
    fits: float
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Capacity:
    """The bound of hot that a team can follow up: the lowest from which on all fit nine of ten stretches.

    Of bounds that do the same it is the one nearest to the present one.

    `per_week` leads; `score` is the one that hot asks for, and whose bound is `present` (units) now. `proposed` is None
    where no bound fits, the present one does well, too few leads tell, or hot asks for no score: `refusal` says why.
    `tried` are bounds with what they give. A bound means what the definition's own word does, `at_least` or `above`.
    """

    per_week: float
    score: str | None
    present: int | None
    proposed: Threshold | None
    tried: tuple[Threshold, ...]
    refusal: str | None


@dataclass(frozen=True)
class Judgement:
    """One definition, judged.

    `area` is the chance that of two readings of a date, one won later and one lost, the won one stands higher in the
    call order, ties half: the area under the ROC curve within dates. `calibration_error` is the mean of how far rates
    of the later half of dates are off those of the earlier half, by tenth, weighted by readings.
    """

    name: str
    fingerprint: str
    base: Rate
    bands: tuple[Band, ...]
    tenths: tuple[Tenth, ...]
    dates: tuple[Dated, ...]
    hand_off: HandOff
    calibration: tuple[Calibrated, ...]
    calibration_error: float | None
    area: float | None
    capacity: Capacity | None


@dataclass(frozen=True)
class Difference:
    """A figure of both definitions and the second less the first, over the same leads and dates.

    The interval is the percentile interval of a Poisson bootstrap by lead: all dates of a lead are drawn together.
    None where a figure has nothing to be made of.
    """

    figure: str
    first: float | None
    second: float | None
    difference: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Moved:
    """Readings with one temperature by the first definition and another by the second, and how they ended."""

    first: str
    second: str
    readings: int
    leads: int
    won: int
    lost: int


@dataclass(frozen=True)
class Comparison:
    """Two definitions over the same readings: `readings` of `leads`; `apart` were made by one of them only."""

    readings: int
    leads: int
    apart: int
    differences: tuple[Difference, ...]
    moved: tuple[Moved, ...]
    resamples: int
    seed: int


@dataclass(frozen=True)
class Backtest:
    """What one or two definitions would have said at past dates, against what became of the leads.

    `until` is the latest outcome; nine of ten wins took up to `days_to_win` days from when a lead was first known,
    so that dates later than `judged_until` aren't judged. That is a lower bound: leads that are still open may be won
    after longer. `still_open` is their share of what was read at the judged dates, None where nothing was. `undated`
    decided leads have no date of it and are left out; `missed` won leads were decided before any date saw them.
    `limits` are for people; `notes` are on the files.
    """

    times: tuple[datetime, ...]
    until: datetime
    days_to_win: float | None
    mature_days: float
    judged_until: datetime
    outcomes_won: int
    outcomes_lost: int
    outcomes_open: int
    undated: int
    missed: int
    still_open: float | None
    first: Judgement
    second: Judgement | None
    comparison: Comparison | None
    limits: tuple[str, ...]
    notes: tuple[DataNote, ...]
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """All of it as a JSON object; times in ISO 8601, notes as texts."""
        found = asdict(self)
        found["notes"] = [str(note) for note in self.notes]
        plain = _plain(found)
        assert isinstance(plain, dict)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
