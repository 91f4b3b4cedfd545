"""Evidence: files or rows of leads, events and traits, as typed relations in a DuckDB connection."""

from pyrometer.evidence.asof import answered, profile_as_of
from pyrometer.evidence.audit import audit, near_misses
from pyrometer.evidence.load import Evidence, load_evidence
from pyrometer.evidence.notes import DataNote
from pyrometer.evidence.reading import Source

__all__ = ["DataNote", "Evidence", "Source", "answered", "audit", "load_evidence", "near_misses", "profile_as_of"]
