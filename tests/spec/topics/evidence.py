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
    "Systems deliver some events twice. Events with the same `message_id` are one event.",
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


def shown(title: str, prose: str, flags: str, leads: str, profile: str = "") -> Spec:
    """What a value is taken for, shown by flags."""
    return Spec(title, prose, f"{profile}flags:\n{flags}", leads)


VALUES = Section(
    "Values",
    "Files hold text; the definition says of which type it is. What does not fit the type becomes unknown, and is"
    " reported with its row and text.",
    (
        shown(
            "Blank is unknown",
            "Nothing, or nothing but spaces.",
            "  known: {trait: company, known: true}\n",
            r"""
company   | => flags.known
Northwind | true
-         | true
          | false
"   "     | false
"\t"      | false
""",
        ),
        shown(
            "Spellings of unknown",
            "`unknown` lists texts that mean *not known*, exactly as written.",
            "  known: {trait: company, known: true}\n",
            """
company | => flags.known
NA      | false
Select  | false
na      | true
NAB     | true
        | false
""",
            'profile:\n  company: {type: text, unknown: ["", NA, Select]}\n',
        ),
        shown(
            "Spellings of unknown, for numbers",
            "Such as a number that stands for no answer.",
            "  known: {trait: employees, known: true}\n  small: {trait: employees, below: 10}\n",
            """
employees | => flags.known | => flags.small
-1        | false          | null
999       | false          | null
9         | true           | true
99        | true           | false
""",
            'profile:\n  employees: {type: integer, unknown: ["-1", "999"]}\n',
        ),
        shown(
            "Text is not trimmed",
            "Spaces around a text belong to it.",
            "  same: {trait: company, is: Northwind}\n",
            """
company      | => flags.same
Northwind    | true
" Northwind" | false
"Northwind " | false
""",
        ),
        shown(
            "Spaces around anything else do not matter",
            "Numbers, dates, yes and no are read without them.",
            "  ten: {trait: employees, is: 10}\n  half: {trait: revenue, is: 0.5}\n  yes: {trait: opted_in, is: true}\n"
            "  christmas: {trait: buying_on, is: 2026-12-24}\n",
            """
employees | revenue | opted_in | buying_on     | => flags.ten | => flags.half | => flags.yes | => flags.christmas
" 10"     | "0.5 "  | " yes "  | " 2026-12-24" | true         | true          | true         | true
""",
        ),
        shown(
            "Whole numbers",
            "With a sign or with zeros behind a point, but with nothing else.",
            "  ten: {trait: employees, is: 10}\n  known: {trait: employees, known: true}\n",
            """
employees           | => flags.ten | => flags.known
10                  | true         | true
+10                 | true         | true
10.0                | true         | true
010                 | true         | true
-10                 | false        | true
10.5                | null         | false
ten                 | null         | false
1,000               | null         | false
10 000              | null         | false
9223372036854775807 | false        | true
9223372036854775808 | null         | false
""",
        ),
        shown(
            "Numbers",
            "Decimal or with an exponent, and finite.",
            "  thousand: {trait: revenue, is: 1000}\n  known: {trait: revenue, known: true}\n",
            """
revenue  | => flags.thousand | => flags.known
1000     | true              | true
1000.00  | true              | true
1e3      | true              | true
1.0E+03  | true              | true
-1000    | false             | true
.5       | false             | true
1.000,00 | null              | false
NaN      | null              | false
inf      | null              | false
1e999    | null              | false
0x10     | null              | false
""",
        ),
        shown(
            "Yes and no",
            "In any case of letters.",
            "  yes: {trait: opted_in, is: true}\n",
            """
opted_in | => flags.yes
true     | true
TRUE     | true
yes      | true
Yes      | true
1        | true
false    | false
No       | false
0        | false
y        | null
2        | null
on       | null
         | null
""",
        ),
        shown(
            "Dates",
            "Year, month, day. A day that does not exist is unknown.",
            "  christmas: {trait: buying_on, is: 2026-12-24}\n",
            """
buying_on  | => flags.christmas
2026-12-24 | true
2026-12-25 | false
2026-02-30 | null
24.12.2026 | null
20261224   | null
soon       | null
""",
        ),
        shown(
            "Dates with a time",
            "They are the day it is then in UTC: late in the evening in New York, the next day has begun.",
            "  christmas: {trait: buying_on, is: 2026-12-24}\n",
            """
buying_on                 | => flags.christmas
2026-12-24T09:30:00Z      | true
2026-12-24 23:30:00       | true
2026-12-23T23:30:00-05:00 | true
2026-12-24T23:30:00-05:00 | false
""",
        ),
        shown(
            "A column of another name",
            "`column` says what a trait is called in your files.",
            "  web: {trait: channel, is: Web}\n",
            """
Lead Source | => flags.web
Web         | true
Fair        | false
            | null
""",
            "profile:\n  channel: {type: text, column: Lead Source}\n",
        ),
        shown(
            "A column that is not there",
            "Then the trait is unknown for every lead.",
            "  web: {trait: channel, is: Web}\n",
            """
company   | => flags.web
Northwind | null
""",
            "profile:\n  company: {type: text}\n  channel: {type: text}\n",
        ),
        shown(
            "Values that are not listed",
            "`values` tells people and `check` which values are expected. Another value is known all the same.",
            "  known: {trait: industry, known: true}\n  software: {trait: industry, is: software}\n",
            """
industry | => flags.known | => flags.software
software | true           | true
Software | true           | false
mining   | true           | false
""",
            "profile:\n  industry: {type: text, values: [software, retail]}\n",
        ),
        Spec(
            "A property that does not fit its type",
            "It is unknown; the event counts.",
            """
scores:
  visits:
    rules:
      - {name: Visit, points: 1, event: visited}
  minutes:
    rules:
      - {name: Minutes, points: 1, event: visited, per: {property: seconds, every: 60}}
""",
            """
events                 | => scores.visits | => scores.minutes
1d visited seconds=120 | 1                | 2
1d visited seconds=2m  | 1                | 0
1d visited seconds=1e2 | 1                | 0
1d visited             | 1                | 0
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
    " traits. Only evidence, the definition and the moment of the reading decide what comes out.",
    """
profile:
  company:   {type: text}
  employees: {type: integer}
  revenue:   {type: number}
  opted_in:  {type: boolean}
  buying_on: {type: date}
events:
  visited: {properties: {page: text, seconds: integer}}
""",
    (MOMENT, MESSAGES, EVENTS, VALUES, TRAITS),
)
