"""What a good analyst would write by hand for the same meaning, in DuckDB's SQL with floating point numbers.

Of the formulations that were tried this is the fastest (docs/performance.md has the others): what cooling leaves of a
point is looked up by age in a small table, one column a law, and each rule is one `sum(CASE … END)` over the events.
Rules are written with sum and CASE, because FILTER gets slower with every further aggregate.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.generate import AS_OF
from benchmarks.rules import CountRule, EventRule, count_rules, event_rules

MINUTES = "least(greatest(coalesce(seconds, 0), 0) // 60, 5)"
OLDEST = 4_000


def handwritten(size: int, event_files: Sequence[str], profile: str) -> str:
    """A SELECT of lead_id, fit, interest and temperature for the definition with `size` rules."""
    rules, counts = event_rules(size), count_rules(size)
    laws = {law: f"left{number}" for number, law in enumerate(dict.fromkeys(map(_law, rules)))}
    names = sorted({name for rule in rules for name in rule.events} | {rule.event for rule in counts})
    sums = [f"{_sum(rule, laws)} AS e{number}" for number, rule in enumerate(rules)]
    sums += [f"{_count(rule)} AS c{number}" for number, rule in enumerate(counts)]
    points = [_capped(rule, f"e{number}") for number, rule in enumerate(rules)]
    points += [
        f"CASE WHEN c{number} >= {rule.at_least} THEN {rule.points} ELSE 0 END" for number, rule in enumerate(counts)
    ]
    left = ",\n            ".join(f"{law} AS {name}" for law, name in laws.items())
    return f"""
    WITH happened AS (
        SELECT lead_id, event, topic, channel, kind, DATE '{AS_OF}' - occurred_at::DATE AS age, {MINUTES} AS minutes
        FROM read_parquet({list(event_files)!r})
        WHERE occurred_at <= TIMESTAMP '{AS_OF}' AND event IN ({_texts(names)})
    ),
    cooled AS (
        SELECT
            age,
            {left}
        FROM (SELECT range AS age FROM range({OLDEST}))
    ),
    behaviour AS (
        SELECT
            lead_id,
            {", ".join(sums)}
        FROM happened JOIN cooled USING (age)
        GROUP BY lead_id
    ),
    scored AS (
        SELECT
            profile.lead_id,
            need,
            least(100, greatest(0,
                CASE WHEN employees < 10 THEN -10 WHEN employees < 50 THEN 10 WHEN employees >= 50 THEN 25 ELSE 0 END
                + CASE industry WHEN 'software' THEN 25 WHEN 'fintech' THEN 20 ELSE
                       CASE WHEN industry IS NULL THEN 0 ELSE -5 END END
                + CASE WHEN regexp_matches(job_title, 'chief|vp|head|director', 'i') THEN 20 ELSE 0 END
            )) AS fit,
            least(1000, greatest(0, {" + ".join(points)})) AS interest
        FROM read_parquet('{profile}') AS profile LEFT JOIN behaviour USING (lead_id)
    )
    SELECT
        lead_id,
        fit,
        interest,
        CASE WHEN fit >= 40 AND interest >= 80 THEN 'hot'
             WHEN interest >= 30 OR need = 'confirmed' THEN 'warm'
             ELSE 'cool' END AS temperature
    FROM scored
    """


def _law(rule: EventRule) -> str:
    """What is left of a point by `age`, as SQL."""
    age = f"greatest(age - {rule.hold}, 0)" if rule.hold else "age"
    match rule.law:
        case "half_life":
            return f"pow(2.0, -{age} / {rule.days}.0)"
        case "linear":
            return f"greatest(0.0, 1 - {age} / {rule.days}.0)::DOUBLE"
        case "steps":
            return f"CASE WHEN {age} < 30 THEN 1.0 WHEN {age} < 90 THEN 0.5 ELSE 0.0 END::DOUBLE"
        case _:
            return "1.0::DOUBLE"


def _sum(rule: EventRule, laws: dict[str, str]) -> str:
    tests = [_is("event", rule.events)]
    if rule.where is not None:
        tests.append(_is(*rule.where))
    if rule.within:
        tests.append(f"age < {rule.within}")
    amount = laws[_law(rule)] + (" * minutes" if rule.per else "")
    return f"{rule.points} * sum(CASE WHEN {' AND '.join(tests)} THEN {amount} ELSE 0 END)"


def _count(rule: CountRule) -> str:
    topic = f" AND topic = '{rule.topic}'" if rule.topic else ""
    return f"count(CASE WHEN event = '{rule.event}'{topic} AND age < {rule.within} THEN 1 END)"


def _capped(rule: EventRule, column: str) -> str:
    value = f"coalesce({column}, 0)"
    return f"greatest({value}, {rule.cap})" if rule.points < 0 else f"least({value}, {rule.cap})"


def _is(column: str, values: Sequence[str]) -> str:
    return f"{column} = '{values[0]}'" if len(values) == 1 else f"{column} IN ({_texts(values)})"


def _texts(values: Sequence[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
