"""The reference of evidence: what is read from files, and what exists as of a moment."""

from tests.spec.case import Section, Spec, Topic

COUNT = """
scores:
  interest:
    rules:
      - {name: Visit, points: 1, event: visited}
"""

MOMENT = Section(
    "As of a moment",
    "A reading is made as of a moment, here noon (UTC) of the 30th of June 2026. What happened later, or was learned"
    " later, does not exist yet.",
    (
        Spec(
            "What happened later does not exist yet",
            "Up to the moment itself, not a second further.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
Bo   | 1
Cem  | 0
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | 2026-06-30T11:59:59Z
Bo      | visited | 2026-06-30T12:00:00Z
Cem     | visited | 2026-06-30T12:00:01Z
""",
        ),
        Spec(
            "What was learned later does not exist yet",
            "`received_at` says when the event reached you. Without it, it was known when it happened.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
Bo   | 0
Cem  | 1
""",
            events="""
lead_id | event   | occurred_at          | received_at
Ada     | visited | 2026-06-01T08:00:00Z | 2026-06-30T12:00:00Z
Bo      | visited | 2026-06-01T08:00:00Z | 2026-06-30T12:00:01Z
Cem     | visited | 2026-06-01T08:00:00Z |
""",
        ),
        Spec(
            "Age counts from when it happened",
            "Not from when it was learned.",
            """
scores:
  interest:
    cooling: {linear: 10d}
    rules:
      - {name: Visit, points: 10, event: visited}
""",
            """
lead | => scores.interest
Ada  | 2
""",
            events="""
lead_id | event   | occurred_at          | received_at
Ada     | visited | 2026-06-22T08:00:00Z | 2026-06-29T08:00:00Z
""",
        ),
        Spec(
            "A day alone is its midnight",
            "A time without an hour is the start of that day, in UTC, for evidence and for the moment of the reading.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
Bo   | 0
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | 2026-06-30
Bo      | visited | 2026-06-30T00:00:01Z
""",
            as_of="2026-06-30",
        ),
    ),
)

MESSAGES = Section(
    "Each message once",
    "Systems deliver some events twice. Events of a lead with the same `message_id` are one event.",
    (
        Spec(
            "Repeats are dropped",
            "The same message, delivered three times.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
Bo   | 2
""",
            events="""
lead_id | event   | occurred_at          | message_id
Ada     | visited | 2026-06-01T08:00:00Z | a1
Ada     | visited | 2026-06-01T08:00:00Z | a1
Ada     | visited | 2026-06-01T08:00:00Z | a1
Bo      | visited | 2026-06-01T08:00:00Z | b1
Bo      | visited | 2026-06-01T08:00:00Z | b2
""",
        ),
        Spec(
            "Every lead has its own messages",
            "A message about two leads is an event of each, so that no lead's score depends on who else is scored.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
Bo   | 1
""",
            events="""
lead_id | event   | occurred_at          | message_id
Ada     | visited | 2026-06-01T08:00:00Z | invitation-7
Bo      | visited | 2026-06-01T08:00:00Z | invitation-7
Bo      | visited | 2026-06-02T08:00:00Z | invitation-7
""",
        ),
        Spec(
            "Without a message id there are no repeats",
            "A blank is no id.",
            COUNT,
            """
lead | => scores.interest
Ada  | 3
""",
            events="""
lead_id | event   | occurred_at          | message_id
Ada     | visited | 2026-06-01T08:00:00Z |
Ada     | visited | 2026-06-01T08:00:00Z |
Ada     | visited | 2026-06-01T08:00:00Z | " "
""",
        ),
        Spec(
            "Nothing is known before it happens",
            "Where clocks differ, an event may seem to have been received before it happened. It was known when it"
            " happened, not earlier. So the short visit was the first that was known, and stays.",
            """
scores:
  interest:
    rules:
      - {name: Long visit, points: 7, event: visited, where: {seconds: {at_least: 60}}}
      - {name: Short visit, points: 1, event: visited, where: {seconds: {below: 60}}}
""",
            """
lead | => scores.interest
Ada  | 1
""",
            events="""
lead_id | event   | occurred_at          | received_at          | message_id | seconds
Ada     | visited | 2026-06-10T08:00:00Z | 2026-06-01T08:00:00Z | a1         | 300
Ada     | visited | 2026-06-03T08:00:00Z | 2026-06-02T08:00:00Z | a1         | 5
""",
        ),
        Spec(
            "The first that was known stays",
            "A repeat that arrived later changes nothing, wherever it stands in the file.",
            """
scores:
  interest:
    rules:
      - {name: Long visit, points: 7, event: visited, where: {seconds: {at_least: 60}}}
      - {name: Short visit, points: 1, event: visited, where: {seconds: {below: 60}}}
""",
            """
lead | => scores.interest
Ada  | 1
Bo   | 7
""",
            events="""
lead_id | event   | occurred_at          | received_at          | message_id | seconds
Ada     | visited | 2026-06-01T08:00:00Z | 2026-06-03T08:00:00Z | a1         | 300
Ada     | visited | 2026-06-01T08:00:00Z | 2026-06-02T08:00:00Z | a1         | 5
Bo      | visited | 2026-06-01T08:00:00Z | 2026-06-02T08:00:00Z | b1         | 300
Bo      | visited | 2026-06-01T08:00:00Z | 2026-06-03T08:00:00Z | b1         | 5
""",
        ),
    ),
)

EVENTS = Section(
    "Events",
    "A row is an event: whose, what, when, and a column for each property.",
    (
        Spec(
            "Ways to write a time",
            "ISO 8601 with or without a zone (then it is UTC), and seconds or milliseconds since 1970.",
            """
scores:
  interest:
    cooling: {linear: 10d}
    rules:
      - {name: Visit, points: 10, event: visited}
""",
            """
lead           | => scores.interest
with Z         | 9
with a zone    | 8
without a zone | 9
with a space   | 9
day alone      | 9
with fractions | 9
seconds        | 9
milliseconds   | 9
""",
            events="""
lead_id        | event   | occurred_at
with Z         | visited | 2026-06-29T00:30:00Z
with a zone    | visited | 2026-06-29T00:30:00+02:00
without a zone | visited | 2026-06-29T00:30:00
with a space   | visited | 2026-06-29 00:30:00
day alone      | visited | 2026-06-29
with fractions | visited | 2026-06-29T23:59:59.999999Z
seconds        | visited | 1782691200
milliseconds   | visited | 1782777599999
""",
        ),
        Spec(
            "Times before 1970",
            "In seconds they are negative. From the last day of 1969 to the 30th of June 2026 it is 20635 days.",
            """
flags:
  before_1970: {event: visited, last: {older_than: 20635d}}
""",
            """
lead | => flags.before_1970
Ada  | true
Bo   | false
Cem  | true
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | -1
Bo      | visited | 0
Cem     | visited | 1969-07-20T20:17:40Z
""",
        ),
        Spec(
            "A time that cannot be read",
            "Such an event is left out, and reported with its row.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | yesterday
Ada     | visited | 2026-02-30
Ada     | visited |
Ada     | visited | 2026-06-01
""",
        ),
        Spec(
            "Kinds of events that the definition does not know",
            "They are counted, reported, and left out, also where a rule counts `any` event.",
            """
scores:
  interest:
    rules:
      - {name: Anything, points: 1, event: any}
""",
            """
events                          | => scores.interest
1d visited; 1d opened_the_door  | 1
1d Visited                      | 0
""",
        ),
        Spec(
            "Events of leads that are not in the leads' file",
            "They are counted, reported, and left out.",
            COUNT,
            """
lead | => scores.interest
Ada  | 1
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | 2026-06-01
Nobody  | visited | 2026-06-01
""",
        ),
        Spec(
            "A lead without events",
            "Is read all the same.",
            COUNT,
            """
lead | => scores.interest | => temperature
Ada  | 0                  | cool
""",
        ),
        Spec(
            "Properties as JSON",
            "Instead of a column for each property there may be one column `properties`.",
            """
scores:
  interest:
    rules:
      - {name: Minutes, points: 1, event: visited, where: {page: pricing}, per: {property: seconds, every: 60}}
""",
            """
lead | => scores.interest
Ada  | 5
Bo   | 5
Cem  | 0
""",
            events=r"""
lead_id | event   | occurred_at | properties
Ada     | visited | 2026-06-01  | {"page": "pricing", "seconds": 300, "more": [1, 2]}
Bo      | visited | 2026-06-01  | {"page": "pricing", "seconds": "300"}
Cem     | visited | 2026-06-01  | {"page": "pricing", "seconds": null}
""",
        ),
        Spec(
            "Columns that the definition does not know",
            "They are ignored; `check` with the data at hand names them.",
            COUNT,
            """
lead | shoe_size | => scores.interest
Ada  | 44        | 1
""",
            events="""
lead_id | event   | occurred_at | weather
Ada     | visited | 2026-06-01  | fair
""",
        ),
        Spec(
            "Lead ids are text",
            "`007` and `7` are two leads.",
            COUNT,
            """
lead | => scores.interest
007  | 2
7    | 1
""",
            events="""
lead_id | event   | occurred_at
007     | visited | 2026-06-01
007     | visited | 2026-06-02
7       | visited | 2026-06-01
""",
        ),
    ),
)

TRAITS = Section(
    "The log of traits",
    "Answers may come with their dates: a row for each answer. It may stand in for the traits in the leads' file, or"
    " beside them.",
    (
        Spec(
            "The latest answer",
            "What was said last is what is known.",
            """
flags:
  northwind: {trait: company, is: Northwind}
""",
            """
lead | => flags.northwind
Ada  | true
Bo   | false
""",
            traits="""
lead_id | trait   | value     | occurred_at
Ada     | company | Fabrikam  | 2026-05-01T08:00:00Z
Ada     | company | Northwind | 2026-05-02T08:00:00Z
Bo      | company | Fabrikam  | 2026-05-02T08:00:00Z
Bo      | company | Northwind | 2026-05-01T08:00:00Z
""",
        ),
        Spec(
            "As it was known",
            "Answers that were given later, or that you learned of later, don't exist yet.",
            """
flags:
  northwind: {trait: company, is: Northwind}
""",
            """
lead | => flags.northwind
Ada  | true
Bo   | true
Cem  | null
""",
            traits="""
lead_id | trait   | value     | occurred_at          | received_at
Ada     | company | Northwind | 2026-05-01T08:00:00Z |
Ada     | company | Fabrikam  | 2026-07-01T08:00:00Z |
Bo      | company | Northwind | 2026-05-01T08:00:00Z | 2026-05-01T08:00:00Z
Bo      | company | Fabrikam  | 2026-05-02T08:00:00Z | 2026-07-01T08:00:00Z
Cem     | company | Northwind | 2026-05-01T08:00:00Z | 2026-06-30T12:00:01Z
""",
        ),
        Spec(
            "Two answers of the same time",
            "Then the one that was learned last.",
            """
flags:
  northwind: {trait: company, is: Northwind}
""",
            """
lead | => flags.northwind
Ada  | true
""",
            traits="""
lead_id | trait   | value     | occurred_at          | received_at
Ada     | company | Northwind | 2026-05-01T08:00:00Z | 2026-05-03T08:00:00Z
Ada     | company | Fabrikam  | 2026-05-01T08:00:00Z | 2026-05-02T08:00:00Z
""",
        ),
        Spec(
            "The log goes before the leads' file",
            "For the traits that it has an answer to. The others are as in the file.",
            """
flags:
  northwind: {trait: company, is: Northwind}
  large: {trait: employees, at_least: 100}
""",
            """
lead | company   | employees | => flags.northwind | => flags.large
Ada  | Fabrikam  | 500       | true               | true
Bo   | Northwind | 500       | true               | false
""",
            traits="""
lead_id | trait     | value     | occurred_at
Ada     | company   | Northwind | 2026-05-01T08:00:00Z
Bo      | employees | 5         | 2026-05-01T08:00:00Z
""",
        ),
        Spec(
            "An answer taken back",
            "A blank in the log makes a trait unknown again, whatever was known before or stands in the leads' file.",
            """
flags:
  northwind: {trait: company, is: Northwind}
  large: {trait: employees, at_least: 100}
""",
            """
lead | employees | => flags.northwind | => flags.large
Ada  | 500       | null               | null
""",
            traits="""
lead_id | trait     | value     | occurred_at
Ada     | company   | Northwind | 2026-05-01T08:00:00Z
Ada     | company   |           | 2026-05-02T08:00:00Z
Ada     | employees |           | 2026-05-02T08:00:00Z
""",
        ),
        Spec(
            "Answers have types too",
            "What does not fit is unknown, and does not fall back on an older answer.",
            """
flags:
  large: {trait: employees, at_least: 100}
""",
            """
lead | employees | => flags.large
Ada  | 5         | true
Bo   | 500       | null
""",
            traits="""
lead_id | trait     | value | occurred_at
Ada     | employees | 120.0 | 2026-05-01T08:00:00Z
Bo      | employees | 120   | 2026-05-01T08:00:00Z
Bo      | employees | lots  | 2026-05-02T08:00:00Z
""",
        ),
    ),
)

TOPIC = Topic(
    "evidence",
    "Evidence",
    "Evidence is what is known of leads and what they did: a file of leads, a log of events, and, if you like, a log of"
    " traits. Only evidence, the definition and the moment of the reading decide what comes out. How the cells of these"
    " files are read: see [values](values.md).",
    """
profile:
  company:   {type: text}
  employees: {type: integer}
events:
  visited: {properties: {page: text, seconds: integer}}
""",
    (MOMENT, MESSAGES, EVENTS, TRAITS),
)
