"""Keeps Python's search for unused objects short in processes that run for weeks."""

from __future__ import annotations

import atexit
import gc

THRESHOLDS = (20_000, 20, 50)
"""New objects before a search among them; searches before one among those that survived one, and then two."""


def settle() -> None:
    """Leave out of all later searches what is there once a process has begun: modules, classes, models, templates.

    A search through all of it takes 200 to 400 ms, in which nothing else is done, and comes every twenty pages.
    """
    gc.collect()
    gc.freeze()
    # At the end all is looked through; libraries that count their objects would call them lost.
    atexit.register(gc.unfreeze)
    gc.set_threshold(*THRESHOLDS)
