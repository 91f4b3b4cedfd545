"""What is said of two groups: by table, and in many programmes that change nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.nurture import held_back
from pyrometer.nurture.worth import (
    Effort,
    Group,
    Kind,
    Prices,
    balance,
    cost,
    curve,
    effects,
    judge,
)

PRICES = Prices(Decimal("0.01"), Decimal(60), 15)
RUNS = 2000
SEED = int(datetime(2026, 6, 15, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("got", "held", "kind"),
    [
        ((0, 0), (0, 0), Kind.NOBODY),
        ((500, 20), (0, 0), Kind.NOBODY_HELD),
        ((0, 0), (500, 20), Kind.TOO_FEW),
        ((500, 20), (29, 1), Kind.TOO_FEW),
        ((500, 20), (30, 1), Kind.UNTOLD),
        ((29, 20), (500, 1), Kind.TOO_FEW),
        ((900, 0), (100, 0), Kind.UNTOLD),
        ((900, 54), (100, 3), Kind.UNTOLD),
        ((9000, 540), (1000, 30), Kind.MORE),
        ((9000, 270), (1000, 60), Kind.FEWER),
        # The rule is about leads, not about how many came: that four of a hundred came who got nothing is harm.
        ((900, 0), (100, 4), Kind.FEWER),
    ],
)
def test_what_can_be_said(got: tuple[int, int], held: tuple[int, int], kind: Kind) -> None:
    found = judge(Group(*got), Group(*held))
    assert found.kind is kind
    assert found.told == (kind in (Kind.MORE, Kind.FEWER, Kind.UNTOLD))


def test_figures_of_an_effect() -> None:
    found = judge(Group(9000, 540), Group(1000, 30))
    assert found.difference == pytest.approx(0.03)
    assert found.interval == pytest.approx((0.0166, 0.0403), abs=1e-4)
    assert found.ratio == pytest.approx(2)
    assert found.extra == pytest.approx(270)
    assert found.extra_interval == pytest.approx((0.0166 * 9000, 0.0403 * 9000), abs=1)
    assert judge(Group(900, 9), Group(100, 0)).ratio is None
    assert judge(Group(40, 1), Group(35, 0)).seen == pytest.approx(0.214, abs=0.001)


def test_programmes_that_change_nothing_are_said_to_change_nothing() -> None:
    """Leads turn hot, some of those are accepted, some of those won: by the same chances in both groups."""
    draw = Random(SEED)
    decided = signs = 0
    for _ in range(RUNS):
        came = [dict.fromkeys(("hot", "accepted", "won"), 0) for _ in range(2)]
        for group, of in zip(came, (900, 100), strict=True):
            for name, chance in (("hot", 0.2), ("accepted", 0.5), ("won", 0.3)):
                of = group[name] = sum(draw.random() < chance for _ in range(of))
        found = effects(900, 100, *came)
        decided += found["won"].kind is not Kind.UNTOLD
        signs += any(found[name].kind is not Kind.UNTOLD for name in ("hot", "accepted"))
    assert decided / RUNS <= 0.06
    assert signs / RUNS <= 0.06


def test_programmes_that_change_something_are_told_as_often_as_was_promised() -> None:
    draw = Random(SEED)
    promised = judge(Group(1800, 180), Group(200, 20)).seen
    assert promised is not None
    told = 0
    for _ in range(RUNS):
        got = sum(draw.random() < 0.1 + promised for _ in range(1800))
        held = sum(draw.random() < 0.1 for _ in range(200))
        told += judge(Group(1800, got), Group(200, held)).kind is Kind.MORE
    assert 0.77 <= told / RUNS <= 0.84


def test_costs_of_what_it_took() -> None:
    got, held = Effort(900, 2700, 30, 450, 900), Effort(100, 0, 0, 20, 40)
    found = cost(got, held, PRICES)
    assert found.mail_cost == Decimal(27)
    # Half an attempt each, where 0.2 would have been made without: 270 too many, of 15 minutes; 30 notices of 2.
    assert found.attempts == pytest.approx(270)
    assert found.attempts_interval is not None
    assert 0 < found.attempts_interval[0] < 270 < found.attempts_interval[1]
    assert found.told
    assert found.hours == pytest.approx(270 / 4 + 1)
    assert float(found.total) == pytest.approx(27 + 60 * 68.5)


def test_attempts_that_chance_may_have_made_cost_nothing() -> None:
    found = cost(Effort(900, 2700, 30, 450, 900), Effort(100, 0, 0, 40, 80), PRICES)
    assert found.attempts == pytest.approx(90)
    assert not found.told
    assert float(found.total) == pytest.approx(27 + 60)


def test_a_lead_more_has_its_price_only_where_there_surely_is_one_more() -> None:
    spent = cost(Effort(9000, 27_000), Effort(1000), PRICES)
    more = judge(Group(9000, 540), Group(1000, 30))
    found = spent.per_extra(more)
    assert found is not None
    assert float(found[0]) == pytest.approx(1)
    low, high = found[1]
    assert low == pytest.approx(270 / (0.0403 * 9000), abs=0.01)
    assert high == pytest.approx(270 / (0.0166 * 9000), abs=0.01)
    assert spent.per_extra(judge(Group(900, 54), Group(100, 3))) is None
    assert spent.per_extra(judge(Group(9000, 270), Group(1000, 60))) is None
    assert cost(Effort(9000), Effort(1000), PRICES).per_extra(more) is None


def test_nobody_to_compare_with_leaves_the_mails() -> None:
    found = cost(Effort(900, 2700, 0, 450, 900), Effort(0), PRICES)
    assert found.attempts is None
    assert found.total == Decimal(27)


def test_821588_and_815482_are_no_halves() -> None:
    """The example of Kohavi, Tang and Xu (Trustworthy Online Controlled Experiments, 2020): p is 1.8 in a million."""
    found = balance([(821_588 + 815_482, 815_482, 0.5)])
    assert found.chance == pytest.approx(1.8e-6, abs=5e-8)
    assert found.suspicious


def test_shares_of_several_versions_add_up() -> None:
    found = balance([(1000, 100, 0.1), (1000, 200, 0.2)])
    assert (found.entered, found.held, found.expected) == (2000, 300, 300)
    assert found.chance == 1
    assert balance([(1000, 200, 0.1), (1000, 100, 0.2)]).chance == 1


def test_too_few_draws_say_nothing_and_the_draws_of_the_product_are_what_was_agreed() -> None:
    assert balance([(40, 9, 0.1)]).chance is None
    assert balance([(500, 0, 0.0)]).chance is None
    assert balance([(500, 1, 0.0)]).suspicious
    back = sum(held_back("educate", f"lead {number}", 0.1) for number in range(20_000))
    assert not balance([(20_000, back, 0.1)]).suspicious


@given(st.integers(1, 500), st.dictionaries(st.integers(0, 89), st.integers(0, 5)))
def test_a_curve_ends_at_the_rate(of: int, by_day: dict[int, int]) -> None:
    found = curve(of, by_day, 90)
    assert len(found) == 91
    assert found[0] == 0
    assert list(found) == sorted(found)
    assert found[-1] == pytest.approx(sum(by_day.values()) / of)
