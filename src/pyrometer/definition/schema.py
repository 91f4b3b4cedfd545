"""The JSON Schema of the language, for editors: completion, descriptions, and red lines before `check` is run.

Derived from the models, then adapted to what a YAML parser makes of a file: numbers and truth values besides texts,
and the short forms. It knows the shape of the language only; names, types and what can be reached are for `check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pyrometer.definition.document import Definition
from pyrometer.definition.values import Type

Schema = dict[str, Any]

SCALAR: Schema = {"type": ["string", "number", "boolean"]}
NAME: Schema = {"$ref": "#/$defs/Name"}
NOTHING: Schema = {"type": "null"}
TYPE: Schema = {"enum": list(get_args(Type))}

SHORT_FORMS: dict[str, list[Schema]] = {
    "Answer": [SCALAR],
    "Bounds": [{"type": "number"}],
    "EventKind": [NOTHING],
    "FrameworkChoice": [NOTHING],
    "Operators": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}],
    "Property": [TYPE],
    "Trait": [TYPE],
}
"""What may stand for a part besides its mapping."""

LEAST_KEYS = {
    "Bounds": 1,
    "Expectation": 1,
    "FrameworkLeaf": 2,
    "GradeLeaf": 2,
    "Last": 1,
    "Operators": 1,
    "ScoreLeaf": 2,
    "TraitLeaf": 2,
}
"""How many keys a mapping needs to say anything."""

DESCRIPTIONS: dict[str, dict[str, str]] = {
    "Definition": {
        "format": "The version of the language: 1.",
        "name": "What people call this definition.",
        "profile": "Traits: what is known of a lead, one column each.",
        "events": "Behaviours: what a lead can do, with typed properties.",
        "flags": "Named conditions, to be used anywhere.",
        "scores": "Named sums of points; fit and interest are the usual two.",
        "criteria": "What has to be known to qualify a lead: met, unmet or unknown.",
        "frameworks": "Which criteria make a lead ready: bant, five_areas, champ, anum, faint, gpct, meddic, or own.",
        "temperature": "When a lead is hot or warm; else it is cool.",
        "examples": "Leads both teams agreed on, with what must come out.",
    },
    "Trait": {
        "values": "The values that a text may take; others are reported.",
        "unknown": "Spellings that mean `not known`; a blank always does.",
        "personal": "Whether this is personal data.",
        "column": "The name of the column in files, where it differs.",
    },
    "EventLeaf": {
        "event": "An event, a list of events, or `any`.",
        "within": "Only events younger than this: 30d or 4w.",
        "at_least": "How many there must be; 1 if neither bound is given.",
        "last": "Asks for the age of the most recent one instead.",
    },
    "EventRule": {
        "points": "Points of one fresh event, with at most 4 decimals.",
        "cooling": "The law by which points fade; `none` switches the score's off.",
        "within": "Events count only while they are younger than this.",
        "cap": "The most, without sign, that the rule can give.",
        "group": "The group of the score whose cap binds this rule too.",
        "per": "Counts an event more than once: every so much of a property.",
        "count": "every: each event. daily: each day once. latest: only the freshest.",
        "distinct": "Each value of this property counts once, at its freshest.",
    },
    "BandRule": {"unknown": "Points where the trait isn't known."},
    "TableRule": {
        "points_for": "Points by value.",
        "otherwise": "Points for any other known value.",
        "unknown": "Points where the trait isn't known.",
    },
    "Cooling": {
        "half_life": "Points halve in this time.",
        "linear": "Points fade evenly to nothing in this time.",
        "steps": "Percentages by age, the first from 0d.",
        "hold": "How long points stay whole before the law begins.",
    },
    "Score": {
        "range": "[lowest, highest]; 0 to 100 if left out.",
        "cooling": "The law of event rules that name none.",
        "groups": "Groups of rules with a cap on their sum.",
        "grades": "Lower bounds by grade.",
    },
    "Criterion": {
        "met": "The condition that meets it.",
        "unmet": "The condition that rules it out; without one, whatever isn't met and isn't unknown.",
        "stale_after": "Answers older than this count as unknown (needs the dated log of traits).",
        "ask": "The question to ask, by language.",
    },
    "TemperatureBand": {
        "when": "The condition that opens.",
        "stay": "The condition under which a lead that is already this warm stays so.",
    },
}


def json_schema() -> Schema:
    """The language as a JSON Schema (draft 2020-12), for parsed YAML or JSON.

    >>> json_schema()["required"]
    ['format', 'name', 'temperature']
    """
    schema = _adapted(Definition.model_json_schema(by_alias=True))
    definitions: Schema = schema.pop("$defs")
    for name in list(definitions):
        _shared(definitions[name], definitions)
    _shared(schema, definitions)
    definitions = {_short(name): part for name, part in definitions.items()}
    definitions["Name"] = {
        "type": ["string", "number", "boolean"],
        "minLength": 1,
        "maxLength": 100,
        "pattern": r"^\S([^\r\n]*\S)?$",
    }
    schema["properties"]["format"] = {"const": 1}
    definitions["FrameworkChoice"]["properties"]["letters"] = {
        "anyOf": [
            definitions["FrameworkChoice"]["properties"]["letters"],
            {"type": "array", "items": NAME, "minItems": 1},
        ]
    }
    for name, least in LEAST_KEYS.items():
        definitions[name]["minProperties"] = least
    for name, described in DESCRIPTIONS.items():
        part = schema if name == "Definition" else definitions[name]
        for field, text in described.items():
            part["properties"][field] = {**part["properties"][field], "description": text}
    for name, forms in SHORT_FORMS.items():
        whole = definitions[name]
        definitions[name] = {"description": whole.pop("description"), "anyOf": [*forms, whole]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lead definition",
        **schema,
        "$defs": dict(sorted(definitions.items())),
    }


def _adapted(node: Any, *, names: bool = False) -> Any:
    """A schema without what only the models need, and open to how YAML spells things; `names`: a mapping of fields."""
    if isinstance(node, list):
        return [_adapted(item) for item in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {_short(key): _adapted(item) for key, item in node.items()}
    found = {
        key: _adapted(item, names=key in ("properties", "$defs"))
        for key, item in node.items()
        if key not in ("title", "default", "multipleOf")
    }
    if "$ref" in found:
        found["$ref"] = "#/$defs/" + _short(found["$ref"].rpartition("/")[2])
    if found.get("maxLength") == 100 and found.get("type") == "string":
        return dict(NAME)
    found = _without_null(found)
    if found.get("type") == "object":
        found = _keyed(found)
    if found.get("type") == "array":
        found = _listed(found)
    if found.get("type") == "boolean":
        return {"enum": [True, False, "yes", "no"]}
    if "true" in found.get("enum", ()):
        return {"enum": [True, False, *found["enum"]]}
    return found


def _without_null(schema: Schema) -> Schema:
    """A key that may be left out isn't written with nothing behind it; only an unknown answer is."""
    options = schema.get("anyOf")
    if not isinstance(options, list) or NOTHING not in options or {"$ref": "#/$defs/Answer"} in options:
        return schema
    left = [option for option in options if option != NOTHING]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**rest, **left[0]} if len(left) == 1 else {**rest, "anyOf": left}


def _keyed(schema: Schema) -> Schema:
    """A mapping whose keys are names, durations or values."""
    patterns = schema.pop("patternProperties", None)
    names = schema.pop("propertyNames", None)
    if patterns is not None:
        [(pattern, schema["additionalProperties"])] = patterns.items()
        schema["propertyNames"] = NAME if "\\x00" in pattern else {"pattern": pattern}
    elif names is not None:
        schema["propertyNames"] = names
    if "minLength" in schema:
        schema["minProperties"] = schema.pop("minLength")
    if schema.get("additionalProperties") == {"type": "string"}:
        return {"anyOf": [{"type": "string"}, schema]}
    return schema


def _listed(schema: Schema) -> Schema:
    """A list of plain values, where a single one may stand alone."""
    if "minLength" in schema:
        schema["minItems"] = schema.pop("minLength")
    items = schema.get("items")
    return {"anyOf": [items, schema]} if items in (NAME, SCALAR) else schema


def _short(name: str) -> str:
    """The models' two bands by names of their own."""
    if name.endswith("__Band"):
        return "TemperatureBand" if "temperature" in name else "Band"
    return name


def _shared(node: Any, definitions: Schema) -> None:
    """Gives the union of all conditions, and that of all rules, one name each."""
    for holder, key, options in _unions(node):
        of = "Rule" if {"$ref": "#/$defs/EventRule"} in options else "Condition"
        definitions.setdefault(of, {"anyOf": options})
        del holder[key]
        holder["$ref"] = f"#/$defs/{of}"


def _unions(node: Any) -> Iterator[tuple[Schema, str, list[Schema]]]:
    if isinstance(node, dict):
        if isinstance(node.get("oneOf"), list):
            yield node, "oneOf", node["oneOf"]
        for value in list(node.values()):
            yield from _unions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _unions(value)
