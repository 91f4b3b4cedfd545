"""The reference of cooling: how points fade."""

from tests.spec.case import Section, Spec, Topic

LAWS = Section(
    "Laws of cooling",
    "An event's points depend on its age: the days between the day of the event and the day of the reading.",
    (
        Spec(
            "No cooling",
            "Without a law, points stay as they are.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events           | => scores.interest
0d page_viewed   | 8
4000d page_viewed | 8
""",
        ),
        Spec(
            "Half-life",
            "After 30 days half of the points are left, after 60 a quarter. In between, the same share is lost every"
            " day: after 12 days 8 × 2^(−12/30) = 6.0629 are left, after 15 days 8 × √½ = 5.6569.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events          | => scores.interest
0d page_viewed  | 8
12d page_viewed | 6.0629
15d page_viewed | 5.6569
30d page_viewed | 4
60d page_viewed | 2
""",
        ),
        Spec(
            "A half-life ends in nothing",
            "After ten half-lives 8 / 1024 = 0.0078 points are left; after thirty, less than the smallest step: 0.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events           | => scores.interest
300d page_viewed | 0.0078
900d page_viewed | 0
""",
        ),
        Spec(
            "Weeks",
            "Durations are in days or weeks: `2w` is `14d`.",
            """
scores:
  interest:
    cooling: {half_life: 2w}
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events          | => scores.interest
14d page_viewed | 4
28d page_viewed | 2
""",
        ),
        Spec(
            "Linear",
            "The same amount is lost every day, until nothing is left after 30 days.",
            """
scores:
  interest:
    cooling: {linear: 30d}
    rules:
      - {name: Visit, points: 9, event: page_viewed}
""",
            """
events          | => scores.interest
0d page_viewed  | 9
10d page_viewed | 6
29d page_viewed | 0.3
30d page_viewed | 0
31d page_viewed | 0
""",
        ),
        Spec(
            "Steps",
            "From each age on, so many percent are left.",
            """
scores:
  interest:
    cooling: {steps: {0d: 100, 30d: 50, 90d: 0}}
    rules:
      - {name: Visit, points: 10, event: page_viewed}
""",
            """
events          | => scores.interest
0d page_viewed  | 10
29d page_viewed | 10
30d page_viewed | 5
89d page_viewed | 5
90d page_viewed | 0
""",
        ),
        Spec(
            "Steps with parts of a percent, in weeks",
            "12.5 percent of 8 points are 1 point.",
            """
scores:
  interest:
    cooling: {steps: {0d: 100, 1w: 12.5}}
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events         | => scores.interest
6d page_viewed | 8
7d page_viewed | 1
""",
        ),
        Spec(
            "Steps that start below the full points",
            "The first step need not be 100 percent, and later steps may be higher: a trial that has run for a week can"
            " say more than one that has just begun.",
            """
scores:
  interest:
    cooling: {steps: {0d: 40, 7d: 100, 30d: 0}}
    rules:
      - {name: Trial, points: 10, event: demo_requested}
""",
            """
events             | => scores.interest
0d demo_requested  | 4
7d demo_requested  | 10
30d demo_requested | 0
""",
        ),
    ),
)

HOLD = Section(
    "Holding, and windows",
    "`hold` lets the points rest before they begin to cool; `within` cuts them off.",
    (
        Spec(
            "Hold, then halve",
            "Full points for 7 days; then the half-life begins: after 7 + 30 days half of them are left.",
            """
scores:
  interest:
    cooling: {half_life: 30d, hold: 7d}
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events          | => scores.interest
0d page_viewed  | 8
7d page_viewed  | 8
22d page_viewed | 5.6569
37d page_viewed | 4
""",
        ),
        Spec(
            "Hold, then fade evenly",
            "After 5 days of rest, 10 more until nothing is left.",
            """
scores:
  interest:
    cooling: {linear: 10d, hold: 5d}
    rules:
      - {name: Visit, points: 10, event: page_viewed}
""",
            """
events          | => scores.interest
5d page_viewed  | 10
10d page_viewed | 5
14d page_viewed | 1
15d page_viewed | 0
""",
        ),
        Spec(
            "Hold, then step",
            "The steps begin 5 days later.",
            """
scores:
  interest:
    cooling: {steps: {0d: 100, 10d: 20}, hold: 5d}
    rules:
      - {name: Visit, points: 10, event: page_viewed}
""",
            """
events          | => scores.interest
14d page_viewed | 10
15d page_viewed | 2
""",
        ),
        Spec(
            "Cool, and end",
            "`within` on the rule ends what the law has left.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 8, event: page_viewed, within: 60d}
""",
            """
events          | => scores.interest
30d page_viewed | 4
60d page_viewed | 0
""",
        ),
        Spec(
            "A window is not held",
            "`hold` moves the law, not the window: with 10 days of rest and a half-life of 10 days,"
            " 8 × 2^(−9/10) = 4.2871 are left after 19 days, and after 20 days nothing counts.",
            """
scores:
  interest:
    cooling: {half_life: 10d, hold: 10d}
    rules:
      - {name: Visit, points: 8, event: page_viewed, within: 20d}
""",
            """
events          | => scores.interest
10d page_viewed | 8
19d page_viewed | 4.2871
20d page_viewed | 0
""",
        ),
    ),
)

DEFAULTS = Section(
    "The score's law and the rule's",
    "A score's `cooling` is the law of those of its event rules that name none.",
    (
        Spec(
            "A rule's own law",
            "It takes the place of the score's; `none` switches cooling off.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: As the score, points: 1, event: page_viewed, where: {topic: a}}
      - {name: Faster, points: 1, event: page_viewed, where: {topic: b}, cooling: {half_life: 15d}}
      - {name: Never, points: 1, event: page_viewed, where: {topic: c}, cooling: none}
""",
            """
events                  | => scores.interest
30d page_viewed topic=a | 0.5
30d page_viewed topic=b | 0.25
30d page_viewed topic=c | 1
""",
        ),
        Spec(
            "Nothing of the score's law is left in a rule's own",
            "The rule doesn't take over the score's `hold`.",
            """
scores:
  interest:
    cooling: {half_life: 30d, hold: 30d}
    rules:
      - {name: As the score, points: 8, event: page_viewed, where: {topic: a}}
      - {name: Own, points: 8, event: page_viewed, where: {topic: b}, cooling: {half_life: 30d}}
""",
            """
events                  | => scores.interest
30d page_viewed topic=a | 8
30d page_viewed topic=b | 4
""",
        ),
        Spec(
            "What is not an event does not cool",
            "Points for a condition, a band or a value are the same every day.",
            """
scores:
  interest:
    cooling: {half_life: 1d}
    rules:
      - {name: Came in spring, points: 6, when: {event: page_viewed, within: 90d}}
      - {name: Country, trait: country, points_for: {Sweden: 5}}
""",
            """
country | events          | => scores.interest
Sweden  | 60d page_viewed | 11
""",
        ),
    ),
)

EXACT = Section(
    "To the last digit",
    "Points are whole ten-thousandths. The worth of an event of some age is rounded once, to the nearest; a tie goes to"
    " the even neighbour. Everything after that is addition, so every engine finds the same numbers.",
    (
        Spec(
            "Rounded to the nearest, ties to even",
            "Half of 0.0001 lies between 0 and 0.0001 and becomes 0; half of 0.0003 becomes 0.0002.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: One, points: 0.0001, event: page_viewed, where: {topic: a}}
      - {name: Three, points: 0.0003, event: page_viewed, where: {topic: b}}
      - {name: Five, points: 0.0005, event: page_viewed, where: {topic: c}}
""",
            """
events                  | => scores.interest
30d page_viewed topic=a | 0
30d page_viewed topic=b | 0.0002
30d page_viewed topic=c | 0.0002
""",
        ),
        Spec(
            "Negative points are rounded alike",
            "The rule is the same on both sides of zero.",
            """
scores:
  interest:
    range: [-100, 100]
    cooling: {half_life: 30d}
    rules:
      - {name: One, points: -0.0001, event: page_viewed, where: {topic: a}}
      - {name: Three, points: -0.0003, event: page_viewed, where: {topic: b}}
      - {name: Many, points: -15, event: page_viewed, where: {topic: c}}
""",
            """
events                  | => scores.interest
30d page_viewed topic=a | 0
30d page_viewed topic=b | -0.0002
30d page_viewed topic=c | -7.5
""",
        ),
        Spec(
            "First rounded, then added",
            "Two thirds of a point are 0.6667; three such events are 2.0001. The explanation shows what is added, so"
            " its lines always come to the score.",
            """
scores:
  interest:
    cooling: {linear: 3d}
    rules:
      - {name: Visit, points: 1, event: page_viewed}
""",
            """
events             | => scores.interest
1d page_viewed     | 0.6667
2d page_viewed     | 0.3333
3 x 1d page_viewed | 2.0001
""",
        ),
        Spec(
            "First rounded, then multiplied",
            "The same with a quantity: five times 0.6667.",
            """
scores:
  interest:
    cooling: {linear: 3d}
    rules:
      - {name: Minutes, points: 1, event: page_viewed, per: {property: seconds, every: 60}}
""",
            """
events                     | => scores.interest
1d page_viewed seconds=300 | 3.3335
""",
        ),
    ),
)

DAYS = Section(
    "Days",
    "Age is counted in whole days, and days are those of UTC. A score changes when something happens or when a day"
    " turns, never in between.",
    (
        Spec(
            "A day turns at midnight, UTC",
            "Read half an hour after midnight, what happened a minute before midnight is one day old.",
            """
scores:
  interest:
    cooling: {linear: 2d}
    rules:
      - {name: Visit, points: 2, event: page_viewed}
""",
            """
lead | => scores.interest
Ada  | 1
Bo   | 2
""",
            events="""
lead_id | event       | occurred_at
Ada     | page_viewed | 2026-06-29T23:59:00Z
Bo      | page_viewed | 2026-06-30T00:00:00Z
""",
            as_of="2026-06-30T00:30:00Z",
        ),
        Spec(
            "The hour does not matter",
            "The same two leads, read a second before the day ends.",
            """
scores:
  interest:
    cooling: {linear: 2d}
    rules:
      - {name: Visit, points: 2, event: page_viewed}
""",
            """
lead | => scores.interest
Ada  | 1
Bo   | 2
""",
            events="""
lead_id | event       | occurred_at
Ada     | page_viewed | 2026-06-29T23:59:00Z
Bo      | page_viewed | 2026-06-30T00:00:00Z
""",
            as_of="2026-06-30T23:59:59Z",
        ),
        Spec(
            "Times of other zones",
            "One in the morning of the 30th in Stockholm is eleven in the evening of the 29th in UTC.",
            """
scores:
  interest:
    cooling: {linear: 2d}
    rules:
      - {name: Visit, points: 2, event: page_viewed}
""",
            """
lead | => scores.interest
Ada  | 1
Bo   | 2
""",
            events="""
lead_id | event       | occurred_at
Ada     | page_viewed | 2026-06-30T01:00:00+02:00
Bo      | page_viewed | 2026-06-29T20:00:00-05:00
""",
        ),
        Spec(
            "A reading in another zone",
            "The moment of reading is taken in UTC too: one in the morning of the 1st of July in Stockholm is still the"
            " 30th of June.",
            """
scores:
  interest:
    cooling: {linear: 2d}
    rules:
      - {name: Visit, points: 2, event: page_viewed}
""",
            """
lead | => scores.interest
Ada  | 2
""",
            events="""
lead_id | event       | occurred_at
Ada     | page_viewed | 2026-06-30T00:00:00Z
""",
            as_of="2026-07-01T01:00:00+02:00",
        ),
        Spec(
            "Leap days are days",
            "From the 28th of February 2024 to the 1st of March it is two days.",
            """
scores:
  interest:
    cooling: {linear: 4d}
    rules:
      - {name: Visit, points: 4, event: page_viewed}
""",
            """
lead | => scores.interest
Ada  | 2
Bo   | 3
""",
            events="""
lead_id | event       | occurred_at
Ada     | page_viewed | 2024-02-28T12:00:00Z
Bo      | page_viewed | 2024-02-29T12:00:00Z
""",
            as_of="2024-03-01T00:00:00Z",
        ),
        Spec(
            "Long ago",
            "Days are counted the same way before 1970.",
            """
scores:
  interest:
    cooling: {linear: 4d}
    rules:
      - {name: Visit, points: 4, event: page_viewed}
""",
            """
lead | => scores.interest
Ada  | 3
Bo   | 2
Cem  | 0
""",
            events="""
lead_id | event       | occurred_at
Ada     | page_viewed | 1970-01-01T23:00:00Z
Bo      | page_viewed | 1969-12-31T23:59:59Z
Cem     | page_viewed | 1900-03-01T08:00:00Z
""",
            as_of="1970-01-02T12:00:00Z",
        ),
    ),
)

TOPIC = Topic(
    "cooling",
    "Cooling",
    "Interest fades. A law of cooling says how many of an event's points are left when the event is so many days old.",
    """
profile:
  country: {type: text}
events:
  page_viewed:    {properties: {topic: text, seconds: integer}}
  demo_requested: {}
""",
    (LAWS, HOLD, DEFAULTS, EXACT, DAYS),
)
