"""The topics of the reference, in reading order."""

from tests.spec.topics import (
    cooling,
    criteria,
    events,
    evidence,
    explanation,
    frameworks,
    logic,
    results,
    rules,
    scores,
    temperature,
    traits,
)

TOPICS = (
    rules.TOPIC,
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
    explanation.TOPIC,
)
