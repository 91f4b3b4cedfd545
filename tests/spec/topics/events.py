"""The reference of conditions on events."""

from tests.spec.case import Section, Spec, Topic


def asked(title: str, prose: str, condition: str, leads: str) -> Spec:
    """A condition asked as a flag."""
    return Spec(title, prose, f"flags:\n  answer: {condition}\n", leads.replace("=> answer", "=> flags.answer"))


COUNTS = Section(
    "How many, and when",
    "A condition on events counts them. The answer is never unknown: what was not seen did not happen.",
    (
        asked(
            "It happened",
            "Without more, once is enough.",
            "{event: demo_requested}",
            """
events             | => answer
9d demo_requested  | true
9d page_viewed     | false
                   | false
""",
        ),
        asked(
            "So many times at least",
            "`at_least` counts.",
            "{event: page_viewed, at_least: 3}",
            """
events              | => answer
3 x 9d page_viewed  | true
2 x 9d page_viewed  | false
""",
        ),
        asked(
            "It never happened",
            "With `at_most` alone, none is fine too.",
            "{event: demo_requested, at_most: 0}",
            """
events            | => answer
9d demo_requested | false
9d page_viewed    | true
                  | true
""",
        ),
        asked(
            "Not too often",
            "`at_most` alone allows any number up to that.",
            "{event: page_viewed, at_most: 2}",
            """
events              | => answer
                    | true
2 x 9d page_viewed  | true
3 x 9d page_viewed  | false
""",
        ),
        asked(
            "Between two counts",
            "Both ends belong to it.",
            "{event: page_viewed, at_least: 2, at_most: 3}",
            """
events              | => answer
1 x 9d page_viewed  | false
2 x 9d page_viewed  | true
3 x 9d page_viewed  | true
4 x 9d page_viewed  | false
""",
        ),
        asked(
            "Lately",
            "`within: 30d` counts today and the 29 days before.",
            "{event: demo_requested, within: 30d}",
            """
events             | => answer
0d demo_requested  | true
29d demo_requested | true
30d demo_requested | false
""",
        ),
        asked(
            "So many, lately",
            "Only what lies in the window is counted.",
            "{event: page_viewed, within: 4w, at_least: 2}",
            """
events                           | => answer
1d page_viewed; 27d page_viewed  | true
1d page_viewed; 28d page_viewed  | false
""",
        ),
        asked(
            "One of several kinds",
            "A list of events is counted together.",
            "{event: [demo_requested, webinar_booked], at_least: 2}",
            """
events                                | => answer
1d demo_requested; 1d webinar_booked  | true
2 x 1d webinar_booked                 | true
1d demo_requested                     | false
""",
        ),
        asked(
            "Gone quiet",
            "`any` means every kind of event that the definition declares.",
            "{event: any, within: 60d, at_most: 0}",
            """
events          | => answer
                | true
60d page_viewed | true
59d page_viewed | false
""",
        ),
    ),
)

LAST = Section(
    "The most recent one",
    "`last` looks at the most recent such event only.",
    (
        asked(
            "The last one is long ago",
            "Thirty days or more. Without any such event there is no last one, and the answer is no.",
            "{event: page_viewed, last: {older_than: 30d}}",
            """
events                          | => answer
30d page_viewed                 | true
30d page_viewed; 29d page_viewed | false
29d page_viewed                 | false
                                | false
""",
        ),
        asked(
            "The last one is fresh",
            "Less than seven days ago.",
            "{event: page_viewed, last: {within_last: 7d}}",
            """
events                         | => answer
6d page_viewed                 | true
6d page_viewed; 90d page_viewed | true
7d page_viewed                 | false
                               | false
""",
        ),
        asked(
            "The last one lies between two ages",
            "Both must hold of the most recent event; older ones don't matter.",
            "{event: page_viewed, last: {older_than: 7d, within_last: 30d}}",
            """
events                          | => answer
7d page_viewed                  | true
29d page_viewed                 | true
30d page_viewed                 | false
6d page_viewed; 10d page_viewed | false
""",
        ),
        asked(
            "The last one of a sort",
            "`where` comes first, then the most recent is looked at.",
            "{event: page_viewed, where: {topic: pricing}, last: {older_than: 30d}}",
            """
events                                                      | => answer
40d page_viewed topic=pricing; 1d page_viewed topic=careers | true
40d page_viewed topic=pricing; 1d page_viewed topic=pricing | false
1d page_viewed topic=careers                                | false
""",
        ),
    ),
)

WHERE = Section(
    "Where",
    "`where` asks something of an event's properties. It has the operators of [traits](traits.md), and only a clear yes"
    " counts: an event that doesn't say is not one of those.",
    (
        asked(
            "A value",
            "The short form of `is`.",
            "{event: page_viewed, where: {topic: pricing}}",
            """
events                       | => answer
1d page_viewed topic=pricing | true
1d page_viewed topic=Pricing | false
1d page_viewed               | false
""",
        ),
        asked(
            "A list",
            "The short form of `in`.",
            "{event: page_viewed, where: {topic: [pricing, plans]}}",
            """
events                       | => answer
1d page_viewed topic=plans   | true
1d page_viewed topic=careers | false
""",
        ),
        asked(
            "Anything but",
            "An event without a topic is not one with another topic.",
            "{event: page_viewed, where: {topic: {is_not: careers}}}",
            """
events                       | => answer
1d page_viewed topic=pricing | true
1d page_viewed topic=careers | false
1d page_viewed               | false
""",
        ),
        asked(
            "Without a value",
            "`known: false` finds the events that don't say.",
            "{event: page_viewed, where: {topic: {known: false}}}",
            """
events                                       | => answer
1d page_viewed                               | true
1d page_viewed topic=pricing                 | false
1d page_viewed topic=pricing; 1d page_viewed | true
""",
        ),
        asked(
            "A number",
            "With several operators, all must hold.",
            "{event: page_viewed, where: {seconds: {at_least: 30, below: 3600}}}",
            """
events                      | => answer
1d page_viewed seconds=30   | true
1d page_viewed seconds=29   | false
1d page_viewed seconds=3600 | false
1d page_viewed              | false
""",
        ),
        asked(
            "Several properties",
            "All must hold of the same event.",
            "{event: page_viewed, where: {topic: pricing, seconds: {above: 10}}}",
            """
events                                                           | => answer
1d page_viewed topic=pricing seconds=11                          | true
1d page_viewed topic=pricing seconds=5; 1d page_viewed topic=blog seconds=60 | false
""",
        ),
        asked(
            "Part of a text",
            "`matches` and `contains` ignore case.",
            '{event: page_viewed, where: {topic: {contains: pric, matches: "^[a-z]+$"}}}',
            """
events                         | => answer
1d page_viewed topic=Pricing   | true
1d page_viewed topic=pricing-2 | false
1d page_viewed topic=plans     | false
""",
        ),
        asked(
            "Yes or no",
            "A property may be a yes or no.",
            "{event: webinar_booked, where: {attended: true}}",
            """
events                          | => answer
9d webinar_booked attended=yes  | true
9d webinar_booked attended=no   | false
9d webinar_booked               | false
""",
        ),
        asked(
            "A date ahead",
            "Days are counted from the day of the reading: the event may be old, its date still to come.",
            "{event: webinar_booked, where: {starts_on: {within_next: 14d}}}",
            """
events                                    | => answer
40d webinar_booked starts_on=2026-07-14   | true
40d webinar_booked starts_on=2026-07-15   | false
40d webinar_booked starts_on=2026-06-29   | false
""",
        ),
        asked(
            "A price",
            "A number with decimals.",
            "{event: webinar_booked, where: {price: {in: [0, 49.5]}}}",
            """
events                         | => answer
9d webinar_booked price=0.0    | true
9d webinar_booked price=49.50  | true
9d webinar_booked price=49     | false
""",
        ),
        asked(
            "Where, and when, and how many",
            "What is counted are the events that pass `where`, in the window.",
            "{event: page_viewed, where: {topic: pricing}, within: 30d, at_least: 2}",
            """
events                                                                    | => answer
2 x 1d page_viewed topic=pricing                                          | true
1d page_viewed topic=pricing; 1d page_viewed topic=plans                  | false
1d page_viewed topic=pricing; 31d page_viewed topic=pricing               | false
""",
        ),
        Spec(
            "A property that several events share",
            "Events that declare the same property share its column, so one condition can ask it of all of them.",
            """
events:
  page_viewed:      {properties: {topic: text}}
  asset_downloaded: {properties: {topic: text}}
  demo_requested:   {}
flags:
  answer: {event: [page_viewed, asset_downloaded], where: {topic: pricing}, at_least: 2}
""",
            """
events                                                           | => flags.answer
1d page_viewed topic=pricing; 1d asset_downloaded topic=pricing  | true
1d page_viewed topic=pricing; 1d asset_downloaded topic=blog     | false
""",
        ),
    ),
)

TOPIC = Topic(
    "events",
    "Conditions on events",
    "A condition on events asks what a lead did, how often and when. The conditions below are asked as a flag.",
    """
events:
  page_viewed:    {properties: {topic: text, seconds: integer}}
  webinar_booked: {properties: {attended: boolean, starts_on: date, price: number}}
  demo_requested: {}
""",
    (COUNTS, LAST, WHERE),
)
