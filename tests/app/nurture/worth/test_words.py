"""What is said of programmes, by table: the first line of the page says it plainly."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pyrometer.app.nurture.models import Programme, Terms
from pyrometer.app.nurture.worth.costs import costs
from pyrometer.app.nurture.worth.counting import Counted, Side
from pyrometer.app.nurture.worth.figures import Worth, worth_of
from pyrometer.app.nurture.worth.numbers import BLANK
from pyrometer.app.nurture.worth.telling import fairness, rows, told
from pyrometer.nurture.worth import Prices, balance
from tests.app.nurture.worth import made
from tests.app.nurture.worth.made import LONG_AGO, NOW


@dataclass(frozen=True)
class Case:
    """Two groups, what stands first on the page, and parts of what follows it."""

    of: int
    held_of: int
    first: str
    wins: tuple[int, int] = (0, 0)
    hot: tuple[int, int] = (0, 0)
    share: int = 10
    more: tuple[str, ...] = ()
    kind: str = ""
    early: bool = False


CASES = {
    "nobody": Case(0, 0, "Nobody has entered yet.", more=("As soon as leads enter, they are counted here.",)),
    "nobody held back": Case(
        500, 0, "No effect can be told: nobody was held back.", wins=(20, 0), share=0,
        more=("there is nobody to compare them with", "(held_back: 10%) and publish it"),
    ),
    "nobody will ever be held back": Case(
        500, 0, "No effect can be told: nobody was held back.", share=0, early=True,
        more=("there is nobody to compare them with",),
    ),
    "chance held back nobody": Case(
        5, 0, "No effect can be told: nobody was held back.",
        more=("10.0 % are to be held back, and chance has held back nobody yet.",),
    ),
    "too early": Case(
        90, 10, "It is too early to say.", early=True,
        more=("100 leads entered so far, 10 of them held back.", "The first will have been on 5 Jul 2026."),
    ),
    "too few held back": Case(
        261, 29, "Too few to say: 29 held back were followed for long enough, and it takes 30.", wins=(20, 1),
    ),
    "too few got it": Case(
        20, 180, "Too few to say: 20 among those who got it were followed for long enough, and it takes 30.", share=90,
    ),
    "no effect": Case(
        900, 100, "No effect on how many are won can be told: it is from −5.5 to +2.4 points, and 0 lies within. "
        "With 100 held back, an effect below 7.9 points would hardly have been seen.", wins=(27, 3),
    ),
    "more": Case(
        1800, 200, "More are won: +6.0 points (from +2.1 to +8.5).", wins=(180, 8), hot=(360, 40),
        more=("No effect on how many turn hot can be told: it is from −7.3 to +6.0 points, and 0 lies within.",),
    ),
    "fewer": Case(1800, 200, "Fewer are won: −6.0 points (from −11.0 to −2.4).", wins=(72, 20)),
    "hotter, and not won more": Case(
        900, 100, "No effect on how many are won can be told", wins=(27, 3), hot=(360, 20),
        more=("More turn hot: +20.0 points (from +9.1 to +28.3).",),
    ),
    "rare wins are told finely": Case(
        18_000, 2000, "More are won: +0.30 points (from +0.02 to +0.43).", wins=(72, 2),
    ),
    "not the draw that was agreed": Case(
        500, 500, "The two groups can't be compared.", wins=(100, 10),
        more=("Of 1,000 leads 500 were held back, where 100 were to be", "What follows doesn't count."), kind="unfair",
    ),
}  # fmt: skip


def _worth(case: Case) -> Worth:
    """A programme of which that was counted; no database is asked."""
    sides = [
        Side(0 if case.early else of, {"hot": {3: hot}, "accepted": {}, "won": {20: won}})
        for of, hot, won in zip((case.of, case.held_of), case.hot, case.wins, strict=True)
    ]
    entered = case.of + case.held_of
    began = None if not entered else NOW - timedelta(days=70) if case.early else LONG_AGO
    return Worth(
        programme=Programme(key="educate", live_id=1),
        name="Educate",
        version=None,
        horizon=90,
        as_of=NOW,
        counted=Counted(*sides, entered=entered, held_entered=case.held_of, first_at=began),
        share=case.share / 100,
        prices=Prices(Decimal("0.01"), Decimal(60), 15),
        currency="EUR",
        balance=balance([(entered, case.held_of, case.share / 100)]),
    )


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_first(name: str) -> None:
    case = CASES[name]
    found = told(_worth(case))
    assert found.first.replace(BLANK, " ").startswith(case.first)
    said = " ".join(found.more).replace(BLANK, " ")
    for part in case.more:
        assert part in said
    assert not case.kind or found.kind == case.kind


@pytest.mark.django_db
def test_a_programme_that_was_never_published_says_so() -> None:
    found = told(worth_of(made.programme(live=False), NOW))
    assert found.first == "Nobody has entered yet."
    assert found.more == ("The programme isn't live: once it is published, those who fit enter.",)


@pytest.mark.django_db
def test_money_is_named_only_where_a_lead_was_gained() -> None:
    Terms.objects.create(mail_cost="0.05", rep_hour_cost=50, attempt_minutes=30, currency="SEK")
    programme = made.programme()
    groups = made.compared(programme, of=1800, held_of=200, wins=(180, 8), hot=(360, 40))
    made.tried(groups[0][:900], LONG_AGO + timedelta(days=5), 2)
    worth = worth_of(programme, NOW)
    hot, _accepted, won = rows(worth)
    # 3600 mails of 5 öre; an attempt more for each of 1800 leads, of half an hour each: 900 hours.
    assert [(line.what, line.number, line.cost.replace(BLANK, " ")) for line in costs(worth)] == [
        ("Mails", "3,600", "180 SEK"),
        ("Attempts of reps", "+1,800", "45,000 SEK"),
        ("Notices to reps", "0", "0.00 SEK"),
        ("Together", "", "45,180 SEK"),
    ]
    assert won.cost.replace(BLANK, " ").startswith("418 SEK (from ")
    assert (won.effect, won.extra) == ("+6.0", "+108")
    assert hot.cost == "can't be said: perhaps none was gained"


@pytest.mark.django_db
def test_attempts_that_chance_may_have_made_are_not_counted() -> None:
    programme = made.programme()
    groups = made.compared(programme, of=900, held_of=100, wins=(27, 3))
    made.tried([*groups[0][:90], *groups[1][:9]], LONG_AGO + timedelta(days=5))
    attempts = costs(worth_of(programme, NOW))[1]
    assert "can't be told" in attempts.hint
    assert attempts.cost.replace(BLANK, " ") == "0.00 EUR"


@pytest.mark.django_db
def test_whether_the_groups_are_alike_is_said() -> None:
    programme = made.programme()
    made.compared(programme, of=900, held_of=100)
    later = made.published(programme, 50)
    made.entered(programme, made.leads(50), version=later)
    made.entered(programme, made.leads(50), version=later, held=True)
    words = "Held back: 150 of 1,100 leads, where 150 were to be. Chance has it so."
    assert fairness(worth_of(programme, NOW)) == words
    few = made.programme("win-back")
    made.compared(few, of=9, held_of=1)
    assert "too few to check the draw" in fairness(worth_of(few, NOW))


def test_the_documentation_says_what_the_pages_say() -> None:
    text = (Path(__file__).parents[4] / "docs" / "worth.md").read_text(encoding="utf-8")
    for name in ("more", "fewer", "no effect"):
        assert f"| {told(_worth(CASES[name])).first.replace(BLANK, ' ')} |" in text
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    subprocess.run([sys.executable, "-c", example], check=True)
