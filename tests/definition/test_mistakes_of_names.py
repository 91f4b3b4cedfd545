"""What names something that isn't there, names it twice."""

import pytest

from tests.definition.mistakes import Mistake, named

NAMES = [
    Mistake(
        "a trait",
        "flags:\n  keen: {trait: secktor, is: hotels}  # here",
        "error",
        "flags.keen.trait",
        "unknown trait `secktor`",
        "did you mean `sector`?",
    ),
    Mistake(
        "a trait like no other",
        "flags:\n  keen: {trait: zzz, is: x}  # here",
        "error",
        "flags.keen.trait",
        "unknown trait `zzz`",
        "declared: `sector`, `staff`",
    ),
    Mistake(
        "a trait of a rule",
        "scores:\n  fit: {rules: [{name: A, trait: roll, points_for: {x: 1}}]}  # here",
        "error",
        "scores.fit.rules[0].trait",
        "unknown trait `roll`",
        "`role`",
        also=("temperature.hot.when.all[1].grade",),
    ),
    Mistake(
        "an event",
        "flags:\n  keen: {event: call_askd}  # here",
        "error",
        "flags.keen.event",
        "unknown event `call_askd`",
        "did you mean `call_asked`?",
    ),
    Mistake(
        "one of several events",
        "flags:\n  keen: {event: [call_asked, page_view]}  # here",
        "error",
        "flags.keen.event[1]",
        "unknown event `page_view`",
        "`page_viewed`",
    ),
    Mistake(
        "a property",
        "flags:\n  keen: {event: page_viewed, where: {topics: x}}  # here",
        "error",
        "flags.keen.where.topics",
        "unknown property `topics` of `page_viewed`",
        "did you mean `topic`?",
    ),
    Mistake(
        "a property of another event",
        "flags:\n  keen: {event: file_opened, where: {topic: x}}  # here",
        "error",
        "flags.keen.where.topic",
        "`file_opened` has no property `topic`",
        why="declared for `page_viewed`",
    ),
    Mistake(
        "a property of no event",
        "flags:\n  keen: {event: any, where: {colour: x}}  # here",
        "error",
        "flags.keen.where.colour",
        "unknown property `colour`",
    ),
    Mistake(
        "any event where none is declared",
        """
events: {}
scores: {}
criteria: {}
frameworks: {}
examples: []
flags:
  keen: {event: any}  # here
temperature: {hot: {when: {trait: partner, is: true}}, warm: {when: {flag: keen}}}
""",
        "error",
        "flags.keen.event",
        "no event is declared",
        also=("temperature.warm.when",),
    ),
    Mistake(
        "a counted property",
        """
scores:
  interest: {rules: [{name: A, points: 40, event: page_viewed, per: {property: second, every: 60}}]}  # here
temperature: {hot: {when: {score: interest, at_least: 40}}}
""",
        "error",
        "scores.interest.rules[0].per.property",
        "unknown property `second`",
        "`seconds`",
    ),
    Mistake(
        "a distinct property",
        """
scores:
  interest: {rules: [{name: A, points: 40, event: file_opened, distinct: files}]}  # here
temperature: {hot: {when: {score: interest, at_least: 40}}}
""",
        "error",
        "scores.interest.rules[0].distinct",
        "unknown property `files`",
        "`file`",
    ),
    Mistake(
        "a flag",
        "temperature:\n  hot: {when: {flag: ken}}  # here",
        "error",
        "temperature.hot.when.flag",
        "unknown flag `ken`",
        "`keen`",
    ),
    Mistake(
        "a score",
        "temperature:\n  hot: {when: {score: intrest, at_least: 40}}  # here",
        "error",
        "temperature.hot.when.score",
        "unknown score `intrest`",
        "`interest`",
    ),
    Mistake(
        "the score of a grade",
        "temperature:\n  hot: {when: {grade: fitt, is: A}}  # here",
        "error",
        "temperature.hot.when.grade",
        "unknown score `fitt`",
        "`fit`",
    ),
    Mistake(
        "a grade",
        "temperature:\n  hot: {when: {grade: fit, at_least: D}}  # here",
        "error",
        "temperature.hot.when.at_least",
        "unknown grade `D` of `fit`",
        "its grades: `A`, `B`, `C`",
    ),
    Mistake(
        "a grade by another case",
        "temperature:\n  hot: {when: {grade: fit, in: [A, b]}}  # here",
        "error",
        "temperature.hot.when.in",
        "unknown grade `b` of `fit`",
        "did you mean `B`?",
    ),
    Mistake(
        "a grade of a score without any",
        "temperature:\n  hot: {when: {grade: interest, is: A}}  # here",
        "error",
        "temperature.hot.when.grade",
        "`interest` has no grades",
        "add `grades`",
    ),
    Mistake(
        "a criterion",
        "temperature:\n  hot: {when: {criterion: ned}}  # here",
        "error",
        "temperature.hot.when.criterion",
        "unknown criterion `ned`",
        "`need`",
    ),
    Mistake(
        "a framework",
        "temperature:\n  hot: {when: {framework: our, is: ready}}  # here",
        "error",
        "temperature.hot.when.framework",
        "unknown framework `our`",
        "`ours`",
    ),
    Mistake(
        "a framework that isn't listed",
        "temperature:\n  hot: {when: {framework: bant, is: ready}}  # here",
        "error",
        "temperature.hot.when.framework",
        "`bant` is not listed",
        "add `bant: {}` under `frameworks`",
    ),
    Mistake(
        "a framework that isn't built in",
        "frameworks:\n  ours: {letters: [need]}\n  band: {}  # here",
        "error",
        "frameworks.band",
        "unknown framework `band`",
        "did you mean `bant`?",
    ),
    Mistake(
        "a required letter",
        """
frameworks:
  ours: {letters: {n: need, s: size}, ready: {some: 1, required: [sise]}}  # here
""",
        "error",
        "frameworks.ours.ready.required[0]",
        "unknown letter `sise`",
        "`size`",
    ),
    Mistake(
        "a letter with a question",
        """
frameworks:
  ours: {letters: {n: need, s: size}, ready: {some: 1}, ask: {need: {en: Why?}}}  # here
""",
        "error",
        "frameworks.ours.ask.need",
        "unknown letter `need`",
        "by letter: `n`",
    ),
    Mistake(
        "a group",
        """
scores:
  interest: {groups: {web: {cap: 9}}, rules: [{name: A, points: 5, event: call_asked, group: wbe}]}  # here
temperature: {hot: {when: {score: interest, at_least: 4}}}
""",
        "error",
        "scores.interest.rules[0].group",
        "unknown group `wbe`",
        "did you mean `web`?",
    ),
    Mistake(
        "a trait of an example",
        "examples:\n  - {name: A, profile: {stuff: 3}, expect: {temperature: cool}}  # here",
        "error",
        "examples[0].profile.stuff",
        "unknown trait `stuff`",
        "`staff`",
    ),
    Mistake(
        "an event of an example",
        """
examples:
  - {name: A, events: [{event: call_asks}], expect: {temperature: cool}}  # here
""",
        "error",
        "examples[0].events[0].event",
        "unknown event `call_asks`",
        "`call_asked`",
    ),
    Mistake(
        "a property of an example",
        """
examples:
  - {name: A, events: [{event: page_viewed, secs: 3}], expect: {temperature: cool}}  # here
""",
        "error",
        "examples[0].events[0].secs",
        "`page_viewed` has no property `secs`",
    ),
    Mistake(
        "an expected flag",
        "examples:\n  - {name: A, expect: {flags: {kean: true}}}  # here",
        "error",
        "examples[0].expect.flags.kean",
        "unknown flag `kean`",
        "`keen`",
    ),
    Mistake(
        "an expected grade",
        "examples:\n  - {name: A, expect: {grades: {fit: E}}}  # here",
        "error",
        "examples[0].expect.grades.fit",
        "unknown grade `E` of `fit`",
    ),
]

TWICE = [
    Mistake(
        "two rules of one name",
        """
scores:
  interest:
    rules:
      - {name: Call, points: 50, event: call_asked}
      - {name: Call, points: 5, event: page_viewed}  # here
temperature: {hot: {when: {score: interest, at_least: 4}}}
""",
        "error",
        "scores.interest.rules[1].name",
        "`Call` is the name of two rules",
        "rename one",
        "rule 1 has it too",
    ),
    Mistake(
        "a rule called range",
        """
scores:
  interest: {rules: [{name: range, points: 50, event: call_asked}]}  # here
temperature: {hot: {when: {score: interest, at_least: 4}}}
""",
        "error",
        "scores.interest.rules[0].name",
        "can't be called `range`",
        "rename it",
    ),
    Mistake(
        "a rule called like a group's line",
        """
scores:
  interest: {groups: {web: {cap: 60}}, rules: [{name: group web, points: 50, event: call_asked, group: web}]}  # here
temperature: {hot: {when: {score: interest, at_least: 4}}}
""",
        "error",
        "scores.interest.rules[0].name",
        "can't be called `group web`",
        "rename it",
    ),
    Mistake(
        "two grades of one bound",
        """
scores:
  fit:
    rules: [{name: A, points: 70, when: {trait: partner, is: true}}]
    grades: {A: 60, B: 60.0, C: 0}  # here
temperature: {hot: {when: {grade: fit, is: A}}}
""",
        "error",
        "scores.fit.grades.B",
        "`A` and `B` both begin at 60",
        "change one bound",
    ),
    Mistake(
        "two examples of one name",
        """
examples:
  - {name: A, expect: {temperature: cool}}
  - {name: A, expect: {temperature: cool}}  # here
""",
        "error",
        "examples[1].name",
        "`A` is the name of two examples",
    ),
    Mistake(
        "two traits that differ by case",
        "profile:\n  staff: integer\n  Staff: integer  # here",
        "error",
        "profile.Staff",
        "`Staff` and `staff` differ only by case",
        "rename one",
    ),
    Mistake(
        "one event twice",
        "flags:\n  keen: {event: [call_asked, call_asked]}  # here",
        "warning",
        "flags.keen.event[1]",
        "`call_asked` stands here twice",
    ),
    Mistake(
        "a trait called lead_id",
        """
profile:
  lead_id: text  # here
""",
        "error",
        "profile.lead_id",
        "can't be called `lead_id`",
    ),
    Mistake(
        "a property called occurred_at",
        "events:\n  file_opened: {properties: {occurred_at: date}}  # here",
        "error",
        "events.file_opened.properties.occurred_at",
        "can't be called `occurred_at`",
        "`column`",
    ),
    Mistake(
        "one property of two types",
        """
events:
  page_viewed: {properties: {topic: text, seconds: integer}}
  file_opened: {properties: {topic: integer}}  # here
""",
        "error",
        "events.file_opened.properties.topic",
        "`topic` is text for `page_viewed` and integer here",
        why="shared by all events",
    ),
    Mistake(
        "one property in two columns",
        """
events:
  page_viewed: {properties: {topic: text, seconds: integer}}
  file_opened: {properties: {topic: {type: text, column: Topic}}}  # here
""",
        "error",
        "events.file_opened.properties.topic.column",
        "another column for `page_viewed`",
    ),
    Mistake(
        "two traits of one column",
        """
profile:
  role: {type: text, column: Job}
  task: {type: text, column: job}  # here
""",
        "warning",
        "profile.task.column",
        "`task` and `role` are read from the same column",
    ),
]


@pytest.mark.parametrize("mistake", NAMES, ids=named)
def test_an_unknown_name_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()


@pytest.mark.parametrize("mistake", TWICE, ids=named)
def test_a_name_that_is_taken_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()
