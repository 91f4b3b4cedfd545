"""Draws what `python -m benchmarks --only scale --figures docs/pictures/scale.json` measured. `make docs` calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import altair as alt

HERE = Path(__file__).parent
COLOURS = {
    "DuckDB, direct": "#b3261e",
    "DuckDB, from the tally": "#e8710a",
    "DuckDB, a new day": "#f2b66d",
    "PostgreSQL": "#2f6690",
    "chdb": "#6a4c93",
    "Spark local[2]": "#2a7f62",
    "Spark, two workers": "#8ab17d",
}
"""Ways by colour: warm ones of our own engine, cold ones of others."""


def main() -> None:
    """Write `scale.svg` beside this file."""
    rows = json.loads((HERE / "scale.json").read_text(encoding="utf-8"))
    for row in rows:
        row["gib"] = row["bytes"] / 2**30
    time = panel(rows, "seconds", "seconds to score all leads", [1, 10, 100])
    memory = panel(rows, "gib", "GiB of memory at the peak", [0.25, 0.5, 1, 2, 4])
    chart = alt.hconcat(time, memory).configure_view(stroke=None).configure_legend(orient="bottom", columns=4)
    chart.save(str(HERE / "scale.svg"))


def panel(rows: list[dict[str, Any]], field: str, title: str, ticks: list[float]) -> alt.LayerChart:
    """Lines of one quantity over the number of events, both by powers of ten."""
    events = sorted({row["events"] for row in rows})
    across = alt.X("events:Q").scale(type="log").title("events").axis(values=events, format="~s", grid=False)
    up = alt.Y(f"{field}:Q").scale(type="log").title(title).axis(values=ticks, gridOpacity=0.4)
    ways = alt.Color("way:N").scale(domain=list(COLOURS), range=list(COLOURS.values())).title(None)
    base = alt.Chart(alt.Data(values=rows), width=340, height=300).encode(across, up, ways)
    return base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=50)


if __name__ == "__main__":
    main()
