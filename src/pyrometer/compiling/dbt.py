"""A definition as files of a dbt project: a model, the seed with its calendar, and tests that it has to pass."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pyrometer.compiling.pasted import Compiled, compile_definition, plain, spoken_dialect
from pyrometer.definition import Definition
from pyrometer.errors import UsageError
from pyrometer.plan.build import group_key
from pyrometer.plan.names import Names
from pyrometer.runs import parse_as_of
from pyrometer.sql import Moment, Statement, assembled, integer_type, relation_step, template

MADE = "Made by `pyrometer compile --dbt`; a change by hand is lost when it is made again. sha256 "
"""Stands in the first line of every file that is ours, before the hash of the lines below it."""

_SEED = "The seed beside this: sha256 "
_CALENDAR = "_calendar.csv"

_WORDS = frozenset(
    "version sources models seeds tables columns name description identifier schema config column_types data_tests "
    "unique not_null accepted_values arguments values".split()
)
"""What stands in YAML without quotes: a name such as `on` wouldn't be a text to it."""

_BRACES = re.compile(r"\{(?=[{%#])")


def dbt_files(
    definition: Definition | str | Path | Mapping[str, Any],
    dialect: str = "duckdb",
    *,
    as_of: str | datetime | None = None,
) -> dict[str, str]:
    """The text of each file by its path in a dbt project.

    The model reads the seed, and `profile` and `events` from a source; the variable `as_of` is the moment, without it
    `as_of` here, or else the moment when the model runs. Raises DefinitionError, and UsageError for an unknown dialect.
    """
    spoken = spoken_dialect(dialect)
    default = spoken.now() if as_of is None else spoken.timestamp(plain(parse_as_of(as_of)))
    asked = spoken.timestamp("AS_OF").sql(dialect=spoken.name)
    given, otherwise = asked.replace("AS_OF", "{{ var('as_of') }}"), default.sql(dialect=spoken.name)
    choice = f"{{% if var('as_of', none) %}}{given}{{% else %}}{otherwise}{{% endif %}}"
    compiled = compile_definition(definition, Moment.as_step(template(choice), spoken), spoken)
    name = model_name(compiled.definition)
    seed = _seed(compiled) if compiled.query.calendar.columns else None
    files = {
        f"models/{name}.sql": _model(compiled, name),
        f"models/{name}.yml": _schema(compiled, name, seed),
        f"tests/{name}_adds_up.sql": _adds_up(compiled, name),
    }
    if seed is not None:
        files[f"seeds/{name}{_CALENDAR}"] = seed
    return files


def model_name(definition: Definition) -> str:
    """The name of the model: that of the definition, in small ASCII letters.

    >>> from pyrometer.definition import load
    >>> tiny = "format: 1\\nname: Our good lead\\ntemperature: {hot: {when: {event: a}}}\\nevents: {a: {}}\\n"
    >>> model_name(load(tiny))
    'our_good_lead'
    """
    name = Names().take(definition.name)
    return f"lead_{name}" if name == "column" or name[0].isdigit() else name


def _model(compiled: Compiled, name: str) -> str:
    """The model: like the pasted statement, but that relations come from the project."""
    relations = {"profile": f"{{{{ source('{name}', 'profile') }}}}"}
    if any(relation == "events" for relation, _ in _statement(compiled, {}).reads()):
        relations["events"] = f"{{{{ source('{name}', 'events') }}}}"
    if compiled.query.calendar.columns:
        relations["calendar"] = f"{{{{ ref('{name}_calendar') }}}}"
    steps, body = _statement(compiled, relations).blocks()
    ours = {"as_of", *relations}
    texts = [text if step.lower() in ours else escaped(text) for step, text in steps]
    as_of = "the variable as_of, without which it is the moment when the model runs"
    config = "{{ config(materialized='table') }}\n\n"
    text = config + escaped(compiled.header(as_of)) + assembled(texts, escaped(body))
    return f"-- {MADE}{_hash(text)}\n{text}"


def _statement(compiled: Compiled, relations: Mapping[str, str]) -> Statement:
    steps = {relation: relation_step(source) for relation, source in relations.items()}
    return Statement(compiled.query, compiled.plan, compiled.items, steps)


def _seed(compiled: Compiled) -> str:
    calendar = compiled.query.calendar
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["at_age", *calendar.columns.values()])
    writer.writerows(calendar.rows())
    return stream.getvalue()


def _schema(compiled: Compiled, name: str, seed: str | None) -> str:
    """Sources, the model's tests, and the types of the seed, with its hash: a CSV file can't hold its own."""
    column = compiled.dialect.identifier
    tables = []
    for relation, columns in _statement(compiled, {}).reads():
        shown = [{"name": each, "description": type_} for each, type_ in columns]
        identifier = f"{{{{ var('{name}_{relation}', '{relation}') }}}}"
        tables.append({"name": relation, "identifier": identifier, "columns": _safe(shown)})
    schema: dict[str, Any] = {
        "version": 2,
        "sources": [
            {
                "name": name,
                "description": "The evidence: a row a lead, and a row an event.",
                "schema": f"{{{{ var('{name}_schema', target.schema) }}}}",
                "tables": tables,
            }
        ],
        "models": [
            {
                "name": name,
                "description": _safe(f"Scores by the definition “{compiled.definition.name}”, a row a lead."),
                "columns": [
                    {"name": column("lead_id"), "data_tests": ["unique", "not_null"]},
                    {
                        "name": column("temperature"),
                        "data_tests": [
                            "not_null",
                            {"accepted_values": {"arguments": {"values": ["hot", "warm", "cool"]}}},
                        ],
                    },
                ],
            }
        ],
    }
    told = ""
    if seed is not None:
        told = f"# {_SEED}{_hash(seed)}\n"
        type_ = integer_type(compiled.dialect)
        types = dict.fromkeys(map(column, ("at_age", *compiled.query.calendar.columns.values())), type_)
        schema["seeds"] = [
            {
                "name": f"{name}_calendar",
                "description": "What an event is worth by its age in days, in units: 1 point = 10,000 units.",
                "config": {"column_types": types},
            }
        ]
    text = told + _yaml(schema)
    return f"# {MADE}{_hash(text)}\n{text}"


def _adds_up(compiled: Compiled, name: str) -> str:
    """A test that finds the leads whose score isn't the sum of its lines, counted in whole units."""
    plan, layout = compiled.plan, compiled.query.layout
    tests = []
    for score in plan.scores.values():
        lines = [rule.column for rule in score.rules]
        groups = [plan.columns["group", group_key(score.name, group)] for group, _ in score.groups]
        lines += [line for line in groups if line in layout.groups.values()]
        lines.append(layout.ranges[score.name])
        total = "\n    + ".join(_units(compiled, line) for line in lines)
        tests.append(f"{_units(compiled, plan.columns['score', score.name])} <>\n    {total}")
    told = "-- The leads whose score is not exactly the sum of its lines: there have to be none.\n"
    where = "\n  OR ".join(tests) or "1 = 0"
    text = f"{told}SELECT *\nFROM {{{{ ref('{name}') }}}}\nWHERE\n  {where}\n"
    return f"-- {MADE}{_hash(text)}\n{text}"


def _units(compiled: Compiled, name: str) -> str:
    return Statement(compiled.query, compiled.plan, {}).in_units(name)


def escaped(text: str) -> str:
    """A text in which Jinja finds nothing to do.

    >>> escaped("{{ this }} is {fine}")
    "{{ '{' }}{ this }} is {fine}"
    """
    return _BRACES.sub("{{ '{' }}", text)


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [_safe(item) for item in value]
    return {key: _safe(item) for key, item in value.items()}


def _yaml(value: Any, indent: str = "") -> str:
    """Plain data as YAML; texts are written as JSON, which YAML reads."""
    lines = []
    for key, item in value.items():
        lines.append(f"{indent}{_scalar(key)}:{_nested(item, indent)}")
    return "\n".join(lines) + ("\n" if not indent else "")


def _nested(item: Any, indent: str) -> str:
    if isinstance(item, dict):
        return "\n" + _yaml(item, indent + "  ")
    if isinstance(item, list):
        entries = []
        for each in item:
            if isinstance(each, dict):
                entries.append(f"\n{indent}  - " + _yaml(each, indent + "    ").lstrip())
            else:
                entries.append(f"\n{indent}  - {_scalar(each)}")
        return "".join(entries)
    return f" {_scalar(item)}"


def _scalar(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    return value if value in _WORDS else json.dumps(value, ensure_ascii=False)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def is_ours(path: Path, text: str) -> bool:
    """Whether what stands in a file was written here and not changed since; a seed's hash stands beside the model."""
    if path.suffix == ".csv":
        schema = path.parents[1] / "models" / f"{path.name.removesuffix(_CALENDAR)}.yml"
        told = schema.read_bytes().decode(errors="replace") if schema.is_file() else ""
        return is_ours(schema, told) and f"# {_SEED}{_hash(text)}\n" in told
    first, _, rest = text.partition("\n")
    _, made, found = first.partition(MADE)
    return bool(made) and found.strip() == _hash(rest)


def check_files(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """Refuse, before anything is written, what isn't a folder or would overwrite what somebody else wrote."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--dbt {folder} is a file; name the folder of a dbt project")
    foreign = []
    for name, new in files.items():
        path = folder / name
        if path.is_dir():
            raise UsageError(f"{path} is a folder; a file of that name has to be written")
        if path.exists() and not force:
            old = path.read_bytes().decode(errors="replace")
            if old != new and not is_ours(path, old):
                foreign.append(str(path))
    if foreign:
        raise UsageError(
            f"not written by `pyrometer compile --dbt`, or changed since: {', '.join(foreign)}; "
            "move them away, or add --force to overwrite them"
        )
