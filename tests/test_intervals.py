"""Wilson's interval against tables and another's arithmetic, and Kish's effective number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.intervals import effective, wilson


def test_nothing_to_count_says_nothing() -> None:
    assert wilson(0.0, 0) == (0, 1)


def test_at_the_ends_it_is_exact() -> None:
    low, high = wilson(0.0, 20)
    assert (low, round(high, 4)) == (0, 0.1611)  # as tables have it
    low, high = wilson(1.0, 20)
    assert (round(low, 4), high) == (0.8389, 1)


@given(st.integers(1, 2000), st.data())
def test_it_stays_among_rates(of: int, data: st.DataObject) -> None:
    came = data.draw(st.integers(0, of))
    low, high = wilson(came / of, of)
    assert 0 <= low <= came / of <= high <= 1


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.975])
@pytest.mark.parametrize(("came", "of"), [(0, 1), (1, 3), (7, 34), (199, 200), (5, 5)])
def test_scipy_finds_the_same(came: int, of: int, confidence: float) -> None:
    from scipy.stats import binomtest

    there = binomtest(came, of).proportion_ci(confidence, method="wilson")
    assert wilson(came / of, of, confidence) == pytest.approx((there.low, there.high))


def test_effective_numbers() -> None:
    assert effective(110, 10 * 11**2) == 10
    assert effective(0, 0) == 0
