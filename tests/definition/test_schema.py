"""The JSON Schema: what `check` accepts, it accepts; and the usual slips, it marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from pyrometer.definition.schema import DESCRIPTIONS, LEAST_KEYS, SHORT_FORMS, json_schema
from tests.definition.mistakes import SOUND, Mistake, named
from tests.definition.test_mistakes_of_shape import MISTAKES
from tests.strategies import definitions

ROOT = Path(__file__).parents[2]
FILES = [Path(__file__).with_name("agreed.yaml"), *sorted((ROOT / "examples").glob("*/definition.yaml"))]
SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
# What only `check` can see: the schema knows no arithmetic over several keys, and no counting of decimals.
BEYOND = {
    "a duration of nothing",
    "a duration of centuries",
    "an impossible count",
    "too many of some",
    "a range upside down",
    "last beside a window",
    "points with five decimals",
    "far too many points",
    "two laws of cooling",
    "steps that begin late",
    "distinct and counted",
    "a band without bounds",
    "a key written twice",
}


def parsed(text: str) -> Any:
    """YAML as editors see it: as JSON, with dates as texts."""
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_duplicate_keys = True
    return json.loads(json.dumps(yaml.load(text), default=str))


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_accepts_a_definition(path: Path) -> None:
    VALIDATOR.validate(parsed(path.read_text(encoding="utf-8")))


def test_it_accepts_every_section_alone() -> None:
    VALIDATOR.validate(parsed("\n".join(SOUND.values())))


@pytest.mark.parametrize("mistake", MISTAKES, ids=named)
def test_it_marks_a_mistake_of_shape(mistake: Mistake) -> None:
    assert VALIDATOR.is_valid(parsed(mistake.text)) == (mistake.name in BEYOND)


@given(definitions())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_it_accepts_random_definitions(definition: Any) -> None:
    VALIDATOR.validate(definition)


def test_what_it_adds_to_the_models_is_about_parts_of_theirs() -> None:
    assert {*DESCRIPTIONS, *LEAST_KEYS, *SHORT_FORMS} <= {"Definition", *SCHEMA["$defs"]}


def test_fields_have_descriptions_to_show() -> None:
    rule = SCHEMA["$defs"]["EventRule"]["properties"]
    assert {"points", "cooling", "within", "cap"} <= {name for name, field in rule.items() if "description" in field}
