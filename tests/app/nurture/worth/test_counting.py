"""What became of those who entered, counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.worth.counting import Counted, counted
from tests.app.nurture.worth import made
from tests.app.nurture.worth.made import LONG_AGO, NOW
from tests.app.nurture.worth.oracle import counted_plainly

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def of(programme: made.Programme, horizon: int = 90, now: datetime = NOW) -> Counted:
    return counted(now, horizon, programme=programme)[programme.pk]


def test_nobody_entered() -> None:
    programme = made.programme()
    assert counted(NOW, 90) == {}
    assert counted(NOW, 90, programme=programme) == {}


def test_known_numbers_come_out() -> None:
    programme = made.programme()
    made.compared(programme, of=90, held_of=10, hot=(18, 1), accepted=(9, 1), wins=(3, 0))
    found = of(programme)
    assert (found.got.of, found.got.came) == (90, {"hot": 18, "accepted": 9, "won": 3})
    assert (found.held.of, found.held.came) == (10, {"hot": 1, "accepted": 1, "won": 0})
    assert found.got.by_day == {"hot": {3: 18}, "accepted": {4: 9}, "won": {20: 3}}
    assert (found.got.mails, found.held.mails) == (180, 0)
    assert found.got.revenue == {"EUR": 2700}
    assert (found.entered, found.held_entered, found.first_at) == (100, 10, LONG_AGO)
    assert found.drawn == {programme.live_id: {False: 90, True: 10}}


def test_only_what_happened_between_entering_and_the_horizon_counts() -> None:
    programme = made.programme()
    early, at_once, last, late = made.leads(4)
    made.entered(programme, [early, at_once, last, late])
    for lead, at in (
        (early, LONG_AGO - DAY / 24),
        (at_once, LONG_AGO),
        (last, LONG_AGO + 30 * DAY - DAY / 24),
        (late, LONG_AGO + 30 * DAY),
    ):
        made.became([lead], "hot", at)
        made.won([lead], at, 100)
        made.tried([lead], at)
    found = of(programme, 30)
    assert found.got.by_day == {"hot": {0: 1, 29: 1}, "accepted": {}, "won": {0: 1, 29: 1}}
    assert found.got.revenue == {"EUR": 200}
    assert found.got.attempts == 2
    assert of(programme, 60).got.came["hot"] == 3


def test_only_those_are_compared_who_were_followed_for_long_enough() -> None:
    programme = made.programme()
    made.entered(programme, made.leads(2), at=NOW - 90 * DAY)
    made.entered(programme, made.leads(3), at=NOW - 90 * DAY + DAY / 24)
    assert (of(programme).got.of, of(programme).entered) == (2, 5)
    assert of(programme, 30).got.of == 5
    assert of(programme, 180).got.of == 0


def test_leads_that_are_one_count_once_with_what_became_of_any_of_them() -> None:
    programme = made.programme()
    root, member, third = made.leads(3)
    made.entered(programme, [root], at=LONG_AGO + DAY)
    made.entered(programme, [member])
    Lead.objects.filter(pk__in=[member.pk, third.pk]).update(root=root)
    made.became([third], "hot", LONG_AGO + 5 * DAY)
    made.became([root], "accepted", LONG_AGO + 7 * DAY)
    made.won([member], LONG_AGO + 9 * DAY)
    made.tried([member], LONG_AGO + 9 * DAY)
    made.tried([root], LONG_AGO + 9 * DAY)
    found = of(programme)
    assert found.entered == found.got.of == 1
    assert found.got.by_day == {"hot": {5: 1}, "accepted": {7: 1}, "won": {9: 1}}
    assert (found.got.attempts, found.got.squares) == (2, 4)


def test_who_enters_again_counts_as_it_entered_first() -> None:
    programme = made.programme()
    again = made.leads(1)
    first = made.entered(programme, again)
    made.got(first, "sent", LONG_AGO + DAY)
    later = made.published(programme, 50)
    second = made.entered(programme, again, held=True, at=LONG_AGO + 60 * DAY)
    made.got(second, "asked", LONG_AGO + 61 * DAY)
    made.got(second, "told", LONG_AGO + 62 * DAY, 2)
    made.got(second, "sent", LONG_AGO + 95 * DAY, 3)
    found = of(programme)
    assert (found.entered, found.held_entered, found.got.of, found.held.of) == (1, 0, 1, 0)
    assert (found.got.mails, found.got.notices) == (2, 1)
    assert found.drawn == {first[0].version_id: {False: 1}}
    by_version = counted(NOW, 90, programme=programme, version=later)[programme.pk]
    assert (by_version.entered, by_version.held.of) == (1, 1)


def test_what_cannot_be_compared_is_left_out() -> None:
    programme = made.programme()
    made.entered(programme, made.leads(5))
    made.entered(programme, made.leads(2), spoiled=True)
    made.entered(programme, made.leads(1), spoiled=True, by="alice@example.com")
    found = of(programme)
    assert (found.entered, found.spoiled, found.got.of) == (5, 3, 5)
    # What was put in by hand was never drawn.
    assert found.drawn == {programme.live_id: {False: 7}}


def test_each_programme_has_its_own_groups() -> None:
    one, other = made.programme(), made.programme("win-back")
    both = made.leads(4)
    made.entered(one, both)
    made.entered(other, both, held=True, at=LONG_AGO + 10 * DAY)
    made.became(both[:1], "hot", LONG_AGO + 5 * DAY)
    made.became(both[1:], "customer", LONG_AGO + 15 * DAY)
    found = counted(NOW, 90)
    assert found[one.pk].got.came == {"hot": 1, "accepted": 3, "won": 0}
    assert found[other.pk].held.came == {"hot": 0, "accepted": 3, "won": 0}
    assert counted(NOW, 90, programme=one) == {one.pk: found[one.pk]}


@pytest.mark.parametrize("seed", range(4))
def test_the_database_counts_as_somebody_would_by_hand(seed: int) -> None:
    draw = Random(seed)
    programmes = [made.programme(), made.programme("win-back")]
    for programme in programmes:
        made.published(programme, 30)
    everybody = made.leads(40)
    for lead in draw.sample(everybody, 12):
        root = draw.choice(everybody)
        if root.root_id == root.pk and not Lead.objects.filter(root=lead).exclude(pk=lead.pk).exists():
            lead.root = root
            lead.save()

    def moment() -> datetime:
        return LONG_AGO + timedelta(minutes=draw.randrange(-20 * 1440, 190 * 1440))

    for _ in range(70):
        programme = draw.choice(programmes)
        version = draw.choice(list(programme.versions.all()))
        by_hand = draw.random() < 0.1
        rows = made.entered(
            programme,
            [draw.choice(everybody)],
            held=draw.random() < 0.3,
            at=moment(),
            version=version,
            spoiled=by_hand or draw.random() < 0.1,
            by="alice@example.com" if by_hand else "",
        )
        for number in range(1, draw.randrange(4)):
            kind = draw.choice(["sent", "asked", "told", "offered"])
            made.got(rows, kind, moment(), number, taken=draw.random() < 0.7)
    for _ in range(120):
        made.became([draw.choice(everybody)], draw.choice(["hot", "warm", "accepted", "opportunity", "mql"]), moment())
    for _ in range(25):
        made.won([draw.choice(everybody)], moment(), draw.choice([None, 100, 250]), draw.choice(["EUR", "SEK"]))
        made.tried([draw.choice(everybody)], moment(), draw.randrange(1, 4))
    for programme in programmes:
        for horizon in (30, 90):
            assert of(programme, horizon) == counted_plainly(programme, NOW, horizon)
            for version in programme.versions.all():
                by_version = counted(NOW, horizon, programme=programme, version=version)
                plainly = counted_plainly(programme, NOW, horizon, version)
                assert by_version.get(programme.pk, Counted()) == plainly
