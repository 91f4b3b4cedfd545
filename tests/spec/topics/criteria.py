"""The reference of criteria."""

from tests.spec.case import Section, Spec, Topic

STATES = Section(
    "Met, unmet, unknown",
    "A criterion asks one thing that a good lead must have. `met` says when it has it, `unmet` when it surely hasn't.",
    (
        Spec(
            "Without `unmet`",
            "What is not met is unmet, unless it is not known.",
            """
criteria:
  budget: {met: {trait: budget_amount, at_least: 10000}}
""",
            """
budget_amount | => criteria.budget
10000         | met
9999.99       | unmet
              | unknown
""",
        ),
        Spec(
            "With `unmet`",
            "Then there is something in between: an answer that settles nothing.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}, unmet: {trait: need, is: none}}
""",
            """
need      | => criteria.need
confirmed | met
none      | unmet
possible  | unknown
          | unknown
""",
        ),
        Spec(
            "Two bounds",
            "Buying within half a year is met, later than a year is unmet; between the two the lead is asked again.",
            """
criteria:
  timeline: {met: {trait: buying_on, within_next: 180d}, unmet: {trait: buying_on, beyond: 365d}}
""",
            """
buying_on  | => criteria.timeline
2026-06-30 | met
2026-12-27 | met
2026-12-28 | unknown
2027-06-30 | unknown
2027-07-01 | unmet
2026-06-29 | unknown
           | unknown
""",
        ),
        Spec(
            "Met comes first",
            "Where both hold, the criterion is met.",
            """
criteria:
  budget: {met: {trait: budget_amount, at_least: 10000}, unmet: {trait: need, is: none}}
""",
            """
budget_amount | need | => criteria.budget
20000         | none | met
5000          | none | unmet
              | none | unmet
5000          |      | unknown
              |      | unknown
""",
        ),
        Spec(
            "A criterion of several parts",
            "Any condition will do. One part that is not known leaves the whole unknown, if the other part holds.",
            """
criteria:
  influence: {met: {all: [{trait: role, in: [decides, influences]}, {trait: job_title, matches: "head|chief"}]}}
""",
            """
role    | job_title     | => criteria.influence
decides | Head of IT    | met
decides |               | unknown
none    |               | unmet
        | Clerk         | unmet
        | Chief of IT   | unknown
""",
        ),
        Spec(
            "A criterion that looks at behaviour",
            "What a lead did is always known, so such a criterion is met or unmet, never unknown.",
            """
criteria:
  interest: {met: {event: page_viewed, within: 30d, at_least: 2}}
""",
            """
events             | => criteria.interest
2 x 1d page_viewed | met
1d page_viewed     | unmet
                   | unmet
""",
        ),
        Spec(
            "A criterion that looks at a grade",
            "Grades are never unknown either.",
            """
scores:
  fit:
    rules:
      - {name: Role, trait: role, points_for: {decides: 50, influences: 30}}
    grades: {A: 50, B: 30, C: 0}
criteria:
  fit: {met: {grade: fit, at_least: B}}
""",
            """
role       | => grades.fit | => criteria.fit
decides    | A             | met
influences | B             | met
none       | C             | unmet
           | C             | unmet
""",
        ),
        Spec(
            "A criterion that builds on others",
            "As long as they don't go round in a circle.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}, unmet: {trait: need, is: none}}
  budget: {met: {trait: budget_amount, at_least: 10000}}
  serious: {met: {all: [{criterion: need, is: met}, {criterion: budget, is: met}]}}
""",
            """
need      | budget_amount | => criteria.serious
confirmed | 10000         | met
confirmed | 10            | unmet
confirmed |               | unmet
possible  | 10000         | unmet
""",
        ),
        Spec(
            "Met, if nothing is said",
            "`{criterion: need}` asks whether it is met.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}}
flags:
  needed: {criterion: need}
""",
            """
need      | => criteria.need | => flags.needed
confirmed | met              | true
possible  | unmet            | false
          | unknown          | false
""",
        ),
    ),
)

STALE = Section(
    "Answers grow old",
    "`stale_after: 180d` makes an answer that is 180 days old or older unknown again. It needs the log of traits, which"
    " knows when an answer was given.",
    (
        Spec(
            "An old answer is unknown again",
            "The 1st of January is 180 days before the 30th of June 2026; the 2nd is 179.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}, unmet: {trait: need, is: none}, stale_after: 180d}
""",
            """
lead | => criteria.need
Ada  | met
Bo   | unknown
Cem  | unmet
Dai  | unknown
""",
            traits="""
lead_id | trait | value     | occurred_at
Ada     | need  | confirmed | 2026-01-02T08:00:00Z
Bo      | need  | confirmed | 2026-01-01T23:00:00Z
Cem     | need  | none      | 2026-01-02T08:00:00Z
Dai     | need  | none      | 2026-01-01T23:00:00Z
""",
        ),
        Spec(
            "A file of leads has no dates",
            "What stands in the leads' own file never grows old.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}, stale_after: 1d}
""",
            """
need      | => criteria.need
confirmed | met
none      | unmet
          | unknown
""",
        ),
        Spec(
            "An answer that was given again",
            "The age is that of the latest answer.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}, stale_after: 180d}
""",
            """
lead | => criteria.need
Ada  | met
Bo   | unmet
""",
            traits="""
lead_id | trait | value     | occurred_at
Ada     | need  | confirmed | 2025-03-01T08:00:00Z
Ada     | need  | confirmed | 2026-03-01T08:00:00Z
Bo      | need  | confirmed | 2025-03-01T08:00:00Z
Bo      | need  | none      | 2026-03-01T08:00:00Z
""",
        ),
        Spec(
            "Old for one criterion, good for another",
            "Staleness belongs to the criterion, not to the answer. Rules and other conditions see the trait as ever.",
            """
scores:
  fit:
    rules:
      - {name: Budget, points: 10, when: {trait: budget_amount, at_least: 1000}}
criteria:
  budget: {met: {trait: budget_amount, at_least: 1000}, stale_after: 90d}
  ever_had_budget: {met: {trait: budget_amount, at_least: 1000}}
""",
            """
lead | => criteria.budget | => criteria.ever_had_budget | => scores.fit
Ada  | unknown            | met                         | 10
""",
            traits="""
lead_id | trait         | value | occurred_at
Ada     | budget_amount | 5000  | 2025-11-01T08:00:00Z
""",
        ),
        Spec(
            "Only what the criterion itself asks",
            "A flag that it uses keeps its own view.",
            """
flags:
  has_budget: {trait: budget_amount, at_least: 1000}
criteria:
  directly: {met: {not: {any: [{trait: budget_amount, below: 1000}]}}, stale_after: 90d}
  by_flag: {met: {flag: has_budget}, stale_after: 90d}
""",
            """
lead | => criteria.directly | => criteria.by_flag
Ada  | unknown              | met
Bo   | met                  | met
""",
            traits="""
lead_id | trait         | value | occurred_at
Ada     | budget_amount | 5000  | 2025-11-01T08:00:00Z
Bo      | budget_amount | 5000  | 2026-06-01T08:00:00Z
""",
        ),
        Spec(
            "An old answer is not known",
            "To a criterion that lets answers grow old, an old one isn't there at all.",
            """
criteria:
  answered: {met: {trait: need, known: true}, stale_after: 90d}
""",
            """
lead | => criteria.answered
Ada  | unmet
Bo   | met
""",
            traits="""
lead_id | trait | value    | occurred_at
Ada     | need  | possible | 2025-11-01T08:00:00Z
Bo      | need  | possible | 2026-06-01T08:00:00Z
""",
        ),
    ),
)

TOPIC = Topic(
    "criteria",
    "Criteria",
    "Criteria are what a good lead must have: a need, a budget, a say. Each is met, unmet or unknown, and unknown is"
    " not the same as unmet: it is the next thing to ask.",
    """
profile:
  need:          {type: text}
  budget_amount: {type: number}
  role:          {type: text}
  job_title:     {type: text}
  buying_on:     {type: date}
events:
  page_viewed: {}
""",
    (STATES, STALE),
)
