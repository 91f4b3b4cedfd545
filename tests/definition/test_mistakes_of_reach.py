"""What goes round in a circle, lies out of reach, or can never hold."""

import pytest

from pyrometer.definition.reading import read
from tests.definition.mistakes import SOUND, Mistake, named

CIRCLES = [
    Mistake(
        "a flag of itself",
        "flags:\n  keen: {not: {flag: keen}}  # here",
        "error",
        "flags.keen.not.flag",
        "goes round in a circle: flag `keen` → flag `keen`",
    ),
    Mistake(
        "two flags",
        "flags:\n  keen: {flag: near}\n  near: {flag: keen}  # here",
        "error",
        "flags.near.flag",
        "flag `keen` → flag `near` → flag `keen`",
        "take out one",
    ),
    Mistake(
        "a score by its own grade",
        """
scores:
  fit:
    grades: {A: 1, B: 0}
    rules:
      - {name: A, points: 5, when: {trait: partner, is: true}}
      - {name: B, points: 5, when: {grade: fit, is: A}}  # here
temperature: {hot: {when: {grade: fit, is: A}}}
""",
        "error",
        "scores.fit.rules[1].when.grade",
        "score `fit` → score `fit`",
    ),
    Mistake(
        "a score, a framework and a criterion",
        """
scores:
  fit:
    grades: {B: 1, C: 0}
    rules: [{name: A, points: 5, when: {framework: ours, is: ready}}]
criteria:
  size: {met: {score: fit, at_least: 3}}  # here
temperature: {hot: {when: {trait: partner, is: true}}}
""",
        "error",
        "criteria.size.met.score",
        "score `fit` → framework `ours` → criterion `size` → score `fit`",
    ),
]

OUT_OF_REACH = [
    Mistake(
        "above the range",
        "temperature:\n  hot: {when: {score: fit, at_least: 140}}  # here",
        "error",
        "temperature.hot.when.at_least",
        "`fit` can't reach 140",
        "lower the threshold",
        "its `range` ends at 100",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "above what the rules add up to",
        """
scores:
  fit: {grades: {B: 1, C: 0}, rules: [{name: A, points: 12.5, when: {trait: partner, is: true}}]}
temperature:
  hot: {when: {score: fit, above: 12.5}}  # here
""",
        "error",
        "temperature.hot.when.above",
        "`fit` can't reach 12.5",
        why="its rules add up to 12.5 points at most",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "above what caps and groups leave",
        """
scores:
  interest:
    groups: {web: {cap: 20}}
    rules:
      - {name: A, points: 5, event: page_viewed, cap: 30, group: web}
      - {name: B, points: 5, event: call_asked, cap: 10}
temperature:
  hot: {when: {score: interest, at_least: 30.0001}}  # here
""",
        "error",
        "temperature.hot.when.at_least",
        "`interest` can't reach 30.0001",
        why="its rules add up to 30 points at most",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "below the range",
        "temperature:\n  hot: {when: {score: interest, below: 0}}  # here",
        "error",
        "temperature.hot.when.below",
        "`interest` can't fall to 0",
        why="its `range` begins at 0",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "inside something larger",
        """
flags:
  keen: {any: [{event: call_asked}, {not: {score: fit, at_least: 101}}]}  # here
""",
        "error",
        "flags.keen.any[1].not.at_least",
        "`fit` can't reach 101",
    ),
    Mistake(
        "a grade",
        """
scores:
  fit: {grades: {A: 60, B: 0}, rules: [{name: A, points: 50, when: {trait: partner, is: true}}]}  # here
temperature: {hot: {when: {trait: partner, is: true}}}
""",
        "error",
        "scores.fit.grades.A",
        "the grade `A` is out of reach",
        "lower its bound",
        "it begins at 60, and `fit` can't exceed 50",
    ),
    Mistake(
        "the lowest grade",
        """
scores:
  fit: {grades: {A: 50, B: 0, C: -1}, rules: [{name: A, points: 50, when: {trait: partner, is: true}}]}  # here
temperature: {hot: {when: {grade: fit, is: A}}}
""",
        "warning",
        "scores.fit.grades.C",
        "the grade `C` is never given",
        why="`fit` can't fall below 0",
    ),
    Mistake(
        "more letters than there are",
        "temperature:\n  hot: {when: {framework: ours, met_at_least: 3}}  # here",
        "error",
        "temperature.hot.when.met_at_least",
        "`ours` can't have 3 met",
        "write 2 or less",
        "it has 2 letters",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "more letters than can be answered",
        """
frameworks:
  ours: {letters: [need, money], ready: {some: 1}}
temperature:
  hot: {when: {framework: ours, met_at_least: 2}}  # here
""",
        "error",
        "temperature.hot.when.met_at_least",
        "`ours` can't have 2 met",
        why="only 1 of its letters can be met",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "readier than it has letters",
        "frameworks:\n  ours: {letters: [need, size], ready: {some: 3}}  # here",
        "error",
        "frameworks.ours.ready.some",
        "`ours` can't have 3 met",
        "write 2 or less",
    ),
    Mistake(
        "an expected score",
        "examples:\n  - {name: A, expect: {scores: {fit: {at_least: 101}}}}  # here",
        "error",
        "examples[0].expect.scores.fit",
        "`fit` can't come out so",
        why="it can't exceed 100",
    ),
    Mistake(
        "an expected temperature",
        """
temperature: {hot: {when: {flag: keen}}}
examples:
  - {name: A, expect: {temperature: warm}}  # here
""",
        "error",
        "examples[0].expect.temperature",
        "no lead is warm",
    ),
]

NEVER = [
    Mistake(
        "a temperature behind a flag",
        """
flags:
  keen: {all: [{trait: staff, at_least: 10}, {trait: staff, below: 10}]}
temperature:
  hot: {when: {all: [{event: call_asked}, {flag: keen}]}}  # here
""",
        "error",
        "temperature.hot.when",
        "nobody can ever become hot",
        why="`keen` can't hold",
    ),
    Mistake(
        "a temperature behind a criterion",
        """
temperature:
  warm: {when: {criterion: money}}  # here
frameworks:
  ours: {letters: [need, money], ready: {some: 1}}
""",
        "error",
        "temperature.warm.when",
        "nobody can ever become warm",
        why="`money met` can't hold",
    ),
    Mistake(
        "bounds that exclude each other",
        "flags:\n  keen: {trait: staff, at_least: 50, below: 10}  # here",
        "warning",
        "flags.keen",
        "no `staff` can be so: staff at least 50 and below 10",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "no number between two whole ones",
        "flags:\n  keen: {trait: staff, above: 9, below: 10}  # here",
        "warning",
        "flags.keen",
        "no `staff` can be so",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "unknown and known",
        "flags:\n  keen: {trait: role, known: false, contains: x}  # here",
        "warning",
        "flags.keen",
        "no `role` can be so",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "days past and ahead",
        "flags:\n  keen: {trait: renews_on, older_than: 1d, within_next: 9d}  # here",
        "warning",
        "flags.keen",
        "no `renews_on` can be so",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "two values at once",
        "flags:\n  keen: {all: [{trait: sector, is: hotels}, {trait: sector, is: shops}]}  # here",
        "warning",
        "flags.keen.all",
        "`sector is hotels` and `sector is shops` exclude each other",
        "use `any`",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "a high and a low score",
        """
flags:
  keen: {all: [{score: fit, at_least: 40}, {all: [{grade: fit, at_most: C}, {event: call_asked}]}]}  # here
""",
        "warning",
        "flags.keen.all",
        "`fit at least 40` and `fit grade C or lower` exclude each other",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "something and nothing of it",
        """
flags:
  keen: {all: [{event: call_asked, within: 30d}, {event: any, within: 60d, at_most: 0}]}  # here
""",
        "warning",
        "flags.keen.all",
        "exclude each other",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "a filter",
        "flags:\n  keen: {event: page_viewed, where: {seconds: {above: 9, below: 5}}}  # here",
        "warning",
        "flags.keen.where.seconds",
        "no `seconds` can pass",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "an age",
        "flags:\n  keen: {event: call_asked, last: {older_than: 9d, within_last: 9d}}  # here",
        "warning",
        "flags.keen.last",
        "no event is 9 days old or older and younger than 9 days",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "grades",
        "flags:\n  keen: {grade: fit, at_least: A, at_most: B}  # here",
        "warning",
        "flags.keen",
        "no grade is so",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "a criterion",
        """
criteria:
  size: {met: {criterion: need, is: unknown}}  # here
""",
        "warning",
        "criteria.size.met",
        "the criterion `size` can never be met",
        why="`need unknown` can't hold",
    ),
    Mistake(
        "a rule",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 50, when: {criterion: need, is: unknown}}  # here
""",
        "warning",
        "scores.interest.rules[1].when",
        "this rule can never fire",
    ),
    Mistake(
        "an event rule",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 50, event: page_viewed, where: {topic: {is: a, is_not: a}}}  # here
""",
        "warning",
        "scores.interest.rules[1].where.topic",
        "this rule can never fire",
    ),
    Mistake(
        "steps of nothing within the window",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 50, event: page_viewed, within: 7d, cooling: {steps: {0d: 0, 7d: 100}}}  # here
""",
        "warning",
        "scores.interest.rules[1].within",
        "this rule can never fire",
        "widen `within`",
    ),
    Mistake(
        "a rule that counts nothing",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 5, event: page_viewed, per: {property: seconds, every: 9, up_to: 0}}  # here
""",
        "warning",
        "scores.interest.rules[1].per.up_to",
        "this rule can never fire",
    ),
    Mistake(
        "a rule of no points",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 0, event: page_viewed}  # here
""",
        "warning",
        "scores.interest.rules[1].points",
        "never changes the score",
    ),
    Mistake(
        "a condition of no points",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 0.0, when: {event: page_viewed}}  # here
""",
        "warning",
        "scores.interest.rules[1].points",
        "never changes the score",
    ),
    Mistake(
        "a score that stands still",
        """
scores:
  luck: {rules: [{name: A, points: -5, event: page_viewed}]}  # here
""",
        "warning",
        "scores.luck",
        "`luck` is always 0",
        why="no rule can move it within its range",
    ),
]


def test_the_definition_without_a_mistake_has_no_error_and_no_warning() -> None:
    assert {problem.level for problem in read("\n".join(SOUND.values())).problems} <= {"note"}


@pytest.mark.parametrize("mistake", CIRCLES, ids=named)
def test_a_circle_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()


@pytest.mark.parametrize("mistake", OUT_OF_REACH, ids=named)
def test_what_is_out_of_reach_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()


@pytest.mark.parametrize("mistake", NEVER, ids=named)
def test_what_can_never_hold_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()
