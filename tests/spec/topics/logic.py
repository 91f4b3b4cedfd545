"""The reference of three-valued logic."""

from tests.spec.case import Section, Spec, Topic

A, B, C = ("{trait: a, is: true}", "{trait: b, is: true}", "{trait: c, is: true}")


def asked(title: str, prose: str, condition: str, leads: str) -> Spec:
    """A condition asked as a flag, because a flag shows all three answers."""
    return Spec(title, prose, f"flags:\n  answer: {condition}\n", leads.replace("=> answer", "=> flags.answer"))


TABLES = Section(
    "The combinators",
    "Each table shows every combination there is. An unknown part leaves the whole unknown only where it could tip it.",
    (
        asked(
            "all",
            "True if all are true; false as soon as one is false.",
            f"{{all: [{A}, {B}]}}",
            """
a   | b   | => answer
yes | yes | true
yes |     | null
yes | no  | false
    | yes | null
    |     | null
    | no  | false
no  | yes | false
no  |     | false
no  | no  | false
""",
        ),
        asked(
            "any",
            "True as soon as one is true; false if all are false.",
            f"{{any: [{A}, {B}]}}",
            """
a   | b   | => answer
yes | yes | true
yes |     | true
yes | no  | true
    | yes | true
    |     | null
    | no  | null
no  | yes | true
no  |     | null
no  | no  | false
""",
        ),
        asked(
            "not",
            "The opposite of not knowing is not knowing.",
            f"{{not: {A}}}",
            """
a   | => answer
yes | false
    | null
no  | true
""",
        ),
        asked(
            "some",
            "Two of three: true as soon as two are true; false as soon as two are out of reach.",
            f"{{some: 2, of: [{A}, {B}, {C}]}}",
            """
a   | b   | c   | => answer
yes | yes | yes | true
yes | yes |     | true
yes | yes | no  | true
yes |     |     | null
yes |     | no  | null
yes | no  | no  | false
    |     |     | null
    |     | no  | null
    | no  | no  | false
no  | no  | no  | false
""",
        ),
        asked(
            "some 1 is any",
            "One of two.",
            f"{{some: 1, of: [{A}, {B}]}}",
            """
a   | b   | => answer
yes |     | true
    | no  | null
no  | no  | false
""",
        ),
        asked(
            "some of as many is all",
            "Two of two.",
            f"{{some: 2, of: [{A}, {B}]}}",
            """
a   | b   | => answer
yes | yes | true
yes |     | null
    | no  | false
""",
        ),
        asked(
            "all of one",
            "A list of one is that one.",
            f"{{all: [{A}]}}",
            """
a   | => answer
yes | true
    | null
no  | false
""",
        ),
        asked(
            "any of one",
            "A list of one is that one.",
            f"{{any: [{A}]}}",
            """
a   | => answer
yes | true
    | null
no  | false
""",
        ),
    ),
)

NESTED = Section(
    "Conditions in conditions",
    "Combinators nest as deep as needed.",
    (
        asked(
            "any in all",
            "The first must hold, and one of the other two.",
            f"{{all: [{A}, {{any: [{B}, {C}]}}]}}",
            """
a   | b   | c   | => answer
yes | no  | yes | true
yes | no  | no  | false
yes |     | no  | null
yes |     | yes | true
no  |     |     | false
    | no  | no  | false
""",
        ),
        asked(
            "Neither",
            "`not` around `any`.",
            f"{{not: {{any: [{A}, {B}]}}}}",
            """
a   | b   | => answer
no  | no  | true
no  |     | null
yes |     | false
""",
        ),
        asked(
            "Twice not",
            "Brings back what was there.",
            f"{{not: {{not: {A}}}}}",
            """
a   | => answer
yes | true
    | null
no  | false
""",
        ),
        asked(
            "What was done is known, what was said may not be",
            "A condition on events is never unknown, so it can settle what a trait leaves open.",
            f"{{any: [{A}, {{event: demo_requested}}]}}",
            """
a   | events            | => answer
    | 1d demo_requested | true
    |                   | null
no  |                   | false
""",
        ),
        asked(
            "Labels",
            "A `label` says a condition in your own words, wherever the condition shows up. It changes nothing else.",
            f'{{label: Both, all: [{{trait: a, is: true, label: "The first"}}, {B}]}}',
            """
a   | b   | => answer
yes | yes | true
yes | no  | false
""",
        ),
    ),
)

GATES = Section(
    "Only true opens",
    "Wherever a condition decides something, only true does.",
    (
        Spec(
            "Unknown earns nothing",
            "Neither the condition nor its opposite earns points while the answer is unknown.",
            f"""
scores:
  fit:
    rules:
      - {{name: Yes, points: 10, when: {A}}}
      - {{name: No, points: 1, when: {{not: {A}}}}}
""",
            """
a   | => scores.fit
yes | 10
no  | 1
    | 0
""",
        ),
        Spec(
            "Unknown does not make a lead warm",
            "Nor hot.",
            f"""
temperature:
  warm: {{when: {A}}}
""",
            """
a   | => temperature
yes | warm
no  | cool
    | cool
""",
        ),
    ),
)

FLAGS = Section(
    "Flags",
    "A flag is a condition with a name, to be used anywhere. Every flag is part of a lead's reading, with its three"
    " answers.",
    (
        Spec(
            "A flag is used by its name",
            "In rules, criteria, gates, or other flags; the order in which they are written does not matter.",
            f"""
flags:
  neither: {{not: {{flag: either}}}}
  either: {{any: [{A}, {B}]}}
scores:
  fit:
    rules:
      - {{name: Either, points: 10, when: {{flag: either}}}}
      - {{name: Neither, points: 1, when: {{flag: neither}}}}
""",
            """
a   | b  | => flags.either | => flags.neither | => scores.fit
yes |    | true            | false            | 10
no  | no | false           | true             | 1
no  |    | null            | null             | 0
""",
        ),
        Spec(
            "A flag on a flag on a flag",
            "Flags may build on one another, as long as they don't go round in a circle.",
            f"""
flags:
  first: {A}
  second: {{all: [{{flag: first}}, {B}]}}
  third: {{any: [{{flag: second}}, {C}]}}
""",
            """
a   | b   | c   | => flags.first | => flags.second | => flags.third
yes | yes | no  | true           | true            | true
yes |     | no  | true           | null            | null
yes | no  |     | true           | false           | null
    | no  | yes | null           | false           | true
""",
        ),
    ),
)

TOPIC = Topic(
    "logic",
    "Logic",
    "Conditions are combined with `all`, `any`, `not` and `some … of`. There are three answers, because not knowing is"
    " not the same as no: true, false, and unknown (`null` in JSON).",
    """
profile:
  a: {type: boolean}
  b: {type: boolean}
  c: {type: boolean}
events:
  demo_requested: {}
""",
    (TABLES, NESTED, GATES, FLAGS),
)
