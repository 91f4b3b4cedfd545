"""Every spec on every engine."""

import pytest

from tests.engines import Engine
from tests.spec.case import Spec, Topic, prepare
from tests.spec.checks import check
from tests.spec.topics import TOPICS

SPECS = [pytest.param(topic, spec, id=f"{topic.slug}: {spec.title}") for topic in TOPICS for spec in topic]


@pytest.mark.parametrize(("topic", "spec"), SPECS)
def test_what_comes_out(engine: Engine, topic: Topic, spec: Spec) -> None:
    case = prepare(topic, spec)
    readings = engine(
        case.definition,
        leads=case.leads,
        events=case.events,
        traits=case.traits,
        previous=case.previous,
        as_of=case.as_of,
    )
    check(case, readings)
