"""The options that several commands share, and how their values are read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter, Token

from pyrometer.errors import UsageError

Language = Literal["en", "de", "sv", "ja"]
Format = Literal["table", "jsonl", "csv", "parquet"]
Presentation = Annotated[Literal["text", "json"], Parameter(name="--format", help="For people or for programs.")]


def check_definition(_: object, path: Path) -> None:
    """Refuse a definition that isn't a file one can read; what stands in it is another matter."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the definition in it")
    if not path.exists():
        raise UsageError(f"{path}: there is no such file")
    if not os.access(path, os.R_OK):
        raise UsageError(f"{path}: not allowed to read it")


DefinitionFile = Annotated[Path, Parameter(help="The definition, a YAML file.", validator=check_definition)]
Leads = Annotated[
    Path | None,
    Parameter(
        metavar="FILE", help="One row a lead: CSV, TSV, JSONL or Parquet, also .gz and .zst; `-` is standard input."
    ),
]
Events = Annotated[
    list[Path] | None,
    Parameter(metavar="FILE", help="What leads did, one row an event; several files may follow.", negative=()),
]
TraitLog = Annotated[
    Path | None, Parameter(name="--traits", metavar="FILE", help="The dated log of what is known of leads.")
]
AsOf = Annotated[
    str | None,
    Parameter(
        metavar="TIME",
        help="The moment to score for, such as 2026-06-30 or 2026-06-30T17:00Z (default: the latest evidence).",
    ),
]
Previous = Annotated[
    Path | None,
    Parameter(
        metavar="FILE", help="An earlier output, or any file with lead_id and temperature, so that `stay` can hold."
    ),
]
TallyFolder = Annotated[
    Path | None, Parameter(metavar="FOLDER", help="A folder made by `pyrometer tally build`; --events are added to it.")
]
ENGINE_VARIABLE = "PYROMETER_ENGINE"
EngineUrl = Annotated[
    str | None,
    Parameter(
        name="--engine",
        metavar="URL",
        env_var=ENGINE_VARIABLE,
        show_env_var=True,
        help="Score where the evidence lies: postgresql://…, spark://…, clickhouse://… or chdb://….",
    ),
]
InputsFile = Annotated[
    Path | None,
    Parameter(name="--inputs", metavar="FILE", help="With --engine: a YAML file that says which tables hold what."),
]
Archive = Annotated[
    str | None,
    Parameter(
        metavar="ARCHIVE", help="A folder or URL made by `pyrometer archive append`, in place of events and traits."
    ),
]
LeadId = Annotated[str, Parameter(metavar="NAME", help="The column with the lead's id.")]
Columns = Annotated[
    list[str] | None,
    Parameter(
        name="--map", metavar="TRAIT=COLUMN", help="For a column with another name; may be repeated.", negative=()
    ),
]
MemoryLimit = Annotated[
    str | None,
    Parameter(metavar="SIZE", help="Work from disk beyond this, such as 2GB (default: most of the memory)."),
]


def whole_number(_: object, tokens: Sequence[Token]) -> int:
    """A number of things, at least one."""
    text = tokens[0].value
    if not re.fullmatch(r"[0-9]{1,18}", text) or int(text) < 1:
        raise UsageError(f"{tokens[0].keyword} `{text}` is not a whole number of at least 1")
    return int(text)


def few_threads(_: object, number: int | None) -> None:
    """Refuse more threads than any machine has."""
    if number is not None and number > MOST_THREADS:
        raise UsageError(f"--threads {number}: at most {MOST_THREADS}")


Number = Annotated[int | None, Parameter(metavar="N", converter=whole_number, n_tokens=1)]
Threads = Annotated[Number, Parameter(help="How many threads to use (default: all).", validator=few_threads)]
Out = Annotated[Path | None, Parameter(metavar="FILE", help="Write to this file instead of standard output.")]
HtmlFile = Annotated[
    Path | None,
    Parameter(
        name="--html",
        metavar="FILE",
        help="Also write a page with charts: one file, for any browser, without a network.",
    ),
]
Lang = Annotated[Language, Parameter(metavar="LANGUAGE", help="The language of questions.")]

MOST_THREADS = 1024
_MEMORY = re.compile(r"\d+(\.\d+)?\s*([KMGT]i?)?B?", re.IGNORECASE)


def prepare(tokens: Iterable[str]) -> list[str]:
    """The arguments with `--events` before each of its files, and `-` tied to its option.

    `--events events/*.csv` takes them all: a token is one more of its files as long as it is an existing file and no
    definition, so that options and arguments may come in any order.

    >>> prepare(["score", "lead.yaml", "--leads", "-"])
    ['score', 'lead.yaml', '--leads=-']
    """
    prepared: list[str] = []
    events = 0
    for token in tokens:
        if token == "" or (token.startswith("--") and token.endswith("=")):
            raise UsageError(f"an empty argument{f' for {token[:-1]}' if token else ''}: is a variable not set?")
        if token == "--events":
            events = 1
        elif events == 1:
            events = 2
        elif events == 2 and not token.endswith((".yaml", ".yml")) and os.path.isfile(token):
            prepared.append("--events")
        else:
            events = 0
        if token == "-" and prepared and prepared[-1].startswith("--") and "=" not in prepared[-1]:
            prepared[-1] += "=-"
        else:
            prepared.append(token)
    return prepared


def parse_columns(pairs: list[str] | None) -> dict[str, str]:
    """`trait=column` pairs as a mapping.

    >>> parse_columns(["industry=Company Industry"])
    {'industry': 'Company Industry'}
    """
    columns: dict[str, str] = {}
    for pair in pairs or ():
        trait, sign, column = pair.partition("=")
        if not (sign and trait.strip() and column.strip()):
            raise UsageError(f"--map `{pair}` is not trait=column")
        if trait.strip() in columns:
            raise UsageError(f"--map names a column for `{trait.strip()}` twice")
        columns[trait.strip()] = column.strip()
    return columns


def check_engine(url: str | None, inputs: Path | None, given: Mapping[str, object]) -> str | None:
    """The engine's URL, if there is one; it goes with a mapping of tables and without files, which `given` has."""
    if inputs is None:
        # A URL in the environment is for runs that name tables; files are scored here in spite of it.
        if url is not None and (url != os.environ.get(ENGINE_VARIABLE) or not any(given.values())):
            raise UsageError("--engine needs --inputs FILE, which says in which tables the evidence is")
        return None
    if url is None:
        raise UsageError(
            "--inputs names tables of an engine: say which with --engine, such as postgresql://host/database"
        )
    besides = [name for name, value in given.items() if value]
    if besides:
        raise UsageError(f"--inputs names tables in the place of files: leave out {' and '.join(besides)}")
    check_definition(None, inputs)
    return url


def check_memory(limit: str | None) -> str | None:
    """The memory limit, if it is one."""
    if limit is not None and not _MEMORY.fullmatch(limit.strip()):
        raise UsageError(f"--memory-limit `{limit}` is not an amount of memory; write 2GB or 500MB")
    return limit


def check_inputs(*paths: Path | None) -> list[Path]:
    """The given input files; each must be there and standard input can be only one of them."""
    given = [path for path in paths if path is not None]
    if sum(str(path) == "-" for path in given) > 1:
        raise UsageError("only one input can come from standard input (`-`)")
    return given
