"""What is asked, and how it is answered: a table of cases; and answers of any kind, read or refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.capture.models import Form
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys.questions import Choice, Question, question_of
from pyrometer.app.nurture.surveys.traits import trait_of
from pyrometer.app.nurture.surveys.values import HIGHEST, LONGEST, WrongAnswerError, clean, read
from pyrometer.definition import load

from .conftest import DEFINITION

KETTLES = load(DEFINITION)
YES = Question("?", "yes", choices=(Choice("yes", "Yes"), Choice("no", "No")))
ONE = Question("?", "choice", choices=(Choice("confirmed", "Confirmed"), Choice("none", "None")))


@pytest.mark.parametrize(
    ("criterion", "trait"),
    [
        ("need", "need"),
        ("budget", "budget_amount"),
        ("influence", "signs_alone"),
        ("timeline", "buying_on"),
        ("size", "seats"),
        ("mood", None),
        ("nothing", None),
    ],
)
def test_the_trait_that_answers_a_criterion(criterion: str, trait: str | None) -> None:
    assert trait_of(KETTLES, criterion) == trait


@pytest.mark.parametrize(
    ("gate", "trait"),
    [
        # What is chosen before what is written; what decides alone before what needs more.
        ("{any: [{trait: note, contains: x}, {trait: seats, at_least: 1}, {trait: kind, is: a}]}", "kind"),
        ("{all: [{trait: kind, is: a}, {trait: seats, at_least: 1}]}", "kind"),
        ("{any: [{all: [{trait: kind, is: a}, {trait: seats, at_least: 1}]}, {trait: note, contains: x}]}", "note"),
        ("{some: 2, of: [{trait: kind, is: a}, {trait: seats, at_least: 1}]}", "kind"),
        ("{not: {trait: seats, at_least: 1}}", "seats"),
        # Nobody is asked for an address by a link that came to it.
        ("{any: [{trait: email, matches: x}, {trait: note, contains: x}]}", "note"),
        ("{trait: email, matches: x}", None),
    ],
)
def test_where_several_traits_decide_one_is_chosen(gate: str, trait: str | None) -> None:
    definition = load(
        "format: 1\nname: T\nprofile: {note: text, seats: integer, email: text, kind: {type: text, values: [a, b]}}\n"
        f"criteria: {{it: {{met: {gate}}}}}\ntemperature: {{hot: {{when: {{criterion: it, is: met}}}}}}\n"
    )
    assert trait_of(definition, "it") == trait


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "language", "found"),
    [
        (
            Asked(criterion="need"),
            "de",
            Question("Was läuft heute schief?", "choice", "need", tuple(
                Choice(value, value.title()) for value in ("confirmed", "possible", "none")
            )),
        ),
        (Asked(question={"en": "Alone?"}, trait="signs_alone"), "sv", Question("Alone?", "yes", "signs_alone", (
            Choice("yes", "Ja"), Choice("no", "Nej")
        ))),
        (Asked(criterion="size"), "en", Question("How many are you?", "integer", "seats")),
        (Asked(criterion="timeline"), "en", Question("When will you decide?", "date", "buying_on")),
        (Asked(criterion="mood"), "en", Question("How do you like it?")),
        (Asked(criterion="silent"), "en", None),
        (Asked(criterion="gone"), "en", None),
        (Asked(question={"en": "What is missing?", "de": "Was fehlt?"}), "de", Question("Was fehlt?")),
        (Asked(question={"de": "Was fehlt?"}), "ja", Question("Was fehlt?")),
        (Asked(question={"en": "How?"}, trait="other_tool"), "en", Question("How?", "choice", "other_tool", (
            Choice("spread_sheet", "Spread sheet"), Choice("paper", "Paper")
        ))),
        (Asked(question={"en": "Colour?"}, trait="colour"), "en", Question("Colour?", "text", "colour")),
        (Asked(), "en", None),
    ],
)  # fmt: skip
def test_what_is_asked(live: Any, asked: Asked, language: str, found: Question | None) -> None:
    assert question_of(asked, language) == found


@pytest.mark.django_db
def test_a_question_in_the_words_of_a_framework(live: Any) -> None:
    found = question_of(Asked(criterion="budget"), "ja")
    assert found is not None
    assert found.kind == "number"
    assert found.text not in ("", question_of(Asked(criterion="budget"), "en").text)  # type: ignore[union-attr]


@pytest.mark.django_db
def test_answers_are_called_as_forms_call_them(live: Any) -> None:
    options = [{"value": "none", "label": {"en": "All is well", "de": "Alles gut"}}]
    colours = [{"value": "red", "label": {"en": "Red"}}, {"value": "blue", "label": {}}]
    fields = [{"trait": "need", "type": "choice", "options": options}, {"trait": "colour", "options": colours}]
    Form.objects.create(slug="f", name="F", fields=fields)
    found = question_of(Asked(criterion="need"), "de")
    assert found is not None
    assert [each.label for each in found.choices] == ["Confirmed", "Possible", "Alles gut"]
    # What the definition doesn't declare is answered as the form has it.
    own = question_of(Asked(question={"en": "Colour?"}, trait="colour"), "en")
    assert own is not None
    assert own.choices == (Choice("red", "Red"), Choice("blue", "Blue"))


@pytest.mark.django_db
def test_without_a_definition_only_own_words_are_asked() -> None:
    assert question_of(Asked(criterion="need"), "en") is None
    assert question_of(Asked(question={"en": "What is missing?"}, trait="wish"), "en") == Question(
        "What is missing?", "text", "wish"
    )


@pytest.mark.parametrize(
    ("question", "language", "sent", "found"),
    [
        (ONE, "en", "none", "none"),
        (ONE, "en", "None", "choose"),
        (ONE, "en", "", "missing"),
        (YES, "en", "yes", True),
        (YES, "en", "no", False),
        (YES, "en", "perhaps", "choose"),
        (Question("?", "number"), "en", "1,800.50", 1800.5),
        (Question("?", "number"), "de", "1.800,50", 1800.5),
        (Question("?", "number"), "de", "1.800", 1800),
        (Question("?", "number"), "en", "1.800", 1.8),
        (Question("?", "number"), "sv", "1 800,5 kr", 1800.5),
        (Question("?", "number"), "de", "12.5", 12.5),
        (Question("?", "number"), "en", "€ 40", 40),
        (Question("?", "number"), "ja", "１２００円", 1200),
        (Question("?", "number"), "en", "\N{MINUS SIGN}3", -3),
        (Question("?", "number"), "en", "1,2,3", "number"),
        (Question("?", "number"), "en", "a lot", "number"),
        (Question("?", "number"), "en", "nan", "number"),
        (Question("?", "number"), "en", "1e9", "number"),
        (Question("?", "number"), "en", "9" * 14, "number"),
        (Question("?", "integer"), "en", "10", 10),
        (Question("?", "integer"), "en", "10.0", 10),
        (Question("?", "integer"), "en", "10.5", "whole"),
        (Question("?", "date"), "en", "2027-03-01", "2027-03-01"),
        (Question("?", "date"), "en", "2027-02-30", "date"),
        (Question("?", "date"), "en", "0001-01-01", "date"),
        (Question("?", "date"), "en", "20270301", "date"),
        (Question("?"), "en", "  two\r\nlines\x00 ", "two\nlines"),
        (Question("?"), "en", "x" * LONGEST, "x" * LONGEST),
        (Question("?"), "en", "x" * (LONGEST + 1), "long"),
        (Question("?"), "en", " \x00\u2028 ", "missing"),
    ],
)
def test_answers_are_read_or_refused(question: Question, language: str, sent: str, found: Any) -> None:
    words = {"missing", "choose", "number", "whole", "date", "long"}
    if found in words:
        with pytest.raises(WrongAnswerError) as caught:
            read(question, sent, language)
        assert caught.value.word == found
    else:
        assert read(question, sent, language) == found
        assert type(read(question, sent, language)) is type(found)


ANY = st.one_of(st.text(max_size=60), st.from_regex(r"[-+€ ]{0,2}[0-9]{1,16}([.,][0-9]{1,3}){0,3}", fullmatch=True))


@given(
    ANY, st.sampled_from(("choice", "yes", "integer", "number", "date", "text")), st.sampled_from(("en", "de", "sv"))
)
def test_whatever_is_sent_becomes_what_the_question_asks_for_or_nothing(sent: str, kind: Any, language: str) -> None:
    question = Question("?", kind, choices={"choice": ONE, "yes": YES}.get(kind, ONE).choices)
    try:
        found = read(question, sent, language)
    except WrongAnswerError:
        return
    if kind == "yes":
        assert type(found) is bool
    elif kind == "choice":
        assert found in {"confirmed", "none"}
    elif kind == "integer":
        assert type(found) is int
        assert abs(found) <= HIGHEST
    elif kind == "number":
        assert type(found) in (int, float)
        assert abs(found) <= HIGHEST
    elif kind == "date":
        assert date.fromisoformat(found).isoformat() == found
    else:
        assert 0 < len(found) <= LONGEST
        found.encode()
        assert "\0" not in found
        assert clean(found) == found


@given(st.integers(-(10**9), 10**9), st.sampled_from(("en", "de", "sv", "ja")))
def test_a_whole_number_is_itself_with_and_without_groups(number: int, language: str) -> None:
    grouped = f"{number:,}".replace(",", "." if language in ("de", "sv") else ",")
    assert read(Question("?", "integer"), str(number), language) == number
    assert read(Question("?", "integer"), grouped, language) == number
