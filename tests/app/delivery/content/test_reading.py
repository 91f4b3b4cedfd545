"""A content is read from its text; what is wrong with it is told with its line."""

from __future__ import annotations

import pytest

from pyrometer.app.delivery.email.content.contents import Piece
from pyrometer.app.delivery.email.content.reading import ContentError, read

WHOLE = """---
name: what-plans-cost
kind: survey
format: html
purpose: newsletter
pitch: sales
topic: pricing
language: de
subject: {de: Was es kostet, en: "What it costs"}
preheader: Kurz gesagt
---
Hallo

--- en ---
Hello
  there
"""


def test_all_that_a_content_says_is_read_with_its_place() -> None:
    content = read(WHOLE)
    assert (content.name, content.kind, content.format) == ("what-plans-cost", "survey", "html")
    assert (content.purpose, content.pitch, content.topic, content.language) == ("newsletter", "sales", "pricing", "de")
    assert content.subjects == {"de": Piece("Was es kostet", 9, 15), "en": Piece("What it costs", 9, 35)}
    assert content.preheaders == {"de": Piece("Kurz gesagt", 10, 12)}
    assert content.bodies["de"] == Piece("Hallo\n", 12)
    assert content.bodies["en"] == Piece("Hello\n  there\n", 15)
    assert content.languages == ("de", "en")


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["en"], "en"),
        (["en-GB"], "en"),
        (["EN_us"], "en"),
        (["sv", "en"], "en"),
        (["sv"], "de"),
        ([], "de"),
        ([""], "de"),
    ],
)
def test_a_lead_gets_the_first_of_its_languages_that_is_written_else_the_contents_first(
    wanted: list[str], spoken: str
) -> None:
    assert read(WHOLE).spoken(wanted) == spoken


def test_lines_may_end_as_on_windows_and_a_file_may_begin_with_a_mark() -> None:
    content = read("\ufeff" + WHOLE.replace("\n", "\r\n"))
    assert content == read(WHOLE)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("Hello", 1, "there is no front matter"),
        ("---\nname: x", 1, "there is no front matter"),
        ("---\n- a\n---\nx", 1, "no list of names"),
        ("---\nname: [a\n---\nx", 2, "not valid YAML"),
        ("---\nname: x\npurpose: email\n---\nx", 2, "no subject in `en`"),
        ("---\nname: x\nsubject: a\n---\nx", 2, "`purpose` is missing"),
        ("---\nname: Big Name\npurpose: email\nsubject: a\n---\nx", 2, "`Big Name` can't be a name"),
        ("---\nname: x\npurpose: email\nkind: mial\nsubject: a\n---\nx", 4, "did you mean `mail`?"),
        ("---\nname: x\npurpose: email\npich: low\nsubject: a\n---\nx", 4, "did you mean `pitch`?"),
        ("---\nname: x\npurpose: email\nsubject: {en: a, fr: b}\n---\nx", 4, "no language `fr`"),
        ("---\nname: x\npurpose: email\nsubject: {en: a, de: b}\n---\nx", 4, "a subject in `de` and no text"),
        ("---\nname: x\npurpose: email\nsubject: a\n---\nx\n--- de ---\ny", 4, "no subject in `de`"),
        ("---\nname: x\npurpose: email\nsubject: a\n---\nx\n--- fr ---\ny", 7, "no language `fr`"),
        ("---\nname: x\npurpose: email\nsubject: a\n---\nx\n--- en ---\ny", 7, "twice"),
        ("---\nname: x\npurpose: email\nsubject: a\nlanguage: de\n---\n--- en ---\nx", 5, "no text in `de`"),
        ("---\nname: x\npurpose: email\nkind: slot\nsubject: a\n---\nx", 5, "a slot has no subject"),
        ("---\nname: x\nname: y\npurpose: email\nsubject: a\n---\nx", 3, "twice"),
        ("---\nname: x\npurpose: email\nsubject: [a]\n---\nx", 4, "one text a language"),
        ("---\nname: x\npurpose: email\nsubject: a\n---\n" + "x" * 100_001, 1, "100,0"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(ContentError) as error:
        read(text)
    (found,) = [problem for problem in error.value.problems if said in str(problem)]
    assert found.line == line


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(ContentError) as error:
        read("---\nname: X\nkind: mial\nformat: pdf\npitch: hard\nwhat: x\n---\n")
    said = str(error.value)
    for part in ("`X`", "`mial`", "`pdf`", "`hard`", "`what`", "`purpose` is missing", "no text in `en`"):
        assert part in said


@pytest.mark.parametrize(
    ("subject", "what"),
    [
        ("subject: {en: }", "there is no subject in `en`"),
        ("subject:", "there is no subject in `en`"),
        ("subject: {en: [a]}", "the subject in `en` is no text"),
        ("subject: [a]", "`subject` is a text, or one text a language"),
    ],
)
def test_one_mistake_in_a_subject_is_told_once(subject: str, what: str) -> None:
    with pytest.raises(ContentError) as wrong:
        read(f"---\nname: x\npurpose: email\n{subject}\n---\nx")
    assert [problem.what for problem in wrong.value.problems] == [what]
    fixes = [problem.fix for problem in wrong.value.problems if "no subject" in what]
    assert fixes in ([], ["write `subject: {en: …}`"])
