"""A definition as SQL that people read, paste, and build with dbt."""

from pyrometer.compiling.dbt import check_files, dbt_files
from pyrometer.compiling.pasted import Compiled, compile_definition, compile_sql, spoken_dialect, statement_of, untested

__all__ = [
    "Compiled",
    "check_files",
    "compile_definition",
    "compile_sql",
    "dbt_files",
    "spoken_dialect",
    "statement_of",
    "untested",
]
