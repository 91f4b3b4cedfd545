"""Two definitions over the same leads and dates, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pyrometer.backtesting.observing import Span
from pyrometer.backtesting.result import Comparison, Difference, Moved
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import UsageError
from pyrometer.evidence.times import timestamp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 1000
PLACES = 1000
"""Into how many places the call order of a date is divided for the area under the curve.

Dates of up to so many leads keep their order; of larger ones neighbours count as alike.
"""

_AT_ONCE = 1_000_000
"""How many weights are held at a time."""

DIGITS = 12
"""Beyond these, differences are an accident of the order in which sums were made."""

FIGURES = (
    "precision of hot at hand-off",
    "recall of hot at hand-off",
    "lift of hot",
    "lift of the top tenth",
    "area under the curve",
)


def need_numpy(what: str) -> None:
    """Raises UsageError where numpy isn't installed, which comes with the extra `learn`."""
    if find_spec("numpy") is None:
        raise UsageError(f'{what} needs the package numpy: pip install "pyrometer[learn]"')


def compare(engine: DuckDBEngine, first: str, second: str, span: Span, seed: int) -> Comparison:
    """Compare the observed readings of two definitions, paired by lead and date.

    Intervals are percentile intervals of a Poisson bootstrap (Hanley and MacGibbon 2006) by lead: in each of 1,000
    resamples a lead weighs as often as Poisson's law with mean 1 draws it, with all its dates and by both definitions.
    """
    sides = ", ".join(
        f"{side}.heat AS heat_{n}, {side}.top AS top_{n}, {side}.place_0 AS place_{n}"
        for n, side in ((1, "one"), (2, "other"))
    )
    engine.run(
        f'CREATE OR REPLACE TABLE paired AS SELECT one.number, one."at", one.lead_id, one.decided, one.won, one.judged,'
        f" one.temperature AS temperature_1, other.temperature AS temperature_2, {sides}"
        f" FROM {first} AS one JOIN {second} AS other ON one.number = other.number AND one.lead_id = other.lead_id"
    )
    ((readings, leads),) = engine.run("SELECT count(*), count(DISTINCT lead_id) FROM paired")
    ((all_,),) = engine.run(f"SELECT (SELECT count(*) FROM {first}) + (SELECT count(*) FROM {second})")
    moved = engine.run(
        "SELECT temperature_1, temperature_2, count(*), count(DISTINCT lead_id),"
        " count(*) FILTER (judged AND won), count(*) FILTER (judged AND NOT won) FROM paired"
        " WHERE heat_1 <> heat_2 GROUP BY heat_1, heat_2, 1, 2 ORDER BY heat_1 DESC, heat_2 DESC"
    )
    return Comparison(
        readings,
        leads,
        all_ - 2 * readings,
        _differences(engine, span, seed),
        tuple(Moved(*row) for row in moved),
        RESAMPLES,
        seed,
    )


def _differences(engine: DuckDBEngine, span: Span, seed: int) -> tuple[Difference, ...]:
    import numpy as np

    judged = timestamp(span.judged_until)
    sides = "".join(
        f', coalesce(bool_or(heat_{n} = 2 AND "at" <= {judged}) AND bool_or(decided), false) AS handed_{n},'
        f" bool_or(heat_{n} = 2) AS hot_{n}, count(*) FILTER (judged AND heat_{n} = 2) AS hot_looks_{n},"
        f" round(coalesce(sum(top_{n}) FILTER (judged), 0), {DIGITS - 3}) AS top_looks_{n}"
        for n in (1, 2)
    )
    cells = ", ".join(
        f"'cell_{n}': number * {PLACES} + least(CAST(floor((1 - place_{n}) * {PLACES}) AS INTEGER), {PLACES - 1})"
        for n in (1, 2)
    )
    # Leads that are alike in everything are one group: how often k of them are drawn is Poisson's with mean k.
    engine.run(
        "CREATE OR REPLACE TABLE alike AS SELECT row_number() OVER (ORDER BY min(lead_id)) - 1 AS group_row,"
        " count(*) AS leads, * EXCLUDE (lead_id) FROM (SELECT lead_id, any_value(won) AS won,"
        f" count(*) FILTER (judged) AS looks{sides}, list({{{cells}}} ORDER BY number) FILTER (judged) AS cells"
        " FROM paired WHERE decided GROUP BY lead_id) GROUP BY ALL"
    )
    columns = engine.connection.execute("SELECT * EXCLUDE (cells) FROM alike ORDER BY group_row").fetchnumpy()
    data: dict[str, Floats] = {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}
    rows = engine.connection.execute(
        "SELECT group_row, cell.cell_1, cell.cell_2 FROM (SELECT group_row, unnest(cells) AS cell FROM alike)"
        " ORDER BY ALL"
    ).fetchnumpy()
    figures = [_Figures(data, rows, n, len(span.times)) for n in (1, 2)]
    leads = data["leads"]
    points = [each.of(leads[None, :])[0] for each in figures]
    random = np.random.default_rng(seed)
    drawn = []
    chunk = max(1, min(RESAMPLES, _AT_ONCE // max(1, len(leads))))
    for start in range(0, RESAMPLES, chunk):
        weights = random.poisson(leads, (min(chunk, RESAMPLES - start), len(leads))).astype(np.float64)
        drawn.append(figures[1].of(weights) - figures[0].of(weights))
    differences = np.concatenate(drawn)
    found = []
    for at, figure in enumerate(FIGURES):
        one, other = (None if np.isnan(point[at]) else float(point[at]) for point in points)
        sample = differences[:, at][~np.isnan(differences[:, at])]
        known = one is not None and other is not None and len(sample) > RESAMPLES / 2
        low, high = np.quantile(sample, [0.025, 0.975]) if known else (0.0, 0.0)
        found.append(
            Difference(
                figure,
                one,
                other,
                None if one is None or other is None else round(other - one, DIGITS),
                (round(float(low), DIGITS), round(float(high), DIGITS)) if known else None,
            )
        )
    return tuple(found)


class _Figures:
    """The figures of one of the definitions, for groups of leads that weigh differently."""

    def __init__(self, data: Mapping[str, Any], rows: Mapping[str, Any], side: int, dates: int) -> None:
        import numpy as np

        won, looks = data["won"], data["looks"]
        handed, hot, top = (data[f"{name}_{side}"] for name in ("handed", "hot_looks", "top_looks"))
        seen = won * (looks > 0)
        self.sums = np.column_stack(
            [handed * won, handed, data[f"hot_{side}"] * seen, seen, hot * won, hot, top * won, top, looks * won, looks]
        )
        self.shape = (2, dates, PLACES)
        self.group = rows["group_row"]
        self.cell = rows[f"cell_{side}"] + dates * PLACES * won.astype(np.int64)[self.group]

    def of(self, weights: Floats) -> Floats:
        """A row of figures for each row of weights; NaN where there is nothing to divide by."""
        import numpy as np

        sums = (weights @ self.sums).T
        with np.errstate(invalid="ignore", divide="ignore"):
            base = sums[8] / sums[9]
            area = np.array([self._area(each) for each in weights])
            found = [sums[0] / sums[1], sums[2] / sums[3], sums[4] / sums[5] / base, sums[6] / sums[7] / base, area]
        table: Floats = np.where(np.isfinite(np.column_stack(found)), np.column_stack(found), np.nan)
        return table

    def _area(self, weights: Floats) -> Any:
        """Mann and Whitney's statistic within each date, over all pairs."""
        import numpy as np

        counted = np.bincount(self.cell, weights=weights[self.group], minlength=int(np.prod(self.shape)))
        losses, wins = counted.reshape(self.shape)
        below = np.cumsum(losses, axis=1) - losses
        return np.sum(wins * (below + losses / 2)) / np.sum(wins.sum(axis=1) * losses.sum(axis=1))
