"""The reference of scores: what bounds them, and grades."""
# ruff: noqa: E501 - tables are as wide as they are

from tests.spec.case import Section, Spec, Topic

CAPS = Section(
    "The cap of a rule",
    "`cap` bounds what one rule can come to.",
    (
        Spec(
            "No more than so much",
            "Three visits fill the cap; the fourth adds nothing.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 8, event: page_viewed, cap: 24}
""",
            """
events             | => scores.interest
2 x 1d page_viewed | 16
3 x 1d page_viewed | 24
4 x 1d page_viewed | 24
""",
        ),
        Spec(
            "A cap on negative points",
            "It bounds in the direction of the points: no less than −10.",
            """
scores:
  interest:
    range: [-100, 100]
    rules:
      - {name: Unsubscribed, points: -4, event: unsubscribed, cap: 10}
""",
            """
events              | => scores.interest
2 x 1d unsubscribed | -8
3 x 1d unsubscribed | -10
9 x 1d unsubscribed | -10
""",
        ),
        Spec(
            "The cap comes after cooling",
            "What counts against the cap is what is left today.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 8, event: page_viewed, cap: 10}
""",
            """
events              | => scores.interest
2 x 0d page_viewed  | 10
2 x 30d page_viewed | 8
3 x 30d page_viewed | 10
""",
        ),
        Spec(
            "A cap that is no multiple of the points",
            "The cap cuts through an event's points.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 0.7, event: page_viewed, cap: 1.5}
""",
            """
events             | => scores.interest
2 x 1d page_viewed | 1.4
3 x 1d page_viewed | 1.5
""",
        ),
        Spec(
            "A cap over days, things and quantities",
            "Caps work the same however events are counted.",
            """
scores:
  daily:
    rules:
      - {name: Days, points: 5, event: page_viewed, count: daily, cap: 8}
  topics:
    rules:
      - {name: Topics, points: 5, event: page_viewed, distinct: topic, cap: 12}
  minutes:
    rules:
      - {name: Minutes, points: 5, event: page_viewed, per: {property: seconds, every: 60}, cap: 12.5}
""",
            """
events                                                                                        | => scores.daily | => scores.topics | => scores.minutes
1d page_viewed topic=a seconds=60                                                             | 5               | 5                | 5
1d page_viewed topic=a seconds=60; 2d page_viewed topic=b seconds=60; 3d page_viewed topic=c seconds=60 | 8     | 12               | 12.5
""",
        ),
    ),
)

GROUPS = Section(
    "Groups",
    "Rules of a group share a cap, so that twenty ways to browse don't outweigh one request for a demo.",
    (
        Spec(
            "A group shares a cap",
            "Its rules together come to 20 at most; what is outside of the group is not touched.",
            """
scores:
  interest:
    groups: {web: {cap: 20}}
    rules:
      - {name: Visit, points: 8, event: page_viewed, group: web}
      - {name: Download, points: 5, event: asset_downloaded, group: web}
      - {name: Demo, points: 30, event: demo_requested}
""",
            """
events                                                      | => scores.interest
1d page_viewed; 1d asset_downloaded                         | 13
2 x 1d page_viewed; 1d asset_downloaded                     | 20
2 x 1d page_viewed; 1d asset_downloaded; 1d demo_requested  | 50
""",
        ),
        Spec(
            "Points against, inside a group",
            "They are added before the cap is applied: 32 − 10 = 22 becomes 20, and 24 − 10 = 14 stays.",
            """
scores:
  interest:
    groups: {web: {cap: 20}}
    rules:
      - {name: Visit, points: 8, event: page_viewed, group: web}
      - {name: Unsubscribed, points: -10, event: unsubscribed, group: web}
""",
            """
events                              | => scores.interest
4 x 1d page_viewed; 1d unsubscribed | 20
3 x 1d page_viewed; 1d unsubscribed | 14
""",
        ),
        Spec(
            "A group is bounded from above only",
            "Its sum may fall as low as its rules make it.",
            """
scores:
  interest:
    range: [-100, 100]
    groups: {web: {cap: 20}}
    rules:
      - {name: Visit, points: 8, event: page_viewed, group: web}
      - {name: Unsubscribed, points: -30, event: unsubscribed, group: web}
""",
            """
events                          | => scores.interest
2 x 1d unsubscribed             | -60
1d page_viewed; 1d unsubscribed | -22
""",
        ),
        Spec(
            "First the rule's cap, then the group's",
            "Four visits come to 24 by their own cap; with a download they would be 29, and the group allows 26.",
            """
scores:
  interest:
    groups: {web: {cap: 26}}
    rules:
      - {name: Visit, points: 8, event: page_viewed, cap: 24, group: web}
      - {name: Download, points: 5, event: asset_downloaded, group: web}
""",
            """
events                                  | => scores.interest
4 x 1d page_viewed                      | 24
4 x 1d page_viewed; 1d asset_downloaded | 26
""",
        ),
        Spec(
            "Two groups",
            "Each has its own cap.",
            """
scores:
  interest:
    groups: {web: {cap: 10}, files: {cap: 7}}
    rules:
      - {name: Visit, points: 8, event: page_viewed, group: web}
      - {name: Download, points: 5, event: asset_downloaded, group: files}
""",
            """
events                                      | => scores.interest
2 x 1d page_viewed; 2 x 1d asset_downloaded | 17
2 x 1d page_viewed; 1d asset_downloaded     | 15
1d page_viewed; 2 x 1d asset_downloaded     | 15
""",
        ),
        Spec(
            "Any rule may join a group",
            "Not only what a lead did: two ways to say the same of its title need not count twice.",
            """
scores:
  fit:
    groups: {title: {cap: 20}}
    rules:
      - {name: Senior, points: 15, when: {trait: job_title, contains: head}, group: title}
      - {name: Technical, points: 10, when: {trait: job_title, contains: technology}, group: title}
""",
            """
job_title          | => scores.fit
Head of Sales      | 15
Head of Technology | 20
""",
        ),
    ),
)

RANGE = Section(
    "The range of a score",
    "A score stays within its range: 0 to 100, if nothing else is said.",
    (
        Spec(
            "From 0 to 100",
            "The sum is cut at 100 and lifted to 0.",
            """
scores:
  interest:
    rules:
      - {name: Order, points: 60, event: order_placed}
      - {name: Unsubscribed, points: -10, event: unsubscribed}
""",
            """
events                              | => scores.interest
1d order_placed                     | 60
2 x 1d order_placed                 | 100
1d unsubscribed                     | 0
1d order_placed; 9 x 1d unsubscribed | 0
""",
        ),
        Spec(
            "Another range",
            "Scores may be negative, or end earlier or later than 100.",
            """
scores:
  interest:
    range: [-20, 50]
    rules:
      - {name: Order, points: 60, event: order_placed}
      - {name: Unsubscribed, points: -15, event: unsubscribed}
""",
            """
events                          | => scores.interest
1d order_placed                 | 50
1d order_placed; 1d unsubscribed | 45
1d unsubscribed                 | -15
2 x 1d unsubscribed             | -20
                                | 0
""",
        ),
        Spec(
            "A range that starts above zero",
            "A lead of which nothing is known gets the lowest score there is.",
            """
scores:
  interest:
    range: [10, 20]
    rules:
      - {name: Order, points: 12.5, event: order_placed}
""",
            """
events              | => scores.interest
                    | 10
1d order_placed     | 12.5
2 x 1d order_placed | 20
""",
        ),
        Spec(
            "Several scores",
            "Each score has its own rules, range and law.",
            """
scores:
  fit:
    range: [0, 10]
    rules:
      - {name: Senior, points: 15, when: {trait: job_title, contains: head}}
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
job_title    | events          | => scores.fit | => scores.interest
Head of Legal | 30d page_viewed | 10           | 4
             | 30d page_viewed | 0             | 4
""",
        ),
    ),
)

GRADES = Section(
    "Grades",
    "Grades are names for how high a score is: each has the lowest score that earns it.",
    (
        Spec(
            "A grade from its bound on",
            "60 is an A; a ten-thousandth less is a B.",
            """
scores:
  fit:
    rules:
      - {name: Plan, trait: plan, points_for: {gold: 60, silver: 59.9999, bronze: 40, wood: 39.5}}
    grades: {A: 60, B: 40, C: 20, D: 0}
""",
            """
plan   | => scores.fit | => grades.fit
gold   | 60            | A
silver | 59.9999       | B
bronze | 40            | B
wood   | 39.5          | C
       | 0             | D
""",
        ),
        Spec(
            "Under the lowest bound",
            "There is no lead without a grade: below the lowest bound it is the lowest grade.",
            """
scores:
  fit:
    range: [-100, 100]
    rules:
      - {name: Plan, trait: plan, points_for: {gold: 60, silver: 40}, otherwise: -50}
    grades: {A: 60, B: 40}
""",
            """
plan   | => scores.fit | => grades.fit
gold   | 60            | A
silver | 40            | B
wood   | -50           | B
       | 0             | B
""",
        ),
        Spec(
            "The order of writing does not matter",
            "The highest bound is the best grade, wherever it stands.",
            """
scores:
  fit:
    rules:
      - {name: Plan, trait: plan, points_for: {gold: 60, silver: 40}}
    grades: {low: 0, high: 60, middle: 40}
""",
            """
plan   | => grades.fit
gold   | high
silver | middle
       | low
""",
        ),
        Spec(
            "Grades may be numbers",
            "Then 1 may well be the best.",
            """
scores:
  interest:
    rules:
      - {name: Order, points: 20, event: order_placed}
    grades: {"1": 60, "2": 40, "3": 20, "4": 0}
""",
            """
events              | => grades.interest
3 x 1d order_placed | 1
2 x 1d order_placed | 2
1d order_placed     | 3
                    | 4
""",
        ),
        Spec(
            "Bounds may be negative and have decimals",
            "A bound is a number of points like any other.",
            """
scores:
  fit:
    range: [-10, 10]
    rules:
      - {name: Plan, trait: plan, points_for: {gold: 0.5, silver: -0.5}, otherwise: -0.5001}
    grades: {good: 0.5, fair: -0.5, poor: -10}
""",
            """
plan   | => grades.fit
gold   | good
silver | fair
wood   | poor
       | fair
""",
        ),
    ),
)

TOPIC = Topic(
    "scores",
    "Scores",
    "A score is the sum of its rules, bounded by the caps of rules, the caps of groups, and its range, in that order.",
    """
profile:
  job_title: {type: text}
  plan:      {type: text}
events:
  page_viewed:      {properties: {topic: text, seconds: integer}}
  asset_downloaded: {}
  order_placed:     {}
  unsubscribed:     {}
  demo_requested:   {}
""",
    (CAPS, GROUPS, RANGE, GRADES),
)
