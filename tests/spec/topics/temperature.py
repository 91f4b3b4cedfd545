"""The reference of temperature: when a lead is cool, warm or hot, and stays so."""

from tests.spec.case import Section, Spec, Topic

WHEN = Section(
    "When",
    "`when` says when a lead becomes warm or hot.",
    (
        Spec(
            "Cool, warm, hot",
            "Hot is tried first, then warm. A lead that is neither is cool.",
            """
temperature:
  hot:  {when: {all: [{score: interest, at_least: 40}, {event: demo_requested}]}}
  warm: {when: {score: interest, at_least: 20}}
""",
            """
events                            | => scores.interest | => temperature
1d visited n=40; 1d demo_requested | 40                | hot
1d visited n=40                   | 40                 | warm
1d visited n=20; 1d demo_requested | 20                | warm
1d visited n=19; 1d demo_requested | 19                | cool
                                  | 0                  | cool
""",
        ),
        Spec(
            "Hot does not need warm",
            "A lead that fulfils the one for hot is hot, whatever is said of warm.",
            """
temperature:
  hot:  {when: {event: demo_requested}}
  warm: {when: {score: interest, at_least: 20}}
""",
            """
events            | => temperature
1d demo_requested | hot
""",
        ),
        Spec(
            "Unknown does not open",
            "A need that is not known is no need.",
            """
temperature:
  hot:  {when: {all: [{trait: need, is: confirmed}, {event: demo_requested}]}}
  warm: {when: {trait: need, in: [confirmed, possible]}}
""",
            """
need      | events            | => temperature
confirmed | 1d demo_requested | hot
confirmed |                   | warm
possible  | 1d demo_requested | warm
          | 1d demo_requested | cool
none      | 1d demo_requested | cool
""",
        ),
        Spec(
            "Without hot",
            "A definition may leave a temperature out; then no lead reaches it.",
            """
temperature:
  warm: {when: {event: demo_requested}}
""",
            """
events            | => temperature
1d demo_requested | warm
                  | cool
""",
        ),
        Spec(
            "Without warm",
            "Leads are hot or cool then.",
            """
temperature:
  hot: {when: {event: demo_requested}}
""",
            """
events            | => temperature
1d demo_requested | hot
                  | cool
""",
        ),
    ),
)

STAY = Section(
    "Stay",
    "`stay` says how long a lead that was there already keeps its temperature, so that nobody flickers between two. It"
    " needs the temperatures of the reading before (*previous*); without them only `when` counts.",
    (
        Spec(
            "Hot leads stay hot",
            "Once hot, an interest of 25 is enough to stay. Those who were warm or cool don't gain from it.",
            """
temperature:
  hot:
    when: {score: interest, at_least: 40}
    stay: {score: interest, at_least: 25}
  warm:
    when: {score: interest, at_least: 20}
""",
            """
events          | previous | => temperature
1d visited n=25 | hot      | hot
1d visited n=24 | hot      | warm
1d visited n=19 | hot      | cool
1d visited n=25 | warm     | warm
1d visited n=25 | cool     | warm
1d visited n=25 |          | warm
1d visited n=40 | cool     | hot
""",
        ),
        Spec(
            "Warm leads stay warm",
            "The same for warm. A lead that was hot stays at least warm in this way.",
            """
temperature:
  hot:
    when: {score: interest, at_least: 40}
  warm:
    when: {score: interest, at_least: 20}
    stay: {not: {event: any, within: 60d, at_most: 0}}
""",
            """
events          | previous | => temperature
59d visited n=1 | warm     | warm
60d visited n=1 | warm     | cool
59d visited n=1 | hot      | warm
59d visited n=1 | cool     | cool
59d visited n=1 |          | cool
59d visited n=20 |         | warm
""",
        ),
        Spec(
            "Opened again",
            "`when` always counts, also for those who no longer fulfil `stay`.",
            """
temperature:
  warm:
    when: {event: demo_requested, within: 30d}
    stay: {event: visited, within: 30d}
""",
            """
events            | previous | => temperature
1d demo_requested | warm     | warm
1d demo_requested | cool     | warm
1d visited        | warm     | warm
1d visited        | cool     | cool
""",
        ),
        Spec(
            "Without `stay`",
            "Only `when` counts then.",
            """
temperature:
  hot:  {when: {score: interest, at_least: 40}}
  warm: {when: {score: interest, at_least: 20}}
""",
            """
events          | previous | => temperature
1d visited n=39 | hot      | warm
1d visited n=19 | hot      | cool
1d visited n=19 | warm     | cool
""",
        ),
        Spec(
            "Unknown does not keep",
            "To stay, the answer must be yes.",
            """
temperature:
  warm:
    when: {event: demo_requested}
    stay: {trait: need, is: confirmed}
""",
            """
need      | previous | => temperature
confirmed | warm     | warm
          | warm     | cool
none      | warm     | cool
""",
        ),
    ),
)

MISSING = Section(
    "What is missing",
    "Every reading names what keeps a lead from the next temperature: each item of that temperature's `when: {all: …}`"
    " that is not true, and whether it is *unmet* or only *unknown*.",
    (
        Spec(
            "From warm to hot",
            "One line for each item that is not true, in the order of the definition. A hot lead misses nothing.",
            """
temperature:
  hot:
    when:
      all:
        - {score: interest, at_least: 40}
        - {trait: need, is: confirmed}
        - {event: demo_requested}
  warm:
    when: {score: interest, at_least: 20}
""",
            """
lead | need      | events                            | => temperature
Ada  | confirmed | 1d visited n=40                   | warm
Bo   |           | 1d visited n=39                   | warm
Cem  | none      | 1d visited n=40; 1d demo_requested | warm
Dai  | confirmed | 1d visited n=40; 1d demo_requested | hot
""",
            missing="""
lead | status
Ada  | unmet
Bo   | unmet
Bo   | unknown
Bo   | unmet
Cem  | unmet
Dai  | -
""",
        ),
        Spec(
            "From cool to warm",
            "A cool lead is told what it needs to be warm, not hot. A `when` without `all` is a single item.",
            """
temperature:
  hot:  {when: {all: [{trait: need, is: confirmed}, {event: demo_requested}, {score: interest, at_least: 99}]}}
  warm: {when: {any: [{score: interest, at_least: 20}, {event: demo_requested}]}}
""",
            """
lead | events          | => temperature
Ada  | 1d visited n=19 | cool
Bo   | 1d visited n=20 | warm
""",
            missing="""
lead | status
Ada  | unmet
Bo   | unknown
Bo   | unmet
Bo   | unmet
""",
        ),
        Spec(
            "The gap",
            "Where a number is short, the line says by how much.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 1, event: visited, per: {property: n, every: 1}}
      - {name: Half, points: 0.5, event: demo_requested}
frameworks:
  bant: {}
temperature:
  hot:
    when:
      all:
        - {score: interest, at_least: 40}
        - {framework: bant, is: ready}
        - {trait: budget_amount, at_least: 10000}
  warm:
    when: {score: interest, at_least: 1}
""",
            """
lead | need | budget | budget_amount | events                            | => temperature
Ada  | met  | met    | 4000          | 1d visited n=32; 1d demo_requested | warm
Bo   | met  | met    | 4000          | 1d visited n=40                   | warm
""",
            missing="""
lead | status | gap
Ada  | unmet  | interest 32.5 of 40
Ada  | unmet  | bant 2 of 3
Ada  | unmet  | budget_amount 4000 of 10000
Bo   | unmet  | bant 2 of 3
Bo   | unmet  | budget_amount 4000 of 10000
""",
        ),
        Spec(
            "A criterion says itself whether it is unknown",
            "An item that asks for a criterion has that criterion's own state: what is not known can still be asked.",
            """
criteria:
  need: {met: {trait: need, is: confirmed}, unmet: {trait: need, is: none}}
temperature:
  warm: {when: {all: [{criterion: need, is: met}]}}
""",
            """
lead | need     | => criteria.need | => temperature
Ada  |          | unknown          | cool
Bo   | possible | unknown          | cool
Cem  | none     | unmet            | cool
""",
            missing="""
lead | status
Ada  | unknown
Bo   | unknown
Cem  | unmet
""",
        ),
        Spec(
            "Parts of parts are not listed",
            "A nested condition is one line, with the answer it has as a whole.",
            """
temperature:
  warm:
    when:
      all:
        - any: [{trait: need, is: confirmed}, {trait: budget_amount, at_least: 10000}]
        - some: 1
          of: [{event: demo_requested}, {event: visited}]
""",
            """
lead | need     | budget_amount | events     | => temperature
Ada  | possible |               |            | cool
Bo   | possible | 10            | 1d visited | cool
""",
            missing="""
lead | status
Ada  | unknown
Ada  | unmet
Bo   | unmet
""",
        ),
        Spec(
            "A flag may be unknown",
            "Then so is the line.",
            """
flags:
  wants: {trait: need, is: confirmed}
temperature:
  warm: {when: {flag: wants}}
""",
            """
lead | need     | => flags.wants | => temperature
Ada  |          | null           | cool
Bo   | possible | false          | cool
""",
            missing="""
lead | status
Ada  | unknown
Bo   | unmet
""",
        ),
        Spec(
            "No temperature in between",
            "Where warm is left out, a cool lead is told what it needs to be hot.",
            """
temperature:
  hot: {when: {all: [{trait: need, is: confirmed}, {event: demo_requested}]}}
""",
            """
lead | need | events            | => temperature
Ada  |      | 1d demo_requested | cool
Bo   | none |                   | cool
""",
            missing="""
lead | status
Ada  | unknown
Bo   | unmet
Bo   | unmet
""",
        ),
        Spec(
            "Still hot by staying",
            "Who is hot misses nothing, even if it is only by staying.",
            """
temperature:
  hot:
    when: {score: interest, at_least: 40}
    stay: {score: interest, at_least: 25}
""",
            """
lead | events          | previous | => temperature
Ada  | 1d visited n=30 | hot      | hot
Bo   | 1d visited n=30 |          | cool
""",
            missing="""
lead | status
Ada  | -
""",
        ),
    ),
)

TOPIC = Topic(
    "temperature",
    "Temperature",
    "Every lead is cool, warm or hot. The definition says what it takes to become warm or hot, and what it takes to"
    " stay.",
    """
profile:
  need:          {type: text}
  budget:        {type: text}
  influence:     {type: text}
  budget_amount: {type: number}
events:
  visited:        {properties: {n: integer}}
  demo_requested: {}
scores:
  interest:
    rules:
      - {name: Visit, points: 1, event: visited, per: {property: n, every: 1}}
""",
    (WHEN, STAY, MISSING),
)
