"""The reference of what engines are apt to disagree about, and here must not."""

from tests.spec.case import Section, Spec, Topic


def shown(title: str, prose: str, flags: str, leads: str) -> Spec:
    """What a value is taken for, shown by flags."""
    return Spec(title, prose, f"flags:\n{flags}", leads)


TEXTS = Section(
    "Texts",
    "A text is the signs that were written, no more and no less.",
    (
        shown(
            "Unlike signs are unlike",
            "Case counts, and so does how an accent is written: as one sign, or as a letter with a mark behind it.",
            '  same: {trait: company, is: "Café Zoë"}\n  like: {trait: company, matches: "^café zoë$"}\n',
            r"""
company          | => flags.same | => flags.like
Café Zoë         | true          | true
café zoë         | false         | true
CAFÉ ZOË         | false         | true
"Cafe\u0301 Zoë" | false         | false
Cafe Zoe         | false         | false
""",
        ),
        shown(
            "Signs outside the first plane",
            "A smiley is one sign, and so is a rare Chinese one.",
            '  one: {trait: company, matches: "^.$"}\n  smiles: {trait: company, contains: "😀"}\n',
            """
company | => flags.one | => flags.smiles
😀      | true         | true
𠮷      | true         | false
😀😀    | false        | true
東      | true         | false
東京    | false        | false
""",
        ),
        shown(
            "Signs that mean something to databases",
            "Quotes, backslashes, percent signs, dollars, braces and semicolons are texts like any other.",
            """  quote:   {trait: company, is: "it's"}
  double:  {trait: company, is: 'say "no"'}
  slash:   {trait: company, is: 'C:\\new'}
  percent: {trait: company, contains: "100%"}
  dollar:  {trait: company, is: "$1 ?1 :a {x} ; --"}
""",
            r"""
company                  | => flags.quote | => flags.double | => flags.slash | => flags.percent | => flags.dollar
it's                     | true           | false           | false          | false            | false
"say \"no\""             | false          | true            | false          | false            | false
C:\new                   | false          | false           | true           | false            | false
100% sure                | false          | false           | false          | true             | false
100 sure                 | false          | false           | false          | false            | false
$1 ?1 :a {x} ; --        | false          | false           | false          | false            | true
""",
        ),
        shown(
            "Nothing, and nothing but white space",
            "Both are unknown, whichever white space it is. A text around it keeps it.",
            "  known: {trait: company, known: true}\n  dot: {trait: company, is: .}\n",
            r"""
company            | => flags.known | => flags.dot
                   | false          | null
"  "               | false          | null
"\t\r\n"           | false          | null
"\u00a0\u2003"     | false          | null
"\u3000"           | false          | null
.                  | true           | true
" ."               | true           | false
"\u00a0."          | true           | false
"\u200b"           | true           | false
""",
        ),
        shown(
            "Line ends",
            "A dot stands for any sign but a line feed; `^` and `$` are the ends of the text, not of a line.",
            '  dot: {trait: company, matches: "^a.b$"}\n  start: {trait: company, matches: "^b"}\n',
            r"""
company  | => flags.dot | => flags.start
axb      | true         | false
"a\rb"   | true         | false
"a\nb"   | false        | false
"axb\n"  | false        | false
b        | false        | true
""",
        ),
        shown(
            "Letters of other languages, ignoring case",
            "Greek has two small sigmas, English a Kelvin sign; a Turkish dotless i is another letter than i, and ß"
            " is not ss.",
            """  sigma:  {trait: company, matches: "ΟΔΟΣ"}
  kelvin: {trait: company, matches: "^K$"}
  dot:    {trait: company, matches: "^istanbul$"}
  sharp:  {trait: company, matches: "strasse"}
""",
            """
company  | => flags.sigma | => flags.kelvin | => flags.dot | => flags.sharp
οδος     | true           | false           | false        | false
οδοσ     | true           | false           | false        | false
k        | false          | true            | false        | false
\u212a   | false          | true            | false        | false
Istanbul | false          | false           | true         | false
ıstanbul | false          | false           | false        | false
İstanbul | false          | false           | false        | false
STRASSE  | false          | false           | false        | true
straße   | false          | false           | false        | false
""".replace("\\u212a  ", '"\\u212a"'),
        ),
        shown(
            "Digits and words are English",
            r"`\d`, `\w` and `\b` know ASCII only, so that they mean the same wherever a database was set up.",
            """  digit: {trait: company, matches: '^\\d$'}
  word:  {trait: company, matches: '^\\w+$'}
  edge:  {trait: company, matches: '\\bvp\\b'}
""".replace("\\\\", "\\"),
            """
company | => flags.digit | => flags.word | => flags.edge
7       | true           | true          | false
٣       | false          | false         | false
a_1     | false          | true          | false
Zoë     | false          | false         | false
the VP  | false          | false         | true
évp     | false          | false         | true
svp     | false          | true          | false
""",
        ),
    ),
)

NUMBERS = Section(
    "Numbers",
    "Whole numbers have 64 bits; numbers with decimals are binary ones of 64 bits.",
    (
        shown(
            "The largest whole numbers",
            "One more is unknown, as it can't be held.",
            "  most: {trait: employees, is: 9223372036854775807}\n"
            "  least: {trait: employees, below: -9223372036854775807}\n",
            """
employees            | => flags.most | => flags.least
9223372036854775807  | true          | false
9223372036854775806  | false         | false
9223372036854775808  | null          | null
-9223372036854775808 | false         | true
-9223372036854775809 | null          | null
+0012                | false         | false
99999999999999999999999999999999999999999999 | null | null
""",
        ),
        shown(
            "Numbers that only a decimal system can write",
            "A tenth and two tenths are not three tenths, here as on any machine; what is written alike is the same.",
            "  same: {trait: revenue, is: 0.3}\n  most: {trait: revenue, at_least: 0.1}\n",
            """
revenue              | => flags.same | => flags.most
0.3                  | true          | true
0.30000000000000004  | false         | true
3e-1                 | true          | true
0.1                  | false         | true
0.09999999999999999  | false         | false
-0                   | false         | false
1e308                | false         | true
1e309                | null          | null
1e-400               | false         | false
NaN                  | null          | null
inf                  | null          | null
""",
        ),
        Spec(
            "Sums are exact",
            "Ten thousandths of points add up without rounding, however many there are.",
            """
scores:
  large:
    range: [-1000000, 1000000]
    rules:
      - {name: Large, points: 999999.9998, event: visited}
      - {name: Small, points: 0.0003, event: visited}
      - {name: Less, points: -1000000, event: visited}
""",
            """
events            | => scores.large
3 x 1d visited    | 0.0003
1000 x 1d visited | 0.1
""",
        ),
        Spec(
            "Large quantities",
            "A quantity is bounded before anything is multiplied by it.",
            """
scores:
  minutes:
    rules:
      - {name: Minutes, points: 1, event: visited, per: {property: seconds, every: 60, up_to: 5}}
""",
            """
events                                      | => scores.minutes
1d visited seconds=9223372036854775807      | 5
1d visited seconds=-9223372036854775808     | 0
1d visited seconds=299                      | 4
1d visited seconds=9223372036854775808      | 0
""",
        ),
        Spec(
            "Large quantities of numbers with decimals",
            "However large, a quantity is no more than its bound.",
            """
events:
  visited: {properties: {minutes: number}}
scores:
  minutes:
    rules:
      - {name: Minutes, points: 1, event: visited, per: {property: minutes, every: 0.5, up_to: 5}}
""",
            """
events                    | => scores.minutes
1d visited minutes=1e300  | 5
1d visited minutes=-1e300 | 0
1d visited minutes=1e19   | 5
1d visited minutes=2.4    | 4
""",
        ),
    ),
)

DAYS = Section(
    "Days and times",
    "A day is a UTC day, in any year and whatever the time zone of a server.",
    (
        shown(
            "Days before 1970 and after 2038",
            "Ages count through both without a jump.",
            "  was: {trait: buying_on, older_than: 20634d}\n  is: {trait: buying_on, within_next: 4221d}\n"
            "  old: {trait: buying_on, below: 1904-03-01}\n",
            """
buying_on  | => flags.was | => flags.is | => flags.old
1970-01-01 | true         | false       | false
1970-01-02 | false        | false       | false
1969-12-31 | true         | false       | false
1904-02-29 | true         | false       | true
1904-03-01 | true         | false       | false
2038-01-19 | false        | true        | false
2038-01-20 | false        | false       | false
2100-03-01 | false        | false       | false
""",
        ),
        shown(
            "Days of leap years",
            "The 29th of February exists every four years, but for the hundreds that four hundred doesn't divide.",
            "  known: {trait: buying_on, known: true}\n",
            """
buying_on  | => flags.known
2024-02-29 | true
2025-02-29 | false
2000-02-29 | true
2100-02-29 | false
1904-02-29 | true
2096-02-29 | true
2024-02-30 | false
2024-04-31 | false
2024-13-01 | false
2024-00-10 | false
2024-01-00 | false
""",
        ),
        shown(
            "The first and the last day",
            "Days lie in the years 1 to 9999.",
            "  known: {trait: buying_on, known: true}\n  old: {trait: buying_on, below: 1066-10-14}\n",
            """
buying_on  | => flags.known | => flags.old
0001-01-01 | true           | true
9999-12-31 | true           | false
0000-12-31 | false          | null
""",
        ),
        shown(
            "A time with an offset is a day in UTC",
            "To the minute, at new year and on leap days, too.",
            "  leap: {trait: buying_on, is: 2024-02-29}\n  new: {trait: buying_on, is: 2027-01-01}\n",
            """
buying_on                        | => flags.leap | => flags.new
2024-02-29T23:59:59Z             | true          | false
2024-03-01T05:29:59+05:30        | true          | false
2024-03-01T05:30:00+0530         | false         | false
2024-02-28T18:30:00.123-05:30    | true          | false
2024-02-28T18:29-05:30           | false         | false
2026-12-31T14:00-10              | false         | true
2026-12-31T13:59-10              | false         | false
2027-01-01T00:00:00.999999+00:00 | false         | true
2027-01-01T00:00:00+00           | false         | true
2026-12-31 23:59:59-00:01        | false         | true
2027-01-01T24:00:00Z             | null          | null
""",
        ),
        Spec(
            "Ages over leap days and centuries",
            "Age is the number of days between, so a leap day makes a year longer.",
            """
scores:
  interest:
    range: [0, 36500]
    cooling: {linear: 36500d}
    rules:
      - {name: Visit, points: 36500, event: visited, count: latest}
""",
            """
lead | => scores.interest
Ada  | 36500
Bo   | 36499
Cem  | 36134
Dan  | 711
Eve  | 1
Fay  | 0
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | 2024-03-01T00:00:00Z
Bo      | visited | 2024-02-29T23:59:59.999999Z
Cem     | visited | 2023-03-01T12:00:00Z
Dan     | visited | 1926-03-07T00:00:00Z
Eve     | visited | 1924-03-27T00:00:00Z
Fay     | visited | 1924-03-26T23:59:59Z
""",
            as_of="2024-03-01T00:00:00Z",
        ),
        Spec(
            "Scores of the future",
            "An as-of time after 2038 is a time like any other.",
            """
scores:
  interest:
    cooling: {linear: 10d}
    rules:
      - {name: Visit, points: 10, event: visited}
""",
            """
lead | => scores.interest
Ada  | 9
""",
            events="""
lead_id | event   | occurred_at
Ada     | visited | 2100-02-28T23:00:00Z
""",
            as_of="2100-03-01T01:00:00+00:00",
        ),
    ),
)

ORDER = Section(
    "Order",
    "Where two rows are told apart only by their texts, the order of their bytes in UTF-8 decides, in any database.",
    (
        Spec(
            "Two answers of one moment",
            "The later in that order stays: small letters come behind capital ones, and accents behind both.",
            "flags:\n  big: {trait: company, is: B}\n  small: {trait: company, is: a}\n"
            "  accent: {trait: company, is: é}\n",
            """
lead | => flags.big | => flags.small | => flags.accent
Ada  | false        | true           | false
Bo   | false        | false          | true
""",
            traits="""
lead_id | trait   | value | occurred_at
Ada     | company | a     | 2026-06-01T08:00:00Z
Ada     | company | B     | 2026-06-01T08:00:00Z
Bo      | company | é     | 2026-06-01T08:00:00Z
Bo      | company | z     | 2026-06-01T08:00:00Z
Bo      | company | Z     | 2026-06-01T08:00:00Z
""",
        ),
        Spec(
            "Two messages of one moment",
            "The earlier in that order stays, and nothing comes before something.",
            """
scores:
  pages:
    rules:
      - {name: B, points: 1, event: visited, where: {page: B}}
      - {name: a, points: 10, event: visited, where: {page: a}}
      - {name: none, points: 100, event: visited, where: {page: {known: false}}}
""",
            """
lead | => scores.pages
Ada  | 1
Bo   | 100
""",
            events="""
lead_id | event   | occurred_at          | message_id | page
Ada     | visited | 2026-06-01T08:00:00Z | m1         | a
Ada     | visited | 2026-06-01T08:00:00Z | m1         | B
Bo      | visited | 2026-06-01T08:00:00Z | m1         | a
Bo      | visited | 2026-06-01T08:00:00Z | m1         |
""",
        ),
        Spec(
            "Ids are texts",
            "With quotes, in other scripts, with zeros in front; what differs by a space or by case differs.",
            """
scores:
  visits:
    rules:
      - {name: Visit, points: 1, event: visited}
""",
            """
lead   | => scores.visits
007    | 1
7      | 0
it's   | 2
東京   | 1
ada    | 0
Ada    | 1
""",
            events="""
lead_id | event   | occurred_at
007     | visited | 2026-06-01T08:00:00Z
it's    | visited | 2026-06-01T08:00:00Z
it's    | visited | 2026-06-02T08:00:00Z
東京    | visited | 2026-06-01T08:00:00Z
Ada     | visited | 2026-06-01T08:00:00Z
""",
        ),
    ),
)

TOPIC = Topic(
    "everywhere",
    "The same everywhere",
    "The same definition over the same evidence gives the same scores on every engine. These are the corners in which"
    " databases differ from one another.",
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
    (TEXTS, NUMBERS, DAYS, ORDER),
)
