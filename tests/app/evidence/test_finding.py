"""Who is meant by words that somebody types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyrometer.app.evidence.actions import erase, merge
from pyrometer.app.evidence.models import LeadWord
from pyrometer.app.evidence.queries import search
from pyrometer.app.people.audit import Actor
from tests.app.evidence.conftest import NOW

pytestmark = pytest.mark.django_db
Say = Callable[..., int]


def meant(text: str) -> set[int]:
    return {lead.pk for lead in search(text)}


def test_words_are_begun_in_any_order_and_without_accents(say: Say) -> None:
    asa = say("email:asa@nord.test", traits={"name": "Åsa Lindström-Weiß", "company": "Nordlicht Klinik"})
    other = say("email:asa@syd.test", traits={"name": "Åsa Berg"})
    for text in ("asa lind", "LIND Å", "weiss", "åsa nordl", "klinik", "asa klin", "nord.test", "asa@nord"):
        assert meant(text) == {asa}, text
    assert meant("asa") == {asa, other}
    assert meant("asa nobody") == meant("asa lind berg") == set()


def test_names_without_spaces_are_found_by_their_parts(say: Say) -> None:
    taro = say("email:taro@acme.test", traits={"name": "山田太郎"})
    assert meant("山田") == meant("太郎") == {taro}


def test_words_follow_the_name(say: Say, carol: Actor) -> None:
    lead = say("email:ada@acme.test", traits={"name": "Ada Byron"})
    say("email:ada@acme.test", traits={"name": "Ada Lovelace"})
    assert meant("byron") == set()
    assert meant("lovelace") == {lead}
    other = say("email:bea@acme.test", traits={"name": "Bea Sato"})
    merge(winner=lead, loser=other, reason="", actor=carol, now=NOW)
    assert meant("sato") == meant("bea@") == {lead}
    erase(lead=lead, actor=carol, now=NOW)
    assert not LeadWord.objects.exists()
    assert meant("ada") == set()
