"""The built-in frameworks: what their letters stand for, and questions that can be asked as they are."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from typing import Any, cast

import pytest

from pyrometer.definition.frameworks import BUILT_IN, LANGUAGES, Framework, Letter, question

LETTERS = {
    "five_areas": {"need": "need", "fit": "fit", "budget": "budget", "influence": "influence", "timeline": "timeline"},
    "bant": {"budget": "budget", "authority": "influence", "need": "need", "timeframe": "timeline"},
    "champ": {"challenge": "need", "authority": "influence", "money": "budget", "prioritization": "timeline"},
    "anum": {"authority": "influence", "need": "need", "urgency": "timeline", "money": "budget"},
    "faint": {
        "funds": "budget",
        "authority": "influence",
        "interest": "interest",
        "need": "need",
        "time": "timeline",
    },
    "gpct": {"goals": "goals", "plans": "plans", "challenges": "need", "timeline": "timeline"},
    "meddic": {
        "metrics": "metrics",
        "economic_buyer": "influence",
        "decision_criteria": "decision_criteria",
        "decision_process": "decision_process",
        "identify_pain": "need",
        "champion": "champion",
    },
}
READY = {"five_areas": 5, "bant": 3, "champ": 3, "anum": 3, "faint": 4, "gpct": 3, "meddic": 5}

ALL_LETTERS = [
    pytest.param(framework, letter, id=f"{framework.name}-{letter.name}")
    for framework in BUILT_IN.values()
    for letter in framework.letters
]


def in_every_framework(language: str) -> list[str]:
    return [
        text for framework in BUILT_IN.values() for letter in framework.letters for text in letter.questions[language]
    ]


def test_letters_stand_for_their_criteria() -> None:
    found = {
        name: {letter.name: letter.criterion for letter in framework.letters} for name, framework in BUILT_IN.items()
    }
    assert found == LETTERS


def test_thresholds() -> None:
    assert {name: framework.some for name, framework in BUILT_IN.items()} == READY
    for framework in BUILT_IN.values():
        assert 1 <= framework.some <= len(framework.letters)
        assert framework.required == ()


def test_frameworks_go_by_their_own_name_and_have_a_title() -> None:
    assert all(name == framework.name and framework.title for name, framework in BUILT_IN.items())


@pytest.mark.parametrize("framework", BUILT_IN.values(), ids=lambda framework: framework.name)
def test_no_two_letters_share_a_name_or_a_criterion(framework: Framework) -> None:
    assert len({letter.name for letter in framework.letters}) == len(framework.letters)
    assert len({letter.criterion for letter in framework.letters}) == len(framework.letters)


def test_the_registry_cannot_change() -> None:
    with pytest.raises(TypeError):
        cast(Any, BUILT_IN)["mine"] = BUILT_IN["bant"]
    with pytest.raises(TypeError):
        cast(Any, BUILT_IN["bant"].letters[0].questions)["en"] = ()
    with pytest.raises(FrozenInstanceError):
        cast(Any, BUILT_IN["bant"]).some = 1


@pytest.mark.parametrize(("framework", "letter"), ALL_LETTERS)
def test_every_letter_has_questions_in_every_language(framework: Framework, letter: Letter) -> None:
    assert tuple(letter.questions) == LANGUAGES
    for texts in letter.questions.values():
        assert len(texts) >= 2
        assert len(set(texts)) == len(texts)
        assert all(text == text.strip() and len(text) <= 100 for text in texts)


@pytest.mark.parametrize(("framework", "letter"), ALL_LETTERS)
def test_languages_ask_the_same_number_of_questions(framework: Framework, letter: Letter) -> None:
    assert len({len(texts) for texts in letter.questions.values()}) == 1


@pytest.mark.parametrize("language", ["en", "de", "sv"])
def test_european_questions_are_one_sentence_with_a_question_mark(language: str) -> None:
    for text in in_every_framework(language):
        assert re.fullmatch(r"[A-ZÄÖÅÜ][^?!.]*\?", text), text


def test_german_addresses_with_sie() -> None:
    du = re.compile(r"\b(du|dich|dir|dein\w*|ihr|euch|euer|eure\w*)\b")
    assert [text for text in in_every_framework("de") if du.search(text)] == []
    for framework in BUILT_IN.values():
        for letter in framework.letters:
            assert re.search(r"\b(Sie|Ihnen|Ihr\w*)\b", " ".join(letter.questions["de"])), letter.name


def test_swedish_addresses_with_du() -> None:
    formal = re.compile(r"(?<!^)\b(Ni|Er|Ert|Era)\b")
    assert [text for text in in_every_framework("sv") if formal.search(text)] == []


def test_japanese_is_polite_and_asks() -> None:
    for text in in_every_framework("ja"):
        assert re.search(r"(です|ます|ました|でしょう)か[。？]$", text), text
        assert not re.search(r"[?!a-zA-Z]|あなた", text), text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Is there a budget for this yet?"),
        ("de", "Ist bei Ihnen dafür schon ein Budget vorgesehen?"),
        ("sv", "Finns det redan en budget för det här?"),
        ("ja", "今回の件について、ご予算はすでにお決まりでしょうか。"),
        ("fr", "Is there a budget for this yet?"),
    ],
)
def test_question(language: str, expected: str) -> None:
    assert question(BUILT_IN["bant"], "budget", language) == expected


def test_question_of_an_own_framework() -> None:
    own = Framework("own", "Own", (Letter("a", "a", {"fr": ("Pourquoi ?",)}), Letter("b", "b", {})), some=1)
    assert question(own, "a", "de") == "Pourquoi ?"
    assert question(own, "b", "de") == ""
    with pytest.raises(KeyError):
        question(own, "c", "de")


def test_a_framework_can_be_kept_in_a_set_and_changed_by_copy() -> None:
    bant = BUILT_IN["bant"]
    assert len({bant, replace(bant), replace(bant, required=("need",))}) == 2
