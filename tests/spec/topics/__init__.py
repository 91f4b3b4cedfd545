"""The topics of the reference, in reading order."""

from tests.spec.topics import (
    cooling,
    criteria,
    event_rules,
    events,
    everywhere,
    evidence,
    explanation,
    frameworks,
    logic,
    results,
    rules,
    scores,
    temperature,
    traits,
    values,
)

TOPICS = (
    rules.TOPIC,
    event_rules.TOPIC,
    cooling.TOPIC,
    scores.TOPIC,
    traits.TOPIC,
    events.TOPIC,
    logic.TOPIC,
    results.TOPIC,
    criteria.TOPIC,
    frameworks.TOPIC,
    temperature.TOPIC,
    evidence.TOPIC,
    values.TOPIC,
    everywhere.TOPIC,
    explanation.TOPIC,
)
