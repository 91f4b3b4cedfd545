"""The tally: events' signals by lead and day, kept beside the evidence, so that scoring again reads no event twice.

Weights don't touch it: points, cooling, caps, ranges, thresholds and the as-of time can all change. A changed signal
(which events count, how often) is tallied anew, alone; new files of events are folded in, alone.
"""

from pyrometer.tally.attach import attach, reads_events
from pyrometer.tally.erasing import Erasing, erasing
from pyrometer.tally.fold import build, current_tally, refresh
from pyrometer.tally.folding import Report
from pyrometer.tally.following import TOUCHED, Log, follow
from pyrometer.tally.keys import needs_of
from pyrometer.tally.manifest import Manifest, info

__all__ = [
    "TOUCHED",
    "Erasing",
    "Log",
    "Manifest",
    "Report",
    "attach",
    "build",
    "current_tally",
    "erasing",
    "follow",
    "info",
    "needs_of",
    "reads_events",
    "refresh",
]
