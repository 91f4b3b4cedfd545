"""Results as pages for people: one HTML file each, with charts, that opens without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrometer.reporting.needs import need_charts

if TYPE_CHECKING:
    from pyrometer.learning import Learned

    Result = Learned

__all__ = ["report"]


def report(result: Result, *, source: str = "the leads given") -> str:
    """The HTML of a result: text, tables and charts in one file; `source` is what people call its data.

    The same result gives the same text. Needs `pip install "pyrometer[learn]"`; raises UsageError without it.
    """
    need_charts()
    from pyrometer.reporting.learned import learned_page

    return learned_page(result, source).text()
