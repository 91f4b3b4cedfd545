"""The reference of conditions on traits: every operator, for every type."""

from tests.spec.case import Section, Spec, Topic


def asked(title: str, prose: str, condition: str, leads: str) -> Spec:
    """A condition asked as a flag, because a flag shows all three answers."""
    return Spec(title, prose, f"flags:\n  answer: {condition}\n", leads.replace("=> answer", "=> flags.answer"))


TEXT = Section(
    "Text",
    "Text is compared exactly, letter by letter, and is not trimmed; only `matches` and `contains` ignore case.",
    (
        asked(
            "is",
            "The same text, letter by letter.",
            "{trait: industry, is: software}",
            """
industry    | => answer
software    | true
Software    | false
"software " | false
fintech     | false
            | null
""",
        ),
        asked(
            "is_not",
            "Another text. What is not known is not another text: the answer is unknown.",
            "{trait: industry, is_not: software}",
            """
industry | => answer
fintech  | true
Software | true
software | false
         | null
""",
        ),
        asked(
            "in",
            "One of several.",
            "{trait: industry, in: [software, fintech]}",
            """
industry | => answer
software | true
fintech  | true
retail   | false
         | null
""",
        ),
        asked(
            "not_in",
            "None of several.",
            "{trait: industry, not_in: [software, fintech]}",
            """
industry | => answer
retail   | true
software | false
         | null
""",
        ),
        asked(
            "matches",
            "A regular expression, searched for anywhere in the text, ignoring case.",
            '{trait: job_title, matches: "chief|vp|head|director"}',
            """
job_title            | => answer
Director of IT       | true
Deputy VP, Marketing | true
CHIEF OF STAFF       | true
Directory assistant  | true
Clerk                | false
                     | null
""",
        ),
        asked(
            "matches, at the start and at the end",
            "`^` and `$` tie the expression to the ends of the text.",
            '{trait: job_title, matches: "^(head|chief) of [a-z]+$"}',
            """
job_title           | => answer
Head of Sales       | true
Chief of Staff      | true
Deputy Head of Sales | false
Head of Sales, EMEA | false
""",
        ),
        asked(
            "matches, with counts",
            "Classes and counts work as usual: two or three digits in a row, and a letter.",
            '{trait: job_title, matches: "[0-9]{2,3}[a-z]"}',
            """
job_title | => answer
12a       | true
123B      | true
1a        | false
12-a      | false
""",
        ),
        asked(
            "matches, beyond English",
            "Ignoring case works for other letters too.",
            '{trait: job_title, matches: "geschäftsführer|部長"}',
            """
job_title           | => answer
GESCHÄFTSFÜHRERIN   | true
営業部長             | true
Geschaeftsfuehrer   | false
""",
        ),
        asked(
            "matches, with signs that mean something",
            "A backslash makes a sign stand for itself.",
            r"""{trait: job_title, matches: 'c\+\+|\(it\)'}""",
            """
job_title      | => answer
C++ developer  | true
Director (IT)  | true
C developer    | false
Director IT    | false
""",
        ),
        asked(
            "contains",
            "A piece of text, anywhere, ignoring case.",
            "{trait: company, contains: cloud}",
            """
company         | => answer
Northwind Cloud | true
CLOUDBERRY      | true
Northwind       | false
                | null
""",
        ),
        asked(
            "contains takes every sign as it is",
            "Neither `%` nor `_` nor `.` is a placeholder.",
            "{trait: company, contains: 100%_a.b}",
            """
company       | => answer
the 100%_A.B  | true
100%xa.b      | false
100 and _a.b  | false
100%_axb      | false
""",
        ),
        asked(
            "contains, beyond English",
            "Ignoring case works for other letters too.",
            "{trait: company, contains: MÜNCHEN}",
            """
company      | => answer
Münchener Re | true
münchen ost  | true
Muenchen     | false
""",
        ),
        asked(
            "known",
            "Whether there is an answer at all. This is the one question that an unknown trait can answer.",
            "{trait: industry, known: true}",
            """
industry | => answer
software | true
         | false
""",
        ),
        asked(
            "not known",
            "The opposite, to ask for what is still to be learned.",
            "{trait: industry, known: false}",
            """
industry | => answer
software | false
         | true
""",
        ),
        asked(
            "Text that looks like something else",
            "Text stays text: leading zeros count, and `no` is a word.",
            '{trait: company, in: ["007", "no", "1.0"]}',
            """
company | => answer
007     | true
7       | false
no      | true
false   | false
1.0     | true
1       | false
""",
        ),
        asked(
            "Text with quotes",
            "Quotes and backslashes are letters like any other.",
            r"""{trait: company, is: "O'Brien \"&\" Söhne \\ Co"}""",
            r"""
company                         | => answer
"O'Brien \"&\" Söhne \\ Co"     | true
"O''Brien \"&\" Söhne \\ Co"    | false
""",
        ),
        asked(
            "Several operators together",
            "All of them must hold.",
            "{trait: company, contains: cloud, is_not: Cloud Nine}",
            """
company         | => answer
Northwind Cloud | true
Cloud Nine      | false
Northwind       | false
                | null
""",
        ),
        asked(
            "Several operators, one of them `known`",
            "An unknown trait fails a demand to be known, and that settles the answer.",
            "{trait: company, known: true, is_not: Cloud Nine}",
            """
company    | => answer
Northwind  | true
Cloud Nine | false
           | false
""",
        ),
    ),
)

INTEGER = Section(
    "Whole numbers",
    "The type `integer`.",
    (
        asked(
            "is, for whole numbers",
            "`10` and `10.0` are the same number.",
            "{trait: employees, is: 10}",
            """
employees | => answer
10        | true
10.0      | true
11        | false
          | null
""",
        ),
        asked(
            "is_not, for whole numbers",
            "Another number, and known.",
            "{trait: employees, is_not: 10}",
            """
employees | => answer
11        | true
10        | false
          | null
""",
        ),
        asked(
            "in, for whole numbers",
            "One of several numbers.",
            "{trait: employees, in: [1, 10, 100]}",
            """
employees | => answer
10        | true
11        | false
          | null
""",
        ),
        asked(
            "not_in, for whole numbers",
            "None of several numbers.",
            "{trait: employees, not_in: [1, 10, 100]}",
            """
employees | => answer
11        | true
10        | false
          | null
""",
        ),
        asked(
            "at_least",
            "The number itself is enough.",
            "{trait: employees, at_least: 50}",
            """
employees | => answer
50        | true
51        | true
49        | false
          | null
""",
        ),
        asked(
            "above",
            "The number itself is not enough.",
            "{trait: employees, above: 50}",
            """
employees | => answer
51        | true
50        | false
          | null
""",
        ),
        asked(
            "at_most",
            "The number itself still holds.",
            "{trait: employees, at_most: 50}",
            """
employees | => answer
50        | true
-7        | true
51        | false
          | null
""",
        ),
        asked(
            "below",
            "The number itself does not hold.",
            "{trait: employees, below: 50}",
            """
employees | => answer
49        | true
50        | false
          | null
""",
        ),
        asked(
            "From one number to another",
            "Two operators make an interval.",
            "{trait: employees, at_least: 10, below: 50}",
            """
employees | => answer
9         | false
10        | true
49        | true
50        | false
          | null
""",
        ),
        asked(
            "known, for whole numbers",
            "Zero is known.",
            "{trait: employees, known: true}",
            """
employees | => answer
0         | true
          | false
""",
        ),
        asked(
            "Very large whole numbers are exact",
            "The two numbers below differ by one, and are told apart.",
            "{trait: employees, at_least: 9007199254740993}",
            """
employees        | => answer
9007199254740993 | true
9007199254740992 | false
""",
        ),
    ),
)

NUMBER = Section(
    "Numbers with decimals",
    "The type `number`.",
    (
        asked(
            "is, for numbers",
            "The same number, however it is written.",
            "{trait: revenue, is: 0.3}",
            """
revenue             | => answer
0.3                 | true
0.30                | true
3e-1                | true
.3                  | true
0.30000000000000004 | false
0                   | false
                    | null
""",
        ),
        asked(
            "is_not and not_in, for numbers",
            "Two ways to exclude.",
            "{trait: revenue, is_not: 1.5, not_in: [2, 2.5]}",
            """
revenue | => answer
1       | true
1.50    | false
2.0     | false
        | null
""",
        ),
        asked(
            "in, for numbers",
            "One of several numbers.",
            "{trait: revenue, in: [1.5, 2]}",
            """
revenue | => answer
1.5     | true
2.0     | true
2.5     | false
        | null
""",
        ),
        asked(
            "at_least and at_most, for numbers",
            "Both ends belong to the interval.",
            "{trait: revenue, at_least: 0.5, at_most: 1.5}",
            """
revenue | => answer
0.5     | true
1.5     | true
0.4999  | false
1.5001  | false
        | null
""",
        ),
        asked(
            "above and below, for numbers",
            "Neither end belongs to the interval.",
            "{trait: revenue, above: -0.5, below: 1.5}",
            """
revenue | => answer
0       | true
-0.5    | false
1.5     | false
        | null
""",
        ),
        asked(
            "known, for numbers",
            "Zero is known.",
            "{trait: revenue, known: true}",
            """
revenue | => answer
0.0     | true
        | false
""",
        ),
    ),
)

BOOLEAN = Section(
    "Yes or no",
    "The type `boolean`.",
    (
        asked(
            "is, for yes or no",
            "There are three answers: yes, no, and not known.",
            "{trait: opted_in, is: true}",
            """
opted_in | => answer
true     | true
false    | false
         | null
""",
        ),
        asked(
            "is no",
            "Asking for a no is not the same as asking for anything but a yes: an unknown answer stays unknown.",
            "{trait: opted_in, is: false}",
            """
opted_in | => answer
false    | true
true     | false
         | null
""",
        ),
        asked(
            "is_not, for yes or no",
            "The same as asking for the opposite.",
            "{trait: opted_in, is_not: true}",
            """
opted_in | => answer
false    | true
true     | false
         | null
""",
        ),
        asked(
            "known, for yes or no",
            "A no is known.",
            "{trait: opted_in, known: true}",
            """
opted_in | => answer
false    | true
true     | true
         | false
""",
        ),
    ),
)

DATE = Section(
    "Dates",
    "The type `date`. Dates are compared with dates, or counted in days from the day of the reading: here the 30th of"
    " June 2026.",
    (
        asked(
            "is and in, for dates",
            "A date is a day.",
            "{trait: buying_on, in: [2026-07-01, 2026-10-01]}",
            """
buying_on  | => answer
2026-07-01 | true
2026-07-02 | false
           | null
""",
        ),
        asked(
            "is_not and not_in, for dates",
            "Two ways to exclude days.",
            "{trait: buying_on, is_not: 2026-12-24, not_in: [2026-12-25, 2026-12-26]}",
            """
buying_on  | => answer
2026-12-23 | true
2026-12-24 | false
2026-12-26 | false
           | null
""",
        ),
        asked(
            "is, for dates",
            "One day only.",
            "{trait: buying_on, is: 2026-07-01}",
            """
buying_on  | => answer
2026-07-01 | true
2027-07-01 | false
           | null
""",
        ),
        asked(
            "at_least and below, for dates",
            "The third quarter of 2026.",
            "{trait: buying_on, at_least: 2026-07-01, below: 2026-10-01}",
            """
buying_on  | => answer
2026-06-30 | false
2026-07-01 | true
2026-09-30 | true
2026-10-01 | false
           | null
""",
        ),
        asked(
            "above and at_most, for dates",
            "After the last day of June, up to the last day of September: the same quarter.",
            "{trait: buying_on, above: 2026-06-30, at_most: 2026-09-30}",
            """
buying_on  | => answer
2026-06-30 | false
2026-07-01 | true
2026-09-30 | true
2026-10-01 | false
           | null
""",
        ),
        asked(
            "within_last",
            "Today and the 29 days before; not the future.",
            "{trait: customer_since, within_last: 30d}",
            """
customer_since | => answer
2026-06-30     | true
2026-06-01     | true
2026-05-31     | false
2026-07-01     | false
               | null
""",
        ),
        asked(
            "older_than",
            "Thirty days ago or more: the other side of `within_last: 30d`.",
            "{trait: customer_since, older_than: 30d}",
            """
customer_since | => answer
2026-05-31     | true
1969-07-20     | true
2026-06-01     | false
2026-07-01     | false
               | null
""",
        ),
        asked(
            "within_next",
            "From today up to the 30th day from now; not the past.",
            "{trait: buying_on, within_next: 30d}",
            """
buying_on  | => answer
2026-06-30 | true
2026-07-30 | true
2026-07-31 | false
2026-06-29 | false
           | null
""",
        ),
        asked(
            "beyond",
            "More than 30 days from now: the other side of `within_next: 30d`.",
            "{trait: buying_on, beyond: 30d}",
            """
buying_on  | => answer
2026-07-31 | true
2126-07-30 | true
2026-07-30 | false
2026-06-01 | false
           | null
""",
        ),
        asked(
            "Between two ages",
            "At least one week ago, and less than four.",
            "{trait: customer_since, older_than: 1w, within_last: 4w}",
            """
customer_since | => answer
2026-06-24     | false
2026-06-23     | true
2026-06-03     | true
2026-06-02     | false
               | null
""",
        ),
        asked(
            "known, for dates",
            "A day that does not exist is not known.",
            "{trait: buying_on, known: true}",
            """
buying_on  | => answer
2028-02-29 | true
2026-02-29 | false
           | false
""",
        ),
    ),
)

TOPIC = Topic(
    "traits",
    "Conditions on traits",
    "A condition on a trait asks something of what is known of a lead. The answer is true, false, or – where the trait"
    " is not known – unknown (`null` in JSON). The conditions below are asked as a flag.",
    """
profile:
  industry:       {type: text}
  job_title:      {type: text}
  company:        {type: text}
  employees:      {type: integer}
  revenue:        {type: number}
  opted_in:       {type: boolean}
  buying_on:      {type: date}
  customer_since: {type: date}
""",
    (TEXT, INTEGER, NUMBER, BOOLEAN, DATE),
)
