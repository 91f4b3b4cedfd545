"""docs/compile.md shows what really comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pyrometer
from pyrometer.compiling import dbt_files

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "compile.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"<!-- (\w+) -->\n```\w*\n(.*?)```", re.DOTALL)


def shown(kind: str) -> str:
    (text,) = (text for found, text in BLOCK.findall(PAGE) if found == kind)
    return text


def definition() -> str:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.search(r"<!-- definition.yaml -->\n```yaml\n(.*?)```", readme, re.DOTALL)[1]


def test_the_query_is_what_comes_out() -> None:
    assert shown("sql") in pyrometer.compile_sql(definition())


def test_the_files_are_those_that_are_written() -> None:
    assert shown("files") == "".join(f"wrote shop/{name}\n" for name in dbt_files(definition()))


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
