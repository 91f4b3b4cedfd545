"""How jobs get through more than one batch, and past a lead that can't be dealt with."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import Error

logger = logging.getLogger(__name__)

MOST = 20
"""Batches of one turn: other jobs want theirs."""


def rounds(once: Callable[[], int], batch: int) -> int:
    """Do batches while they are full; how much was done."""
    whole = 0
    for _ in range(MOST):
        done = once()
        whole += done
        if done < batch:
            break
    return whole


def guarded(work: Callable[[], object], root: int) -> bool:
    """Do something about a lead; whether it worked. A mistake is logged, and doesn't stop the leads behind it."""
    try:
        work()
    except Error:
        raise
    except Exception:
        logger.exception("hand-off of lead %d failed; it is tried again later", root)
        return False
    return True
