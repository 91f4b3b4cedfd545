"""Evidence: files or rows of leads, events and traits, as typed relations in a DuckDB connection."""

from pyrometer.evidence.asof import answered, profile_as_of
from pyrometer.evidence.audit import audit, near_misses
from pyrometer.evidence.fields import BAG, Field, Naming, event_fields, log_fields, profile_fields
from pyrometer.evidence.files import is_stream
from pyrometer.evidence.joined import SEPARATOR, Joined, as_source, open_joined, property_names
from pyrometer.evidence.load import Evidence, load_evidence
from pyrometer.evidence.notes import DataNote, clip, some
from pyrometer.evidence.reading import Source

__all__ = [
    "BAG",
    "SEPARATOR",
    "DataNote",
    "Evidence",
    "Field",
    "Joined",
    "Naming",
    "Source",
    "answered",
    "as_source",
    "audit",
    "clip",
    "event_fields",
    "is_stream",
    "load_evidence",
    "log_fields",
    "near_misses",
    "open_joined",
    "profile_as_of",
    "profile_fields",
    "property_names",
    "some",
]
