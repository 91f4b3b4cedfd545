"""A definition as SQL that people read, paste, and build with dbt."""

from pyrometer.compiling.pasted import Compiled, compile_definition, compile_sql, spoken_dialect, statement_of

__all__ = ["Compiled", "compile_definition", "compile_sql", "spoken_dialect", "statement_of"]
