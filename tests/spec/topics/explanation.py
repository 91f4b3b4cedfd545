"""The reference of the explanation: the lines that add up to a score."""
# ruff: noqa: E501 - tables are as wide as they are

from tests.spec.case import Section, Spec, Topic

LINES = Section(
    "A line for every rule",
    "Each rule of each score has its line, in the order of the definition, also when it gives nothing: what did not"
    " count is worth knowing too.",
    (
        Spec(
            "Rules over what is known",
            "They have points, and nothing to count: no hits, no day (`null` in JSON).",
            """
scores:
  fit:
    range: [-100, 100]
    rules:
      - {name: Size, trait: employees, bands: [{below: 10, points: -10}, {from: 10, points: 10}]}
      - {name: Industry, trait: industry, points_for: {software: 25}, otherwise: -5}
      - {name: Both known, points: 2.5, when: {all: [{trait: employees, known: true}, {trait: industry, known: true}]}}
""",
            """
lead | employees | industry | => scores.fit
Ada  | 50        | software | 37.5
Bo   | 5         |          | -10
""",
            lines="""
lead | score | rule       | points | hits | last_at | cut
Ada  | fit   | Size       | 10     | null | null    | 0
Ada  | fit   | Industry   | 25     | null | null    | 0
Ada  | fit   | Both known | 2.5    | null | null    | 0
Bo   | fit   | Size       | -10    | null | null    | 0
Bo   | fit   | Industry   | 0      | null | null    | 0
Bo   | fit   | Both known | 0      | null | null    | 0
""",
        ),
        Spec(
            "Rules over events",
            "They say how many events counted, and the day (UTC) of the freshest.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 8, event: visited}
      - {name: Demo, points: 20, event: demo_requested}
""",
            """
lead | events                        | => scores.interest
Ada  | 0d visited; 30d visited       | 12
Bo   | 60d visited; 30d demo_requested | 12
Cem  |                               | 0
""",
            lines="""
lead | score    | rule  | points | hits | last_at    | cut
Ada  | interest | Visit | 12     | 2    | 2026-06-30 | 0
Ada  | interest | Demo  | 0      | 0    | null       | 0
Bo   | interest | Visit | 2      | 1    | 2026-05-01 | 0
Bo   | interest | Demo  | 10     | 1    | 2026-05-31 | 0
Cem  | interest | Visit | 0      | 0    | null       | 0
Cem  | interest | Demo  | 0      | 0    | null       | 0
""",
        ),
        Spec(
            "What no longer counts is no hit",
            "An event that has cooled to nothing, or lies outside of the window, or has a quantity of none.",
            """
scores:
  interest:
    rules:
      - {name: Linear, points: 8, event: visited, cooling: {linear: 10d}}
      - {name: Window, points: 1, event: visited, within: 10d}
      - {name: Minutes, points: 1, event: visited, per: {property: seconds, every: 60}}
""",
            """
lead | events                                       | => scores.interest
Ada  | 10d visited seconds=120; 5d visited seconds=59 | 7
""",
            lines="""
lead | score    | rule    | points | hits | last_at    | cut
Ada  | interest | Linear  | 4      | 1    | 2026-06-25 | 0
Ada  | interest | Window  | 1      | 1    | 2026-06-25 | 0
Ada  | interest | Minutes | 2      | 1    | 2026-06-20 | 0
""",
        ),
        Spec(
            "Hits are what was counted",
            "Days for `daily`, one for `latest`, different values for `distinct`, events otherwise, whatever their"
            " quantity.",
            """
scores:
  interest:
    rules:
      - {name: Every, points: 1, event: visited}
      - {name: Daily, points: 1, event: visited, count: daily}
      - {name: Latest, points: 1, event: visited, count: latest}
      - {name: Distinct, points: 1, event: visited, distinct: page}
      - {name: Minutes, points: 1, event: visited, per: {property: seconds, every: 60}}
""",
            """
lead | events                                                                                            | => scores.interest
Ada  | 2 x 3d visited page=a seconds=120; 3d visited page=b seconds=60; 5d visited page=a; 5d visited    | 15
""",
            lines="""
lead | score    | rule     | points | hits | last_at    | cut
Ada  | interest | Every    | 5      | 5    | 2026-06-27 | 0
Ada  | interest | Daily    | 2      | 2    | 2026-06-27 | 0
Ada  | interest | Latest   | 1      | 1    | 2026-06-27 | 0
Ada  | interest | Distinct | 2      | 2    | 2026-06-27 | 0
Ada  | interest | Minutes  | 5      | 3    | 2026-06-27 | 0
""",
        ),
        Spec(
            "Only once, and still the freshest day",
            "With `count: latest` the event that is worth most counts. The day is that of the freshest event that is"
            " worth anything, which may be another one: here the long visit counts, and the lead was last seen later.",
            """
scores:
  interest:
    rules:
      - {name: Longest visit, points: 1, event: visited, per: {property: seconds, every: 60}, count: latest}
""",
            """
lead | events                                                                | => scores.interest
Ada  | 1d visited seconds=59; 3d visited seconds=60; 9d visited seconds=240  | 4
""",
            lines="""
lead | score    | rule          | points | hits | last_at    | cut
Ada  | interest | Longest visit | 4      | 1    | 2026-06-27 | 0
""",
        ),
        Spec(
            "Different values, each at its freshest",
            "A value whose freshest event has cooled to nothing is no hit, and so is an event without a value.",
            """
scores:
  interest:
    cooling: {steps: {0d: 100, 10d: 50, 20d: 0}}
    rules:
      - {name: Pages, points: 6, event: visited, distinct: page}
""",
            """
lead | events                                                                            | => scores.interest
Ada  | 12d visited page=a; 15d visited page=a; 20d visited page=b; 11d visited; 3d visited page=c | 9
""",
            lines="""
lead | score    | rule  | points | hits | last_at    | cut
Ada  | interest | Pages | 9      | 2    | 2026-06-27 | 0
""",
        ),
    ),
)

CUT = Section(
    "What is cut off",
    "The points of a score's lines come to exactly the score. What a rule's own cap took stands beside it, under *cut*;"
    " what a group's cap or the range takes is a line of its own.",
    (
        Spec(
            "The cap of a rule",
            "Forty points, of which the cap leaves 24.",
            """
scores:
  interest:
    range: [-100, 100]
    rules:
      - {name: Visit, points: 8, event: visited, cap: 24}
      - {name: Unsubscribed, points: -6, event: unsubscribed, cap: 10}
""",
            """
lead | events                             | => scores.interest
Ada  | 5 x 1d visited                     | 24
Bo   | 3 x 1d visited; 1d unsubscribed    | 18
Cem  | 3 x 2d unsubscribed                | -10
""",
            lines="""
lead | score    | rule         | points | hits | last_at    | cut
Ada  | interest | Visit        | 24     | 5    | 2026-06-29 | 16
Ada  | interest | Unsubscribed | 0      | 0    | null       | 0
Bo   | interest | Visit        | 24     | 3    | 2026-06-29 | 0
Bo   | interest | Unsubscribed | -6     | 1    | 2026-06-29 | 0
Cem  | interest | Visit        | 0      | 0    | null       | 0
Cem  | interest | Unsubscribed | -10    | 3    | 2026-06-28 | -8
""",
        ),
        Spec(
            "The cap of a group",
            "A line after the rules says what it took; where it took nothing there is none.",
            """
scores:
  interest:
    groups: {web: {cap: 20}}
    rules:
      - {name: Visit, points: 8, event: visited, group: web}
      - {name: Demo, points: 30, event: demo_requested}
      - {name: Download, points: 5, event: downloaded, group: web}
""",
            """
lead | events                                            | => scores.interest
Ada  | 2 x 1d visited; 2 x 1d downloaded; 1d demo_requested | 50
Bo   | 1d visited                                        | 8
""",
            lines="""
lead | score    | rule      | points | hits | last_at    | cut
Ada  | interest | Visit     | 16     | 2    | 2026-06-29 | 0
Ada  | interest | Demo      | 30     | 1    | 2026-06-29 | 0
Ada  | interest | Download  | 10     | 2    | 2026-06-29 | 0
Ada  | interest | group web | -6     | null | null       | 0
Bo   | interest | Visit     | 8      | 1    | 2026-06-29 | 0
Bo   | interest | Demo      | 0      | 0    | null       | 0
Bo   | interest | Download  | 0      | 0    | null       | 0
""",
        ),
        Spec(
            "The range",
            "The last line says what the range took, or gave.",
            """
scores:
  interest:
    rules:
      - {name: Demo, points: 60, event: demo_requested}
      - {name: Unsubscribed, points: -15, event: unsubscribed}
""",
            """
lead | events                  | => scores.interest
Ada  | 2 x 1d demo_requested   | 100
Bo   | 1d unsubscribed         | 0
Cem  | 1d demo_requested       | 60
""",
            lines="""
lead | score    | rule         | points | hits | last_at    | cut
Ada  | interest | Demo         | 120    | 2    | 2026-06-29 | 0
Ada  | interest | Unsubscribed | 0      | 0    | null       | 0
Ada  | interest | range        | -20    | null | null       | 0
Bo   | interest | Demo         | 0      | 0    | null       | 0
Bo   | interest | Unsubscribed | -15    | 1    | 2026-06-29 | 0
Bo   | interest | range        | 15     | null | null       | 0
Cem  | interest | Demo         | 60     | 1    | 2026-06-29 | 0
Cem  | interest | Unsubscribed | 0      | 0    | null       | 0
""",
        ),
        Spec(
            "All three at once",
            "Visits: 40, their cap takes 10. With the download 50, the group takes 5. With the demo 125, the range"
            " takes 25.",
            """
scores:
  interest:
    groups: {web: {cap: 45}}
    rules:
      - {name: Visit, points: 8, event: visited, cap: 30, group: web}
      - {name: Download, points: 20, event: downloaded, group: web}
      - {name: Demo, points: 80, event: demo_requested}
""",
            """
lead | events                                        | => scores.interest
Ada  | 5 x 1d visited; 1d downloaded; 1d demo_requested | 100
""",
            lines="""
lead | score    | rule      | points | hits | last_at    | cut
Ada  | interest | Visit     | 30     | 5    | 2026-06-29 | 10
Ada  | interest | Download  | 20     | 1    | 2026-06-29 | 0
Ada  | interest | Demo      | 80     | 1    | 2026-06-29 | 0
Ada  | interest | group web | -5     | null | null       | 0
Ada  | interest | range     | -25    | null | null       | 0
""",
        ),
        Spec(
            "Two scores",
            "The lines of one score stand together, in the order of the scores.",
            """
scores:
  fit:
    rules:
      - {name: Industry, trait: industry, points_for: {software: 120}}
  interest:
    rules:
      - {name: Visit, points: 8, event: visited}
""",
            """
lead | industry | events     | => scores.fit | => scores.interest
Ada  | software | 1d visited | 100           | 8
""",
            lines="""
lead | score    | rule     | points | hits | last_at    | cut
Ada  | fit      | Industry | 120    | null | null       | 0
Ada  | fit      | range    | -20    | null | null       | 0
Ada  | interest | Visit    | 8      | 1    | 2026-06-29 | 0
""",
        ),
        Spec(
            "Rounded parts add up",
            "0.6667 and 0.3333 are shown as they are added.",
            """
scores:
  interest:
    cooling: {linear: 3d}
    rules:
      - {name: Visit, points: 1, event: visited, cap: 1.5}
      - {name: Download, points: 1, event: downloaded}
""",
            """
lead | events                                  | => scores.interest
Ada  | 1d visited; 2d visited; 2d downloaded   | 1.3333
Bo   | 3 x 1d visited; 1d downloaded           | 2.1667
""",
            lines="""
lead | score    | rule     | points | hits | last_at    | cut
Ada  | interest | Visit    | 1      | 2    | 2026-06-29 | 0
Ada  | interest | Download | 0.3333 | 1    | 2026-06-28 | 0
Bo   | interest | Visit    | 1.5    | 3    | 2026-06-29 | 0.5001
Bo   | interest | Download | 0.6667 | 1    | 2026-06-29 | 0
""",
        ),
    ),
)

TOPIC = Topic(
    "explanation",
    "Explanation",
    "Every score is exactly the sum of its reasons: `pyrometer score --explain` and `pyrometer explain` list them, line"
    " by line.",
    """
profile:
  industry:  {type: text}
  employees: {type: integer}
events:
  visited:        {properties: {page: text, seconds: integer}}
  downloaded:     {}
  unsubscribed:   {}
  demo_requested: {}
""",
    (LINES, CUT),
)
