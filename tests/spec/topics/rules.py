"""The reference of rules: what earns points."""

from tests.spec.case import Section, Spec, Topic

CONDITION = Section(
    "Points for a condition",
    "A rule with `when` gives its points if the condition is true. What can stand in a condition: see"
    " [traits](traits.md), [events](events.md), [logic](logic.md) and [results](results.md).",
    (
        Spec(
            "Points when a condition is true",
            "Points come only with a clear yes. A job title that nobody knows earns nothing, and costs nothing.",
            """
scores:
  fit:
    rules:
      - name: Senior
        points: 20
        when: {trait: job_title, matches: "chief|head|director"}
""",
            """
job_title     | => scores.fit
Head of Sales | 20
Clerk         | 0
              | 0
""",
        ),
        Spec(
            "Points may be negative",
            "What speaks against a lead is a rule like any other. (Here the range allows scores below zero.)",
            """
scores:
  fit:
    range: [-100, 100]
    rules:
      - name: Outside the market
        points: -12.5
        when: {trait: industry, in: [education, government]}
""",
            """
industry  | => scores.fit
education | -12.5
software  | 0
          | 0
""",
        ),
        Spec(
            "A condition may look at behaviour",
            "Five visits in the last 28 days; a visit 28 days ago is outside, one 27 days ago is inside.",
            """
scores:
  interest:
    rules:
      - name: Comes back often
        points: 10
        when: {event: page_viewed, within: 28d, at_least: 5}
""",
            """
events                            | => scores.interest
5 x 3d page_viewed                | 10
4 x 3d page_viewed                | 0
4 x 3d page_viewed; 28d page_viewed | 0
4 x 3d page_viewed; 27d page_viewed | 10
""",
        ),
        Spec(
            "Rules add up",
            "A score is the sum of its rules, those for and those against.",
            """
scores:
  fit:
    rules:
      - {name: Software, points: 30, when: {trait: industry, is: software}}
      - {name: Large, points: 20, when: {trait: employees, at_least: 500}}
      - {name: Student, points: -25, when: {trait: job_title, contains: student}}
""",
            """
industry | employees | job_title | => scores.fit
software | 500       | Buyer     | 50
software | 20        | Student   | 5
software | 500       |           | 50
retail   | 500       | Student   | 0
""",
        ),
        Spec(
            "Points have up to four decimals and are exact",
            "A tenth and two tenths make three tenths, to the last digit: points are counted as whole ten-thousandths.",
            """
scores:
  fit:
    rules:
      - {name: A tenth, points: 0.1, when: {trait: industry, known: true}}
      - {name: Two tenths, points: 0.2, when: {trait: industry, known: true}}
      - {name: The least there is, points: 0.0001, when: {trait: employees, known: true}}
""",
            """
industry | employees | => scores.fit
software |           | 0.3
software | 10        | 0.3001
""",
        ),
        Spec(
            "A rule may ask for another score",
            "Results of one score may earn points in another, as long as nothing goes round in a circle.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 5, event: page_viewed}
  priority:
    rules:
      - {name: Keen, points: 50, when: {score: interest, at_least: 15}}
      - {name: Large, points: 10, when: {trait: employees, at_least: 500}}
""",
            """
employees | events             | => scores.interest | => scores.priority
500       | 3 x 1d page_viewed | 15                 | 60
500       | 2 x 1d page_viewed | 10                 | 10
          | 3 x 1d page_viewed | 15                 | 50
""",
        ),
    ),
)

BANDS = Section(
    "Points by band",
    "A rule with `bands` gives the points of the first band that a number lies in: `from` belongs to the band, `below`"
    " does not.",
    (
        Spec(
            "From a number up, below another",
            "Ten employees belong to the band that starts at 10; 49 still do, 50 no longer.",
            """
scores:
  fit:
    range: [-10, 100]
    rules:
      - name: Size
        trait: employees
        bands: [{below: 10, points: -10}, {from: 10, below: 50, points: 10}, {from: 50, points: 25}]
""",
            """
employees | => scores.fit
9         | -10
10        | 10
49        | 10
50        | 25
1000000   | 25
-3        | -10
""",
        ),
        Spec(
            "A number that is not known earns nothing",
            "Not knowing the size is not the same as being small.",
            """
scores:
  fit:
    range: [-10, 100]
    rules:
      - name: Size
        trait: employees
        bands: [{below: 10, points: -10}, {from: 10, points: 10}]
""",
            """
employees | => scores.fit
          | 0
0         | -10
""",
        ),
        Spec(
            "Points for not knowing",
            "`unknown` says what a number that is not known earns instead.",
            """
scores:
  fit:
    rules:
      - name: Size
        trait: employees
        bands: [{below: 10, points: 1}, {from: 10, points: 10}]
        unknown: 4.5
""",
            """
employees | => scores.fit
          | 4.5
9         | 1
10        | 10
""",
        ),
        Spec(
            "Between the bands there is nothing",
            "A number that lies in no band earns 0, not the points for not knowing.",
            """
scores:
  fit:
    rules:
      - name: Size
        trait: employees
        bands: [{from: 10, below: 20, points: 5}, {from: 30, below: 40, points: 7}]
        unknown: 2
""",
            """
employees | => scores.fit
9         | 0
10        | 5
20        | 0
30        | 7
40        | 0
          | 2
""",
        ),
        Spec(
            "The first band that holds",
            "Bands are tried from the top, so an open band may come after narrower ones. (`check` warns that they"
            " overlap.)",
            """
scores:
  fit:
    rules:
      - name: Size
        trait: employees
        bands: [{below: 50, points: 10}, {below: 100, points: 20}]
""",
            """
employees | => scores.fit
49        | 10
50        | 20
99        | 20
100       | 0
""",
        ),
        Spec(
            "Bands of numbers with decimals",
            "The bounds may have decimals where the trait does.",
            """
scores:
  fit:
    rules:
      - name: Revenue in millions
        trait: revenue
        bands: [{from: 0.5, below: 1.5, points: 5}, {from: 1.5, points: 15}]
""",
            """
revenue | => scores.fit
0.4999  | 0
0.5     | 5
1.4999  | 5
1.5     | 15
1.5e2   | 15
""",
        ),
    ),
)

TABLES = Section(
    "Points by value",
    "A rule with `points_for` gives the points that stand beside the trait's value.",
    (
        Spec(
            "Points for a value, and otherwise",
            "Another known value earns `otherwise`. A value that is not known earns neither.",
            """
scores:
  fit:
    range: [-5, 100]
    rules:
      - name: Industry
        trait: industry
        points_for: {software: 25, fintech: 20}
        otherwise: -5
""",
            """
industry | => scores.fit
software | 25
fintech  | 20
retail   | -5
         | 0
""",
        ),
        Spec(
            "Otherwise is nothing, unless it is given",
            "Without `otherwise`, the values that are not listed earn 0.",
            """
scores:
  fit:
    rules:
      - name: Industry
        trait: industry
        points_for: {software: 25}
""",
            """
industry | => scores.fit
software | 25
retail   | 0
         | 0
""",
        ),
        Spec(
            "Points for not knowing, in a table",
            "`unknown` is its own case, apart from `otherwise`.",
            """
scores:
  fit:
    rules:
      - name: Industry
        trait: industry
        points_for: {software: 25}
        otherwise: 1
        unknown: 10
""",
            """
industry | => scores.fit
software | 25
retail   | 1
         | 10
""",
        ),
        Spec(
            "Values are compared letter by letter",
            "`Software` is another value than `software`, and so is one with a space before it. `check` with the data"
            " at hand points such values out.",
            """
scores:
  fit:
    rules:
      - name: Industry
        trait: industry
        points_for: {software: 25}
        otherwise: 1
""",
            """
industry    | => scores.fit
software    | 25
Software    | 1
" software" | 1
""",
        ),
        Spec(
            "A table of yes and no",
            "Points by value work for any type of trait.",
            """
scores:
  fit:
    range: [-5, 100]
    rules:
      - name: Agreed to be written to
        trait: opted_in
        points_for: {true: 8, false: -5}
""",
            """
opted_in | => scores.fit
yes      | 8
no       | -5
         | 0
""",
        ),
        Spec(
            "A table of whole numbers",
            "`3` and `3.0` are the same whole number.",
            """
scores:
  fit:
    rules:
      - name: Locations
        trait: employees
        points_for: {1: 2, 3: 6}
        otherwise: 9
""",
            """
employees | => scores.fit
1         | 2
3.0       | 6
2         | 9
          | 0
""",
        ),
    ),
)

TOPIC = Topic(
    "rules",
    "Rules",
    "A score is a list of rules. Each rule has a name and one of four shapes: points for a condition, by band, by"
    " value, or for what a lead did. The last has a [page of its own](event-rules.md).",
    """
profile:
  industry:  {type: text}
  job_title: {type: text}
  employees: {type: integer}
  revenue:   {type: number}
  opted_in:  {type: boolean}
events:
  page_viewed: {properties: {topic: text, seconds: integer}}
""",
    (CONDITION, BANDS, TABLES),
)
