"""The lead definition: reading, checking and describing it. Knows no SQL, no clock and no database."""

from pyrometer.definition.document import Definition
from pyrometer.definition.problems import Problem
from pyrometer.definition.reading import Draft, load, read

__all__ = ["Definition", "Draft", "Problem", "load", "read"]
