"""Charts as pictures that stand still, for pages whose policy lets no script or style in."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from pyrometer.reporting.charts.growth import Grown, growth
from pyrometer.reporting.charts.intervals import Row, Scale, intervals
from pyrometer.reporting.still import still

SLY = '<script>alert(1)</script> & "role="img"" style="x"'


def chart(name: str) -> str:
    rows = [Row(name, 2.0, -1.0, 5.0), Row("won", 1.0, 0.5, 1.5)]
    _wide, narrow = intervals(rows, Scale(-2, 6, "points", "datum.value", 0.0, "no effect"))
    return still(narrow, 330)


def test_nothing_in_it_needs_a_policy_that_is_less_strict() -> None:
    drawn = ElementTree.fromstring(chart(SLY))
    for element in drawn.iter():
        assert not element.tag.endswith(("script", "style", "foreignObject", "image"))
        assert not {"style", "id", "role"} & set(element.attrib)
        assert not [name for name in element.attrib if name.startswith("on") or "href" in name]
    assert SLY.split()[0] in " ".join(drawn.itertext())


def test_it_is_as_broad_as_asked_and_in_the_colours_of_the_page() -> None:
    drawn = chart("turned hot")
    assert ElementTree.fromstring(drawn).attrib["width"] == "330"
    assert "var(--accent)" in drawn
    assert drawn == chart("turned hot")
    assert drawn.startswith("<svg ")


@pytest.mark.parametrize("shares", [(0.0, 0.1, 0.1, 0.3), (0.0, 0.0, 0.0, 0.0), (0.0, 0.001, 0.002, 0.002)])
def test_steps_turn_where_shares_change_and_end_where_they_end(shares: tuple[float, ...]) -> None:
    spec = growth([Grown("held back", shares, "ink", dashed=True), Grown("got it", shares)], "days")
    rows = [row for row in spec["data"]["values"] if row["group"] == 1]
    assert rows[0]["day"] == 0
    assert (rows[-1]["day"], rows[-1]["share"]) == (3, shares[-1])
    assert len(rows) <= len(shares)
    assert ElementTree.fromstring(still(spec, 330)).attrib["width"] == "330"
