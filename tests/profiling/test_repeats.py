"""Exports with several rows a lead."""

from pathlib import Path

from tests.learning.test_repeats import visits
from tests.profiling.planted import profiled


def test_a_lead_of_many_rows_counts_once(tmp_path: Path) -> None:
    found = profiled(tmp_path, visits(), lead_id="lead_id")
    assert (found.counted.read, found.counted.duplicates, found.counted.used) == (1500, 1250, 250)
    assert found.findings == ()
    assert any("1,250 rows" in warning and "`lead_id`" in warning for warning in found.warnings)
