"""A file with many mistakes: each is reported once, in its place, and none hides another."""

import pytest

from pyrometer.definition.problems import spell
from pyrometer.definition.reading import read

MANY = """\
format: 1
name: Many mistakes
profle: {}                                                      # 1
profile:
  sector: {type: text, values: [hotels, clinics]}
  staff: {type: integr}                                         # 2
  role: text
  turnover: number
events:
  page_viewed: {properties: {topic: text}}
  call_asked:
flags:
  one: {event: call_askt}                                       # 3
  two: {event: page_viewed, where: {topics: pricing}}           # 4
  three: {flag: four}
  four: {any: [{flag: three}, {event: call_asked}]}             # 5
  five: {trait: sector, is: hotel}                              # 6
  six: {trait: role, at_least: 5}                               # 7
  seven: {trait: role, matches: "a(?=b)"}                       # 8
  eight: {event: page_viewed, within: 30}                       # 9
  nine: {trait: staff, at_least: 10}                            # its declaration is wrong, this isn't
scores:
  fit:
    range: [0, 100]
    rules:
      - {name: Size, trait: turnover, bands: [{from: 9, below: 3, points: 5}, {from: 9, points: 50}]}     # 10
      - {name: Size, points: 10, when: {trait: role, is: Owner}}                                          # 11
      - {name: Calls, points: ten, event: call_asked}                                                     # 12
    grades: {A: 50, B: 20, C: 0}
  interest:
    rules:
      - {name: Calls, points: 30, event: call_asked, count: latest}
temperature:
  hot: {when: {all: [{score: interest, at_least: 31}, {grade: fit, at_least: D}]}}                        # 13, 14, 15
  warm: {when: {flag: four}}
examples:
  - {name: A, profile: {rôle: Owner}, expect: {temperature: hot}}                                         # 16
"""

EXPECTED = {
    "profle": 3,
    "profile.staff.type": 6,
    "flags.one.event": 13,
    "flags.two.where.topics": 14,
    "flags.four.any[0].flag": 16,
    "flags.five.is": 17,
    "flags.six.at_least": 18,
    "flags.seven.matches": 19,
    "flags.eight.within": 20,
    "scores.fit.rules[0].bands[0]": 26,
    "scores.fit.rules[1].name": 27,
    "scores.fit.rules[2].points": 28,
    "temperature.hot.when": 34,
    "temperature.hot.when.all[0].at_least": 34,
    "temperature.hot.when.all[1].at_least": 34,
    "examples[0].profile.rôle": 37,
}


def test_every_mistake_is_reported_in_its_place() -> None:
    draft = read(MANY)
    assert [(spell(problem.path), problem.line) for problem in draft.errors] == list(EXPECTED.items())


def test_errors_come_first_then_file_order() -> None:
    levels = [problem.level for problem in read(MANY).problems]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)


def test_every_message_says_what_and_most_how_to_mend_it() -> None:
    problems = read(MANY).errors
    assert all(
        (problem.what and problem.what[0] != problem.what[0].upper()) or problem.what[0] == "`" for problem in problems
    )
    assert sum(bool(problem.fix) for problem in problems) >= len(problems) - 3


def test_a_broken_list_item_does_not_shift_the_others() -> None:
    draft = read(MANY.replace("name: Size, trait: turnover, bands: [{from: 9, below: 3", "name: Size, bans: [{from: 9"))
    paths = [spell(problem.path) for problem in draft.errors]
    assert "scores.fit.rules[0]" in paths[9] or "scores.fit.rules[0].bans" in paths
    assert "scores.fit.rules[2].points" in paths


def test_text_without_a_file_is_called_definition_and_a_file_by_its_name(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "many.yaml"
    path.write_text(MANY, encoding="utf-8")
    assert str(read(MANY).problems[0]).startswith("definition:3: error: profle: unknown key `profle`")
    assert str(read(path).problems[0]).startswith(f"{path}:3: error: profle:")


@pytest.mark.parametrize("name", list("abcdefghijkl"))
def test_a_part_that_is_broken_inside_and_around_is_told_of_once(name: str) -> None:
    # What is left out first was once a matter of hashes: names are many here, so that one of them comes out wrong.
    found = read(f"format: 1\nname: Tiny\nscores: {{{name}: {{rulez: []}}}}\n")
    assert [problem.what for problem in found.problems if problem.line == 3] == [
        "`rules` is missing",
        "unknown key `rulez`",
    ]
