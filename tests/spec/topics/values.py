"""The reference of values: what the text in a file is taken for."""

from tests.spec.case import Section, Spec, Topic


def shown(title: str, prose: str, flags: str, leads: str, profile: str = "") -> Spec:
    """What a value is taken for, shown by flags."""
    return Spec(title, prose, f"{profile}flags:\n{flags}", leads)


UNKNOWN = Section(
    "What is not known",
    "Blank cells are not known, and what else you say means the same.",
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
    ),
)

TYPES = Section(
    "The five types",
    "What a text is read as depends on the type of the trait or property.",
    (
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

COLUMNS = Section(
    "Columns and values",
    "Where a trait stands in your files, and what may stand there.",
    (
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
    ),
)

TOPIC = Topic(
    "values",
    "Values",
    "Files hold text; the definition says of which type it is. What does not fit the type becomes unknown, and is"
    " reported with its row and text.",
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
    (UNKNOWN, TYPES, COLUMNS),
)
