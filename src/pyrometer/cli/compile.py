"""`pyrometer compile`: the definition as SQL, to be read and pasted, or as files of a dbt project."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter, Token

from pyrometer.cli.options import DefinitionFile, Out

if TYPE_CHECKING:
    from pyrometer.definition import Definition

DialectName = Literal["duckdb", "postgres", "spark", "clickhouse", "bigquery", "snowflake"]


def known_dialect(_: object, tokens: Sequence[Token]) -> str:
    """The name of a dialect; a near miss is told what was probably meant."""
    from pyrometer.compiling import spoken_dialect

    return spoken_dialect(tokens[0].value).name


def compile_command(
    definition: DefinitionFile,
    /,
    *,
    dialect: Annotated[
        DialectName,
        Parameter(
            converter=known_dialect,
            n_tokens=1,
            help="The warehouse to write for; bigquery and snowflake are written, but nobody has run them.",
        ),
    ] = "duckdb",
    as_of: Annotated[
        str | None,
        Parameter(metavar="TIME", help="The moment to score for (default: the moment when the SQL runs)."),
    ] = None,
    out: Out = None,
    dbt: Annotated[
        Path | None,
        Parameter(metavar="FOLDER", help="Write a model, a seed and tests into this dbt project instead."),
    ] = None,
    force: Annotated[
        bool, Parameter(help="With --dbt: overwrite files of other origin.", negative=(), show_default=False)
    ] = False,
) -> int:
    """Write a definition as one SQL query with named steps, to read or to paste into a warehouse, or as a dbt model."""
    from pyrometer.cli.output import check_output, text_output
    from pyrometer.compiling import compile_sql, spoken_dialect, untested
    from pyrometer.definition import load
    from pyrometer.errors import UsageError

    if dbt is not None and out is not None:
        raise UsageError("--dbt names the folder that is written to, so there is nothing for --out; leave one out")
    if force and dbt is None:
        raise UsageError("--force is for --dbt; without it nothing is overwritten but the file that --out names")
    out = check_output(out, [definition])
    read = load(definition)
    if dbt is not None:
        _write_project(read, dialect, as_of, dbt, force=force)
    else:
        sql = compile_sql(read, dialect=dialect, as_of=as_of)
        with text_output(out) as stream:
            stream.write(sql)
    spoken = spoken_dialect(dialect)
    if not spoken.supported:
        sys.stdout.flush()
        print(untested(spoken), file=sys.stderr)
    return 0


def _write_project(definition: Definition, dialect: str, as_of: str | None, folder: Path, *, force: bool) -> None:
    """Write the files of a dbt project, each whole or not at all, and say which."""
    from pyrometer.cli.output import beside
    from pyrometer.cli.terminal import console
    from pyrometer.compiling import check_files, dbt_files
    from pyrometer.errors import UsageError

    files = dbt_files(definition, dialect, as_of=as_of)
    check_files(folder, files, force=force)
    screen = console(sys.stdout)
    for name, text in files.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"can't make {path.parent}: {error.strerror or error}") from error
        with beside(path) as part:
            part.write_text(text, encoding="utf-8", newline="")
        screen.print(f"wrote {path}", highlight=False, markup=False, soft_wrap=True)
    if not (folder / "dbt_project.yml").exists():
        screen.print(f"there is no dbt_project.yml in {folder} yet: `dbt init` makes one", style="dim", markup=False)
