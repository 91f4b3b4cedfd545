"""The reference of conditions on what has been computed: scores, grades, criteria, frameworks, flags."""

from tests.spec.case import Section, Spec, Topic

SCORES = Section(
    "Scores and grades",
    "Scores and grades are never unknown.",
    (
        Spec(
            "at_least and above, of a score",
            "A score of exactly 40 is at least 40, but not above it.",
            """
flags:
  at_least: {score: interest, at_least: 40}
  above: {score: interest, above: 40}
""",
            """
events           | => scores.interest | => flags.at_least | => flags.above
1d visited n=40  | 40                 | true              | false
1d visited n=41  | 41                 | true              | true
1d visited n=39  | 39                 | false             | false
                 | 0                  | false             | false
""",
        ),
        Spec(
            "at_most and below, of a score",
            "The same from the other side.",
            """
flags:
  at_most: {score: interest, at_most: 40}
  below: {score: interest, below: 40}
""",
            """
events           | => flags.at_most | => flags.below
1d visited n=40  | true             | false
1d visited n=39  | true             | true
1d visited n=41  | false            | false
""",
        ),
        Spec(
            "Between two scores",
            "Several bounds must all hold.",
            """
flags:
  middling: {score: interest, at_least: 20, below: 40}
""",
            """
events           | => flags.middling
1d visited n=19  | false
1d visited n=20  | true
1d visited n=39  | true
1d visited n=40  | false
""",
        ),
        Spec(
            "Bounds with decimals",
            "A score is compared to the last of its four decimals.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 65.0001, event: visited}
    grades: {high: 32.5001, low: 0}
flags:
  reached: {score: interest, at_least: 32.5}
  passed: {score: interest, above: 32.5}
""",
            """
events      | => scores.interest | => flags.reached | => flags.passed | => grades.interest
30d visited | 32.5               | true             | false           | low
29d visited | 33.2597            | true             | true            | high
31d visited | 31.7577            | false            | false           | low
""",
        ),
        Spec(
            "at_least and at_most, of a grade",
            "Grades are ordered by their bounds: A is better than B.",
            """
flags:
  good: {grade: interest, at_least: B}
  poor: {grade: interest, at_most: C}
""",
            """
events           | => grades.interest | => flags.good | => flags.poor
1d visited n=60  | A                  | true          | false
1d visited n=40  | B                  | true          | false
1d visited n=20  | C                  | false         | true
                 | D                  | false         | true
""",
        ),
        Spec(
            "is, is_not and in, of a grade",
            "Or name the grades one by one.",
            """
flags:
  top: {grade: interest, is: A}
  not_last: {grade: interest, is_not: D}
  ends: {grade: interest, in: [A, D]}
""",
            """
events           | => grades.interest | => flags.top | => flags.not_last | => flags.ends
1d visited n=60  | A                  | true         | true              | true
1d visited n=40  | B                  | false        | true              | false
                 | D                  | false        | false             | true
""",
        ),
        Spec(
            "Grades that are numbers",
            "It is the bound that makes a grade better, not its name: 1 is at least 2 here.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 1, event: visited, per: {property: n, every: 1}}
    grades: {"1": 60, "2": 40, "3": 0}
flags:
  good: {grade: interest, at_least: "2"}
""",
            """
events           | => grades.interest | => flags.good
1d visited n=60  | 1                  | true
1d visited n=40  | 2                  | true
1d visited n=39  | 3                  | false
""",
        ),
    ),
)

CRITERIA = Section(
    "Criteria, frameworks and flags",
    "Criteria and frameworks are never unknown to a condition: it is a plain yes or no whether a criterion is unknown.",
    (
        Spec(
            "is met, is unmet, is unknown",
            "A criterion has three states, and any of them can be asked for.",
            """
flags:
  met: {criterion: need, is: met}
  unmet: {criterion: need, is: unmet}
  unknown: {criterion: need, is: unknown}
""",
            """
need      | => flags.met | => flags.unmet | => flags.unknown
confirmed | true         | false          | false
none      | false        | true           | false
          | false        | false          | true
""",
        ),
        Spec(
            "Not met",
            "The opposite of met is *unmet or unknown*.",
            """
flags:
  not_met: {not: {criterion: need, is: met}}
""",
            """
need      | => flags.not_met
confirmed | false
none      | true
          | true
""",
        ),
        Spec(
            "A framework is ready",
            "BANT is ready when three of its four letters are met.",
            """
flags:
  ready: {framework: bant, is: ready}
""",
            """
need      | budget | influence | => frameworks.bant.met | => flags.ready
confirmed | met    | met       | 3                      | true
confirmed | met    |           | 2                      | false
""",
        ),
        Spec(
            "So many letters of a framework",
            "`met_at_least` asks for a number of one's own.",
            """
flags:
  begun: {framework: bant, met_at_least: 1}
  half: {framework: bant, met_at_least: 2}
""",
            """
need      | budget | => flags.begun | => flags.half
confirmed | met    | true           | true
confirmed | unmet  | true           | false
          |        | false          | false
""",
        ),
        Spec(
            "A flag may be unknown",
            "A flag keeps its three answers when it is used.",
            """
flags:
  wants: {trait: need, is: confirmed}
  wants_not: {not: {flag: wants}}
""",
            """
need      | => flags.wants | => flags.wants_not
confirmed | true           | false
none      | false          | true
          | null           | null
""",
        ),
    ),
)

TOPIC = Topic(
    "results",
    "Conditions on results",
    "Conditions can ask for what has been computed: scores, grades, criteria, frameworks and flags.",
    """
profile:
  need:      {type: text}
  budget:    {type: text}
  influence: {type: text}
events:
  visited: {properties: {n: integer}}
scores:
  interest:
    rules:
      - {name: Visit, points: 1, event: visited, per: {property: n, every: 1}}
    grades: {A: 60, B: 40, C: 20, D: 0}
criteria:
  need: {met: {trait: need, is: confirmed}, unmet: {trait: need, is: none}}
frameworks:
  bant: {}
""",
    (SCORES, CRITERIA),
)
