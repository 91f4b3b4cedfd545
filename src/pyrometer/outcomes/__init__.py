"""Outcomes: how leads ended, read from a file or an archive into one row a decided lead."""

from pyrometer.outcomes.reading import FIELDS, LOST, OUTCOMES, WON, Outcomes, of_evidence, read_outcomes

__all__ = ["FIELDS", "LOST", "OUTCOMES", "WON", "Outcomes", "of_evidence", "read_outcomes"]
