"""What doesn't fit the shape of the language: keys, kinds of values, numbers, durations."""

import pytest

from tests.definition.mistakes import Mistake, named

MISTAKES = [
    Mistake("a section that doesn't exist", "scors: {}  # here", "error", "scors", "unknown key", "`scores`"),
    Mistake(
        "an unknown key of a trait",
        "profile:\n  sector: {type: text, unknwon: [x]}  # here",
        "error",
        "profile.sector.unknwon",
        "unknown key `unknwon`",
        "did you mean `unknown`?",
    ),
    Mistake(
        "an unknown key of a rule",
        """
scores:
  interest:
    rules:
      - {name: Pages, points: 20, event: page_viewed}
      - {name: Call, points: 50, event: call_asked, withn: 3d}  # here
  fit: {rules: [{name: A, points: 70, when: {trait: partner, is: true}}], grades: {A: 60, B: 0}}
""",
        "error",
        "scores.interest.rules[1].withn",
        "unknown key `withn`",
        "did you mean `within`?",
    ),
    Mistake(
        "an unknown key that is like no other",
        "flags:\n  keen: {event: call_asked, zzz: 1}  # here",
        "error",
        "flags.keen.zzz",
        "unknown key `zzz`",
        "keys here: ",
    ),
    Mistake(
        "a condition that is none",
        "flags:\n  keen: {evnt: call_asked}  # here",
        "error",
        "flags.keen.evnt",
        "unknown key `evnt`",
        "did you mean `event`?",
    ),
    Mistake(
        "a condition that is a word",
        "flags:\n  keen: yes  # here",
        "error",
        "flags.keen",
        "expected a condition (a mapping), found `yes`",
    ),
    Mistake(
        "a condition like no kind",
        "flags:\n  keen: {colour: red}  # here",
        "error",
        "flags.keen",
        "this is no condition",
        why="one of `all`",
    ),
    Mistake(
        "two kinds in one condition",
        "flags:\n  keen: {event: call_asked, trait: role}  # here",
        "error",
        "flags.keen.event",
        "unknown key `event`",
    ),
    Mistake(
        "a trait without a test",
        "flags:\n  keen: {trait: role}  # here",
        "error",
        "flags.keen",
        "what to look at but not what to ask",
    ),
    Mistake(
        "a score without a test", "flags:\n  keen: {score: fit}  # here", "error", "flags.keen", "asks nothing of it"
    ),
    Mistake(
        "a grade without a test", "flags:\n  keen: {grade: fit}  # here", "error", "flags.keen", "asks nothing of it"
    ),
    Mistake(
        "a framework without a test",
        "flags:\n  keen: {framework: ours}  # here",
        "error",
        "flags.keen",
        "`is: ready` or `met_at_least: n`",
    ),
    Mistake(
        "an unknown type",
        "profile:\n  sector: {type: txt}  # here",
        "error",
        "profile.sector.type",
        "`txt` is not possible here",
        "did you mean `text`?",
    ),
    Mistake(
        "a type as a list",
        "profile:\n  sector: [text]  # here",
        "error",
        "profile.sector",
        "expected a mapping (`key: value` lines), found a list",
    ),
    Mistake(
        "a number as a duration",
        "flags:\n  keen: {event: call_asked, within: 30}  # here",
        "error",
        "flags.keen.within",
        "`30` is not a duration; write days or weeks",
    ),
    Mistake(
        "a duration of hours",
        "flags:\n  keen: {event: call_asked, within: 12h}  # here",
        "error",
        "flags.keen.within",
        "`12h` is not a duration",
    ),
    Mistake(
        "a duration of nothing",
        "flags:\n  keen: {event: call_asked, within: 0d}  # here",
        "error",
        "flags.keen.within",
        "at least 1d",
    ),
    Mistake(
        "a duration of centuries",
        "flags:\n  keen: {event: call_asked, within: 99999d}  # here",
        "error",
        "flags.keen.within",
        "up to 36500 days",
    ),
    Mistake(
        "a count below zero",
        "flags:\n  keen: {event: call_asked, at_least: -1}  # here",
        "error",
        "flags.keen.at_least",
        "`-1` is not a whole number of 0 or more",
    ),
    Mistake(
        "an impossible count",
        "flags:\n  keen: {event: call_asked, at_least: 3, at_most: 2}  # here",
        "error",
        "flags.keen",
        "no count is at least 3 and at most 2",
    ),
    Mistake(
        "too many of some",
        "flags:\n  keen: {some: 3, of: [{event: call_asked}]}  # here",
        "error",
        "flags.keen",
        "give a number from 1 to 1",
    ),
    Mistake("an empty all", "flags:\n  keen: {all: []}  # here", "error", "flags.keen.all", "it needs at least 1"),
    Mistake(
        "last beside a window",
        "flags:\n  keen: {event: call_asked, within: 3d, last: {older_than: 1d}}  # here",
        "error",
        "flags.keen",
        "`last` looks at the most recent event alone",
    ),
    Mistake(
        "points in words",
        "scores:\n  interest: {rules: [{name: A, points: ten, event: call_asked}]}  # here",
        "error",
        "scores.interest.rules[0].points",
        "`ten` is not a number of points",
    ),
    Mistake(
        "points with five decimals",
        """
scores:
  interest: {rules: [{name: A, points: 1.00001, event: call_asked}]}  # here
""",
        "error",
        "scores.interest.rules[0].points",
        "at most 4 decimals",
    ),
    Mistake(
        "far too many points",
        """
scores:
  interest: {rules: [{name: A, points: 1e99, event: call_asked}]}  # here
""",
        "error",
        "scores.interest.rules[0].points",
        "between -1,000,000 and 1,000,000",
    ),
    Mistake(
        "a rule without a name",
        "scores:\n  interest: {rules: [{points: 1, event: call_asked}]}  # here",
        "error",
        "scores.interest.rules[0]",
        "`name` is missing",
        "add `name: …`",
    ),
    Mistake(
        "a rule of no shape",
        "scores:\n  interest: {rules: [{name: A, trait: role}]}  # here",
        "error",
        "scores.interest.rules[0]",
        "needs `bands` or `points_for`",
    ),
    Mistake(
        "a score without rules",
        "scores:\n  interest: {rules: []}  # here",
        "error",
        "scores.interest.rules",
        "it needs at least 1",
    ),
    Mistake(
        "a range upside down",
        """
scores:
  interest: {range: [100, 0], rules: [{name: A, points: 1, event: call_asked}]}  # here
""",
        "error",
        "scores.interest",
        "lower number first",
    ),
    Mistake(
        "two laws of cooling",
        """
scores:
  interest: {cooling: {half_life: 3d, linear: 9d}, rules: [{name: A, points: 50, event: call_asked}]}  # here
""",
        "error",
        "scores.interest.cooling",
        "exactly one of",
    ),
    Mistake(
        "a law that is a word",
        """
scores:
  interest: {cooling: quick, rules: [{name: A, points: 50, event: call_asked}]}  # here
""",
        "error",
        "scores.interest.cooling",
        "`quick` is not possible here",
        "write `none`, or a mapping",
    ),
    Mistake(
        "steps that begin late",
        """
scores:
  interest: {cooling: {steps: {7d: 50}}, rules: [{name: A, points: 50, event: call_asked}]}  # here
""",
        "error",
        "scores.interest.cooling",
        "from 0d on",
    ),
    Mistake(
        "more than all of the points",
        """
scores:
  interest: {cooling: {steps: {0d: 150}}, rules: [{name: A, points: 50, event: call_asked}]}  # here
""",
        "error",
        "scores.interest.cooling.steps.0d",
        "percentage from 0 to 100",
    ),
    Mistake(
        "distinct and counted",
        """
scores:
  interest: {rules: [{name: A, points: 5, event: file_opened, distinct: file, count: daily}]}  # here
""",
        "error",
        "scores.interest.rules[0]",
        "can't stand beside `count` or `per`",
    ),
    Mistake(
        "a way to count that doesn't exist",
        """
scores:
  interest: {rules: [{name: A, points: 5, event: file_opened, count: weekly}]}  # here
""",
        "error",
        "scores.interest.rules[0].count",
        "`weekly` is not possible here",
        "`every`, `daily`, `latest`",
    ),
    Mistake(
        "a band without bounds",
        """
scores:
  fit: {rules: [{name: A, trait: staff, bands: [{points: 5}]}]}  # here
""",
        "error",
        "scores.fit.rules[0].bands[0]",
        "`from`, `below` or both",
    ),
    Mistake(
        "a name with a space at its end",
        'flags:\n  "keen ": {event: call_asked}  # here',
        "error",
        "flags.keen ",
        "can't be a name",
    ),
    Mistake("no temperature", "temperature: cold  # here", "error", "temperature", "expected a mapping"),
    Mistake("another version", "format: 2  # here", "error", "format", "`2` is not possible here"),
    Mistake(
        "an example without expectations",
        "examples:\n  - {name: A, expect: {}}  # here",
        "error",
        "examples[0].expect",
        "expects nothing",
    ),
    Mistake(
        "an expected temperature that doesn't exist",
        """
examples:
  - {name: A, expect: {temperature: boiling}}  # here
""",
        "error",
        "examples[0].expect.temperature",
        "`boiling` is not possible here",
        "`cool`, `warm`, `hot`",
    ),
    Mistake(
        "a key written twice",
        """
flags:
  keen:
    event: call_asked
    event: page_viewed  # here
""",
        "error",
        "flags.keen.event",
        "`event` stands here twice",
        "rename or remove one",
        "the first is on line",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=named)
def test_a_mistake_of_shape_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()
