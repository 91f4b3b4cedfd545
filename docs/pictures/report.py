"""Draws the picture of docs/reports.md anew: the upper part of a page, in a real browser. `make docs` calls it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyrometer
from pyrometer.reporting import report
from tests.servers.browser import chromium

HERE = Path(__file__).parent
FIRST = datetime(2026, 1, 18, tzinfo=UTC)
TIMES = [FIRST + timedelta(days=14 * number) for number in range(12)]
NOW = datetime(2026, 7, 1, tzinfo=UTC)
WIDTH, SCALE = 1080, 1
SHOWN = ("#s1 figure:nth-of-type(1)", "#s1 figure:nth-of-type(2)")
"""What stands on the picture, from the top of the first to the bottom of the last."""


def main(evidence: Path, definition: Path) -> None:
    """Backtest the example's definition and take the picture of two of its charts, by day and by night."""
    found = pyrometer.backtest(
        definition,
        TIMES,
        leads=evidence / "leads.csv",
        traits=evidence / "traits.csv",
        events=[next(evidence.glob("events.*"))],
        outcomes=evidence / "outcomes.csv",
        capacity=3,
        now=NOW,
    )
    with TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder, "report.html")
        path.write_text(report(found, source=definition.name), encoding="utf-8")
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(path.as_uri())
        page.wait_for_selector("html.drawn", state="attached")
        boxes = [page.locator(each).first.bounding_box() for each in SHOWN]
        top, bottom = boxes[0], boxes[-1]
        assert top is not None
        assert bottom is not None
        clip = {
            "x": 0.0,
            "y": top["y"] - 90,
            "width": float(WIDTH),
            "height": bottom["y"] + bottom["height"] - top["y"] + 90,
        }
        page.screenshot(path=HERE / "report.png", full_page=True, clip=clip)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
