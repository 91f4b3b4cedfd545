"""The reference of event rules: what earns points by being done."""
# ruff: noqa: E501 - tables are as wide as they are

from tests.spec.case import Section, Spec, Topic

EVENTS = Section(
    "Points for what a lead did",
    "A rule with `event` gives its points for every such event. How they fade with time: see [cooling](cooling.md).",
    (
        Spec(
            "Every event counts",
            "Without anything else, three visits earn three times the points, however old they are.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 8, event: page_viewed}
""",
            """
events                              | => scores.interest
0d page_viewed                      | 8
3 x 2d page_viewed                  | 24
2d page_viewed; 400d page_viewed    | 16
2d demo_requested                   | 0
                                    | 0
""",
        ),
        Spec(
            "Only some of the events",
            "`where` narrows the rule to events with that property. An event that doesn't say its topic isn't one.",
            """
scores:
  interest:
    rules:
      - {name: Pricing, points: 8, event: page_viewed, where: {topic: pricing}}
""",
            """
events                                                     | => scores.interest
1d page_viewed topic=pricing; 1d page_viewed topic=careers | 8
1d page_viewed                                             | 0
""",
        ),
        Spec(
            "Several kinds of events",
            "A list of events is one rule for all of them.",
            """
scores:
  interest:
    rules:
      - {name: Hand raised, points: 15, event: [demo_requested, order_placed]}
""",
            """
events                           | => scores.interest
1d demo_requested                | 15
1d demo_requested; 3d order_placed | 30
1d page_viewed                   | 0
""",
        ),
        Spec(
            "Any event",
            "`any` means every kind of event that the definition declares.",
            """
scores:
  interest:
    rules:
      - {name: Sign of life, points: 2, event: any}
""",
            """
events                                              | => scores.interest
1d demo_requested; 3d page_viewed; 9d email_clicked | 6
                                                    | 0
""",
        ),
        Spec(
            "What a lead didn't do",
            "`survey_ignored` says that a question got no answer. Rules may count it; it is never a sign of life, so `any` leaves it out.",
            """
events: {page_viewed: {}, survey_ignored: {}}
scores:
  interest:
    range: [-100, 100]
    rules:
      - {name: Sign of life, points: 2, event: any}
      - {name: Doesn't answer, points: -5, event: survey_ignored}
""",
            """
events                            | => scores.interest
1d page_viewed; 2d survey_ignored | -3
2 x 2d survey_ignored             | -10
""",
        ),
        Spec(
            "Only lately",
            "`within: 30d` counts today and the 29 days before; an event that is 30 days old is out.",
            """
scores:
  interest:
    rules:
      - {name: Visit, points: 8, event: page_viewed, within: 30d}
""",
            """
events                          | => scores.interest
0d page_viewed; 29d page_viewed | 16
30d page_viewed                 | 0
""",
        ),
        Spec(
            "Events may cost points",
            "Each visit to the careers pages takes something away.",
            """
scores:
  interest:
    range: [-50, 100]
    rules:
      - {name: Looks for a job, points: -15, event: page_viewed, where: {topic: careers}}
""",
            """
events                           | => scores.interest
1d page_viewed topic=careers     | -15
2 x 1d page_viewed topic=careers | -30
""",
        ),
        Spec(
            "At most once a day",
            "`count: daily` counts each day (UTC) once, however busy it was.",
            """
scores:
  interest:
    rules:
      - {name: Clicked an email, points: 3, event: email_clicked, count: daily}
""",
            """
events                                 | => scores.interest
7 x 2d email_clicked                   | 3
7 x 2d email_clicked; 5d email_clicked | 6
""",
        ),
        Spec(
            "Only once",
            "`count: latest` counts one event: where points cool, that is the freshest.",
            """
scores:
  interest:
    range: [-50, 100]
    cooling: {half_life: 30d}
    rules:
      - {name: Looks for a job, points: -15, event: page_viewed, where: {topic: careers}, count: latest}
""",
            """
events                                                          | => scores.interest
0d page_viewed topic=careers; 30d page_viewed topic=careers     | -15
30d page_viewed topic=careers; 60d page_viewed topic=careers    | -7.5
30d page_viewed topic=pricing                                   | 0
""",
        ),
        Spec(
            "Each different thing once",
            "`distinct: asset` counts every asset once, at its freshest download. A download that doesn't name its"
            " asset doesn't count.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Downloads, points: 8, event: asset_downloaded, distinct: asset}
""",
            """
events                                                            | => scores.interest
0d asset_downloaded asset=guide; 30d asset_downloaded asset=guide | 8
0d asset_downloaded asset=guide; 30d asset_downloaded asset=study | 12
0d asset_downloaded                                               | 0
""",
        ),
        Spec(
            "Each different thing, of one sort",
            "`where` comes first, then the different values are counted.",
            """
scores:
  interest:
    rules:
      - {name: Case studies, points: 8, event: asset_downloaded, where: {kind: case_study}, distinct: asset}
""",
            """
events                                                                                               | => scores.interest
0d asset_downloaded asset=a kind=case_study; 0d asset_downloaded asset=b kind=checklist              | 8
0d asset_downloaded asset=a kind=case_study; 3d asset_downloaded asset=b kind=case_study             | 16
0d asset_downloaded asset=a kind=case_study; 3d asset_downloaded asset=a kind=checklist              | 8
""",
        ),
        Spec(
            "Different values are told apart letter by letter",
            "Two spellings are two things.",
            """
scores:
  interest:
    rules:
      - {name: Downloads, points: 8, event: asset_downloaded, distinct: asset}
""",
            """
events                                                           | => scores.interest
1d asset_downloaded asset=guide; 1d asset_downloaded asset=Guide | 16
""",
        ),
        Spec(
            "Conditions on several properties",
            "Everything under `where` must hold of the same event.",
            """
scores:
  interest:
    rules:
      - {name: Read the prices, points: 8, event: page_viewed, where: {topic: [pricing, plans], seconds: {at_least: 30}}}
""",
            """
events                                                                   | => scores.interest
1d page_viewed topic=pricing seconds=30                                  | 8
1d page_viewed topic=plans seconds=300                                   | 8
1d page_viewed topic=pricing seconds=29                                  | 0
1d page_viewed topic=pricing seconds=5; 1d page_viewed topic=blog seconds=90 | 0
1d page_viewed topic=pricing                                             | 0
""",
        ),
    ),
)

PER = Section(
    "Points by quantity",
    "With `per`, an event counts as often as a property holds a whole number of times: two minutes count twice.",
    (
        Spec(
            "So many points for every so much",
            "For every full 60 seconds, up to 5. A visit without a length counts as none, and so does a negative one.",
            """
scores:
  interest:
    rules:
      - name: Minutes on site
        points: 1
        event: page_viewed
        per: {property: seconds, every: 60, up_to: 5}
""",
            """
events                         | => scores.interest
1d page_viewed seconds=59      | 0
1d page_viewed seconds=60      | 1
1d page_viewed seconds=200     | 3
1d page_viewed seconds=10000   | 5
1d page_viewed                 | 0
1d page_viewed seconds=-60     | 0
""",
        ),
        Spec(
            "Quantities of several events",
            "Each event is rounded down on its own: twice 90 seconds are two minutes here, not three.",
            """
scores:
  interest:
    rules:
      - {name: Minutes on site, points: 1, event: page_viewed, per: {property: seconds, every: 60}}
""",
            """
events                                                 | => scores.interest
2 x 1d page_viewed seconds=90                          | 2
1d page_viewed seconds=180; 9d page_viewed seconds=120 | 5
""",
        ),
        Spec(
            "Quantities of numbers with decimals",
            "An order of 120.50 holds 50 twice.",
            """
scores:
  interest:
    range: [0, 1000]
    rules:
      - {name: Spent, points: 2, event: order_placed, per: {property: amount, every: 50}}
""",
            """
events                         | => scores.interest
1d order_placed amount=49.99   | 0
1d order_placed amount=50      | 2
1d order_placed amount=120.50  | 4
1d order_placed amount=5e3     | 200
""",
        ),
        Spec(
            "A measure with decimals",
            "`every` may have decimals too.",
            """
scores:
  interest:
    rules:
      - {name: Spent, points: 2, event: order_placed, per: {property: amount, every: 12.5}}
""",
            """
events                        | => scores.interest
1d order_placed amount=12.4   | 0
1d order_placed amount=12.5   | 2
1d order_placed amount=25     | 4
""",
        ),
        Spec(
            "Once a day, at the day's best",
            "With `count: daily`, the day's largest quantity counts.",
            """
scores:
  interest:
    rules:
      - {name: Minutes, points: 1, event: page_viewed, per: {property: seconds, every: 60}, count: daily}
""",
            """
events                                                                              | => scores.interest
2d page_viewed seconds=60; 2d page_viewed seconds=180                               | 3
2d page_viewed seconds=60; 2d page_viewed seconds=180; 5d page_viewed seconds=120   | 5
""",
        ),
        Spec(
            "Only once, at the greatest worth",
            "With `count: latest` and a quantity, the event that is worth most counts, which need not be the freshest.",
            """
scores:
  interest:
    cooling: {half_life: 30d}
    rules:
      - {name: Longest visit, points: 1, event: page_viewed, per: {property: seconds, every: 60}, count: latest}
""",
            """
events                                                  | => scores.interest
0d page_viewed seconds=60; 30d page_viewed seconds=240  | 2
0d page_viewed seconds=180; 30d page_viewed seconds=240 | 3
""",
        ),
        Spec(
            "A quantity that costs points",
            "Quantities multiply the points, whatever their sign.",
            """
scores:
  interest:
    range: [-100, 100]
    rules:
      - {name: Returned, points: -1.5, event: order_placed, per: {property: amount, every: 10, up_to: 4}}
""",
            """
events                      | => scores.interest
1d order_placed amount=25   | -3
1d order_placed amount=900  | -6
""",
        ),
    ),
)

TOPIC = Topic(
    "event-rules",
    "Event rules",
    "The fourth shape of [rules](rules.md) gives points for what a lead did: for each event, each day, each different"
    " thing, or only once, and as many as a quantity says.",
    """
events:
  page_viewed:      {properties: {topic: text, seconds: integer}}
  asset_downloaded: {properties: {asset: text, kind: text}}
  email_clicked:    {}
  order_placed:     {properties: {amount: number}}
  demo_requested:   {}
""",
    (EVENTS, PER),
)
