"""What doesn't fit the type, or the listed values, of the trait or property that it is put to."""

import pytest

from tests.definition.mistakes import Mistake, named

TYPES = [
    Mistake(
        "an order of text",
        "flags:\n  keen: {trait: role, at_least: 5}  # here",
        "error",
        "flags.keen.at_least",
        "`at_least` can't be asked of text",
        "text knows `is`",
        "it needs an order",
    ),
    Mistake(
        "a search in numbers",
        'flags:\n  keen: {trait: staff, matches: "1.*"}  # here',
        "error",
        "flags.keen.matches",
        "`matches` can't be asked of integer",
        why="it searches in text",
    ),
    Mistake(
        "days of a number",
        "flags:\n  keen: {trait: staff, within_last: 30d}  # here",
        "error",
        "flags.keen.within_last",
        "can't be asked of integer",
        why="counts days from a date",
    ),
    Mistake(
        "a word as an integer",
        "flags:\n  keen: {trait: staff, at_least: many}  # here",
        "error",
        "flags.keen.at_least",
        "`many` is not a whole number",
        why="type integer",
    ),
    Mistake(
        "a fraction as an integer",
        "flags:\n  keen: {trait: staff, above: 9.5}  # here",
        "error",
        "flags.keen.above",
        "`9.5` is not a whole number",
    ),
    Mistake(
        "a word as a truth value",
        "flags:\n  keen: {trait: partner, is: maybe}  # here",
        "error",
        "flags.keen.is",
        "`maybe` is neither true nor false",
    ),
    Mistake(
        "a date the other way round",
        "flags:\n  keen: {trait: renews_on, at_least: 01.02.2026}  # here",
        "error",
        "flags.keen.at_least",
        "`01.02.2026` is not a date (write 2026-02-01)",
    ),
    Mistake(
        "a day that doesn't exist",
        "flags:\n  keen: {trait: renews_on, at_least: 2026-02-30}  # here",
        "error",
        "flags.keen.at_least",
        "`2026-02-30` is not a date",
    ),
    Mistake(
        "a property's type",
        "flags:\n  keen: {event: page_viewed, where: {seconds: long}}  # here",
        "error",
        "flags.keen.where.seconds.is",
        "`long` is not a whole number",
    ),
    Mistake(
        "a value that isn't listed",
        "flags:\n  keen: {trait: sector, is: hotel}  # here",
        "error",
        "flags.keen.is",
        "unknown value `hotel` of `sector`",
        "did you mean `hotels`?",
    ),
    Mistake(
        "one of several values",
        "flags:\n  keen: {trait: sector, not_in: [shops, bars]}  # here",
        "error",
        "flags.keen.not_in",
        "unknown value `bars`",
        "its values: `hotels`, `clinics`, `shops`",
    ),
    Mistake(
        "points for a value that isn't listed",
        """
scores:
  fit:
    grades: {B: 5, C: 0}
    rules:
      - name: A
        trait: sector
        points_for: {hotels: 5, clinik: 3}  # here
temperature: {hot: {when: {grade: fit, is: B}}}
""",
        "error",
        "scores.fit.rules[0].points_for.clinik",
        "unknown value `clinik`",
        "did you mean `clinics`?",
    ),
    Mistake(
        "points for one number twice",
        """
scores:
  fit:
    grades: {B: 5, C: 0}
    rules: [{name: A, trait: staff, points_for: {1: 5, 1.0: 3}}]  # here
temperature: {hot: {when: {grade: fit, is: B}}}
""",
        "error",
        "scores.fit.rules[0].points_for.1.0",
        "`1.0` and `1` are the same integer",
    ),
    Mistake(
        "a value that means unknown",
        "flags:\n  keen: {trait: role, is: ''}  # here",
        "warning",
        "flags.keen.is",
        "a blank is never a value of `role`",
        "`known: false`",
        also=("temperature.hot.when",),
    ),
    Mistake(
        "bands of text",
        """
scores:
  fit:
    grades: {B: 5, C: 0}
    rules: [{name: A, trait: role, bands: [{from: a, points: 5}]}]  # here
temperature: {hot: {when: {grade: fit, is: B}}}
""",
        "error",
        "scores.fit.rules[0].bands",
        "bands can't be made of text",
        "`points_for`",
    ),
    Mistake(
        "a band's bound",
        """
scores:
  fit:
    grades: {B: 5, C: 0}
    rules: [{name: A, trait: staff, bands: [{from: ten, points: 5}]}]  # here
temperature: {hot: {when: {grade: fit, is: B}}}
""",
        "error",
        "scores.fit.rules[0].bands[0].from",
        "`ten` is not a whole number",
    ),
    Mistake(
        "counting texts",
        """
scores:
  interest: {rules: [{name: A, points: 5, event: page_viewed, per: {property: topic, every: 2}}]}  # here
temperature: {hot: {when: {score: interest, at_least: 4}}}
""",
        "error",
        "scores.interest.rules[0].per.property",
        "`per` can't count text",
        "integer or number",
    ),
    Mistake(
        "a pattern beyond the common subset",
        'flags:\n  keen: {trait: role, matches: "vp(?=,)"}  # here',
        "error",
        "flags.keen.matches",
        "(?=",
    ),
    Mistake(
        "a pattern that ends early",
        'flags:\n  keen: {trait: role, matches: "(vp"}  # here',
        "error",
        "flags.keen.matches",
        "(",
    ),
    Mistake(
        "a listed value of another type",
        "profile:\n  turnover: {type: number, values: [1, few]}  # here",
        "error",
        "profile.turnover.values[1]",
        "`few` is not a number",
    ),
    Mistake(
        "an example's value",
        "examples:\n  - {name: A, profile: {staff: few}, expect: {temperature: cool}}  # here",
        "error",
        "examples[0].profile.staff",
        "`few` is not a whole number",
    ),
    Mistake(
        "an example's listed value",
        """
examples:
  - {name: A, profile: {sector: Hotels}, expect: {temperature: cool}}  # here
""",
        "error",
        "examples[0].profile.sector",
        "unknown value `Hotels`",
        "did you mean `hotels`?",
    ),
    Mistake(
        "an example's property",
        """
examples:
  - {name: A, events: [{event: page_viewed, seconds: 1m}], expect: {temperature: cool}}  # here
""",
        "error",
        "examples[0].events[0].seconds",
        "`1m` is not a whole number",
    ),
    Mistake(
        "days ago of a text",
        """
examples:
  - {name: A, profile: {role: {ago: 3d}}, expect: {temperature: cool}}  # here
""",
        "error",
        "examples[0].profile.role.ago",
        "`ago` is for dates",
    ),
    Mistake(
        "a date without an as-of",
        """
examples:
  - {name: A, profile: {renews_on: 2026-02-01}, expect: {temperature: cool}}  # here
""",
        "warning",
        "examples[0].profile.renews_on",
        "may come out differently next year",
        "`{ago: 30d}`",
    ),
]


@pytest.mark.parametrize("mistake", TYPES, ids=named)
def test_a_mistake_of_type_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()
