"""Why a lead has its temperature: sums that add up, what is missing, what to ask."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.actions import erase
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading
from pyrometer.app.temperature.queries import explain, history
from pyrometer.app.temperature.reading import read
from tests.app.temperature.conftest import NOW, Does, ago

pytestmark = pytest.mark.django_db


def test_the_lines_add_up_to_the_scores_exactly(version: Version, does: Does) -> None:
    for age in (0, 3, 5, 9):
        root = does("ada", "seen", at=ago(age), properties={"topic": "pricing"}, traits={"size": 60})
    read(NOW)
    found = explain(root.pk, NOW)
    assert found is not None
    for each in found.sums:
        assert sum(Decimal(str(line.points)) for line in each.lines) == Decimal(str(each.points))
    interest = next(each for each in found.sums if each.score == "interest")
    (line,) = interest.lines
    assert (line.rule, line.points, line.hits, line.last_at) == ("Pricing", 24, 4, NOW.date())
    assert line.cut > 0
    assert "topic pricing" in line.sentence
    assert Reading.objects.get(lead=root).scores == {each.score: each.points for each in found.sums}


def test_what_is_missing_for_hot_and_what_to_ask_in_the_leads_language(version: Version, does: Does) -> None:
    root = does("ada", "asked", at=ago(1), traits={"size": 60})
    read(NOW)
    found = explain(root.pk, NOW)
    assert found is not None
    assert found.temperature == "warm"
    assert [item.status for item in found.missing] == ["unknown"]
    assert found.question is not None
    assert (found.question.criterion, found.question.text) == ("need", "What goes wrong today?")
    Lead.objects.filter(pk=root.pk).update(language="de")
    told = explain(root.pk, NOW)
    assert told is not None
    assert told.question is not None
    assert told.question.text == "Was läuft heute schief?"


def test_a_hot_lead_is_asked_nothing(version: Version, does: Does) -> None:
    root = does("ada", "asked", at=ago(1), traits={"size": 60, "need": "confirmed"})
    read(NOW)
    found = explain(root.pk, NOW)
    assert found is not None
    assert (found.temperature, found.missing, found.question) == ("hot", (), None)


def test_nobody_to_explain(version: Version, does: Does) -> None:
    root = does("ada", "asked")
    assert explain(root.pk + 1, NOW) is None
    erase(lead=root.pk, actor=Actor("carol@example.com"), now=NOW)
    assert explain(root.pk, NOW) is None


def test_without_an_agreement_there_is_no_explanation(does: Does) -> None:
    assert explain(does("ada", "asked").pk, NOW) is None


def test_the_history_is_latest_first(version: Version, does: Does) -> None:
    root = does("ada", "asked", traits={"size": 60})
    read(NOW)
    does("ada", traits={"need": "confirmed"})
    read(NOW)
    assert [(each.before, each.after) for each in history(root.pk)] == [("warm", "hot"), ("cool", "warm")]
