"""The archive: evidence kept for good in Delta Lake tables, appended to, never edited, and erased by lead."""

from pyrometer.archive.appending import Appended, Received, append
from pyrometer.archive.compacting import Compacted, compact
from pyrometer.archive.erasing import Erased, erase
from pyrometer.archive.snapshot import Snapshot, steadily
from pyrometer.archive.standing import Standing, all_leads, snapshot_of, stand
from pyrometer.archive.summary import Holding, Info, info
from pyrometer.archive.there import current_files, latest_known, open_inputs, withdrawn

__all__ = [
    "Appended",
    "Compacted",
    "Erased",
    "Holding",
    "Info",
    "Received",
    "Snapshot",
    "Standing",
    "all_leads",
    "append",
    "compact",
    "current_files",
    "erase",
    "info",
    "latest_known",
    "open_inputs",
    "snapshot_of",
    "stand",
    "steadily",
    "withdrawn",
]
