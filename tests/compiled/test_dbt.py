"""A real dbt builds what `--dbt` writes, and its table holds the readings that `pyrometer score` gives."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ruamel.yaml import YAML

from tests.compiled.conftest import missing
from tests.compiled.definitions import EXAMPLES, HOSTILE
from tests.compiled.test_pasted import AS_OF, HOSTILE_EVENTS, HOSTILE_LEADS, Case, check, example_case, given, scored
from tests.compiled.warehouses import InDuckDB

DBT = Path(__file__).parents[2] / "build" / "dbt" / "bin" / "dbt"
PROJECT = """\
name: shop
version: 1.0.0
profile: shop
flags: {send_anonymous_usage_stats: false, require_generic_test_arguments_property: true}
"""
PROFILES = """\
shop:
  target: dev
  outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An empty dbt project on a database in a file."""
    (tmp_path / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "profiles.yml").write_text(PROFILES, encoding="utf-8")
    return tmp_path


def dbt(project: Path, *arguments: str) -> str:
    """What dbt says to a command that it carries out."""
    if not DBT.exists():
        missing("the tests need dbt in build/dbt: run `make build/dbt/.ready`")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    environment = kept | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "NO_COLOR": "1"}
    command = [str(DBT), *arguments, "--project-dir", str(project), "--profiles-dir", str(project)]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fill(project: Path, case: Case) -> None:
    """The evidence of a case in the project's database."""
    warehouse = InDuckDB()
    warehouse.run(f"ATTACH '{project / 'shop.duckdb'}' AS shop")
    for name, (columns, rows) in (("profile", case.profile), ("events", case.events)):
        warehouse.put(name, columns, rows)
        warehouse.connection.execute(f"CREATE TABLE shop.{name} AS SELECT * FROM {name}")
    warehouse.connection.close()


def rows(project: Path, model: str) -> list[dict[str, Any]]:
    """The rows of a model that was built."""
    with duckdb.connect(str(project / "shop.duckdb"), read_only=True) as connection:
        found = connection.execute(f"SELECT * FROM {model}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def write(command: Any, folder: Path, definition: str, *options: str) -> list[str]:
    """Compile into the project; gives the files that were said to be written."""
    (folder / "definition.yaml").write_text(definition, encoding="utf-8")
    done = command("compile", "definition.yaml", "--dbt", ".", *options)
    assert (done.code, done.err) == (0, "")
    return [line.removeprefix("wrote ") for line in done.lines]


def test_dbt_builds_an_example(project: Path, evidence: Path, command: Any) -> None:
    case = example_case(evidence, "b2b-saas")
    fill(project, case)
    name = "rotavane_new_business"
    assert write(command, project, EXAMPLES["b2b-saas"]) == [
        f"models/{name}.sql",
        f"models/{name}.yml",
        f"tests/{name}_adds_up.sql",
        f"seeds/{name}_calendar.csv",
    ]
    said = dbt(project, "build", "--vars", f"{{as_of: '{AS_OF:%Y-%m-%d %H:%M:%S}'}}")
    assert "PASS=7 WARN=0 ERROR=0" in said
    check(case, rows(project, name))


def test_dbt_builds_names_that_mean_harm(project: Path, command: Any) -> None:
    case = scored(HOSTILE, given(HOSTILE_LEADS, HOSTILE_EVENTS), AS_OF)
    fill(project, case)
    written = write(command, project, HOSTILE, "--as-of", AS_OF.isoformat())
    dbt(project, "build")
    check(case, rows(project, Path(written[0]).stem))


def test_a_broken_sum_fails_the_build(project: Path, command: Any) -> None:
    definition = EXAMPLES["courses"]
    write(command, project, definition)
    (model,) = (project / "models").glob("*.sql")
    name = model.stem
    with duckdb.connect(str(project / "shop.duckdb")) as connection:
        (test,) = (project / "tests").glob("*.sql")
        lines = sorted(
            {word for word in test.read_text(encoding="utf-8").split('"') if word.startswith(("points_", "score_"))}
        )
        shown = ", ".join(f'0.0::DOUBLE AS "{line}"' for line in lines)
        connection.execute(f"CREATE TABLE {name} AS SELECT 'Ada' AS lead_id, 'hot' AS temperature, {shown}")
    dbt(project, "test", "--select", f"{name}_adds_up")
    with duckdb.connect(str(project / "shop.duckdb")) as connection:
        connection.execute(f'UPDATE {name} SET "{lines[0]}" = 0.0001')
    with pytest.raises(AssertionError, match="ERROR=1"):
        dbt(project, "test", "--select", f"{name}_adds_up")


def test_names_that_yaml_takes_for_something_else(project: Path, command: Any) -> None:
    names = ["on", "yes", "no", "null", "true", "off", "y"]
    traits = ", ".join(f"'{name}': integer" for name in names)
    rules = ", ".join(f"{{name: Rule {name}, points: 1, when: {{trait: '{name}', at_least: 1}}}}" for name in names)
    definition = f"format: 1\nname: Odd\nprofile: {{{traits}}}\nscores: {{fit: {{rules: [{rules}]}}}}\n"
    definition += "temperature: {hot: {when: {score: fit, at_least: 1}}}\n"
    write(command, project, definition)
    reader = YAML(typ="safe")
    reader.version = (1, 1)  # which takes more words for something else than later versions do
    found = reader.load((project / "models" / "odd.yml").read_text(encoding="utf-8"))
    (source,) = found["sources"]
    profile = next(table for table in source["tables"] if table["name"] == "profile")
    assert set(names) <= {column["name"] for column in profile["columns"]}


def test_files_of_another_origin_stay(project: Path, command: Any) -> None:
    written = write(command, project, EXAMPLES["courses"])
    assert write(command, project, EXAMPLES["courses"]) == written
    model = project / written[0]
    mine = model.read_text(encoding="utf-8").replace("SELECT", "select", 1)
    model.write_text(mine, encoding="utf-8")
    refused = command("compile", "definition.yaml", "--dbt", ".")
    assert refused.code == 2
    assert written[0] in refused.err
    assert "--force" in refused.err
    assert model.read_text(encoding="utf-8") == mine
    assert command("compile", "definition.yaml", "--dbt", ".", "--force").code == 0
    assert model.read_text(encoding="utf-8") != mine


def test_a_seed_that_was_changed_by_hand_stays(project: Path, command: Any) -> None:
    written = write(command, project, EXAMPLES["courses"])
    seed = project / written[-1]
    lines = seed.read_text(encoding="utf-8").splitlines(keepends=True)
    mine = lines[0] + lines[1].replace(lines[1].strip().rpartition(",")[2], "123456789") + "".join(lines[2:])
    seed.write_text(mine, encoding="utf-8")
    refused = command("compile", "definition.yaml", "--dbt", ".")
    assert refused.code == 2
    assert written[-1] in refused.err
    assert seed.read_text(encoding="utf-8") == mine
    longer = EXAMPLES["courses"].replace("linear: ", "linear: 1")
    seed.write_text("".join(lines), encoding="utf-8")
    write(command, project, longer)
    assert seed.read_text(encoding="utf-8") != "".join(lines)


def test_a_foreign_seed_stops_everything(project: Path, command: Any) -> None:
    (project / "definition.yaml").write_text(EXAMPLES["courses"], encoding="utf-8")
    seed = project / "seeds" / "aspen_quay_admissions_calendar.csv"
    seed.parent.mkdir()
    seed.write_text("day,holiday\n1,yes\n", encoding="utf-8")
    assert command("compile", "definition.yaml", "--dbt", ".").code == 2
    assert seed.read_text(encoding="utf-8") == "day,holiday\n1,yes\n"
    assert not (project / "models").exists()
