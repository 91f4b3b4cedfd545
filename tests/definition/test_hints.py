"""A key that is nearly right is named, wherever it stands."""

from __future__ import annotations

import pytest

from pyrometer.definition import read


@pytest.mark.parametrize(
    ("cooling", "fix"),
    [
        ("{halflife: 30d}", "did you mean `half_life`?"),
        ("{half_life: 30d, hld: 3d}", "did you mean `hold`?"),
    ],
)
def test_a_misspelled_law(cooling: str, fix: str) -> None:
    found = read(f"""
format: 1
name: Hints
events: {{a: {{}}}}
scores: {{i: {{cooling: {cooling}, rules: [{{name: r, points: 1, event: a}}]}}}}
temperature: {{hot: {{when: {{score: i, at_least: 1}}}}}}
""")
    assert fix in [problem.fix for problem in found.errors]
