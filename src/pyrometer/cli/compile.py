"""`pyrometer compile`: the definition as SQL, to be read and pasted."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from pyrometer.cli.options import AsOf, DefinitionFile, Out


def compile_command(
    definition: DefinitionFile,
    /,
    *,
    dialect: Annotated[str, Parameter(help="The SQL dialect to write; for now `duckdb`.")] = "duckdb",
    as_of: AsOf = None,
    out: Out = None,
) -> int:
    """Write a definition as one SQL query with named steps, to read or to paste into a warehouse or a dbt model."""
    from pyrometer import compile_sql
    from pyrometer.cli.output import check_output, text_output
    from pyrometer.definition import load

    out = check_output(out, [definition])
    sql = compile_sql(load(definition), dialect=dialect, as_of=as_of)
    with text_output(out) as stream:
        stream.write(sql.rstrip("\n") + "\n")
    return 0
