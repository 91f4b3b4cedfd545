"""What may go wrong while Spark works: watched for, stopped, and said in words."""

from __future__ import annotations

import re
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pyrometer.engines.address import without_secrets
from pyrometer.errors import EvidenceError, UsageError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # what it has to say of the versions of pandas
    from py4j.protocol import Py4JError, Py4JJavaError, Py4JNetworkError  # type: ignore[import-untyped]  # it has no types
    from pyspark.errors import PySparkException

__all__ = ["Py4JError", "PySparkException", "Watch", "condition", "said", "told"]

BEATS = 20
"""Beats of the waiting thread, of a tenth of a second, between two looks at the tasks."""

PATIENCE = 60
"""Looks without a running task after which nobody is expected to work on a query any more: two minutes."""

_LEADING = re.compile(r"^\[[A-Z0-9_.]+\] ")
_TRAILING = re.compile(r" *SQLSTATE: \w+.*$", re.DOTALL)
_TASK = re.compile(r"most recent failure: .*?(?:executor \S+\): |\(TID \d+\)[^:]*: )(.*)", re.DOTALL)
_CLASS = re.compile(r"^(?:[a-z]\w*\.)+[A-Z]\w*(?:Exception|Error): ")


class Watch:
    """One call: stopped on demand, and given up when no executor works on it."""

    def __init__(self, session: Any) -> None:
        self._session, self._tag = session, f"pyrometer-{uuid.uuid4().hex}"
        self._beats = self._idle = 0

    @contextmanager
    def marked(self) -> Iterator[None]:
        """Marks the jobs of this thread as those of the call."""
        self._session.addTag(self._tag)
        try:
            yield
        finally:
            with suppress(Exception):
                self._session.removeTag(self._tag)

    def cancel(self) -> None:
        """Stop the call's jobs."""
        with suppress(Exception):
            self._session.interruptTag(self._tag)

    def look(self) -> None:
        """Called while waiting. Raises EvidenceError where tasks have waited too long for somebody to run them."""
        self._beats += 1
        if self._beats % BEATS:
            return
        self._idle = self._idle + 1 if self._waits() else 0
        if self._idle >= PATIENCE:
            raise EvidenceError(
                "no executor has worked on this for two minutes; see to the cluster's workers, or try when it is free"
            )

    def _waits(self) -> bool:
        """Whether there are tasks and none of them runs; a session behind Spark Connect doesn't tell."""
        try:
            tracker = self._session.sparkContext.statusTracker()
            stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        except Exception:  # the call itself will say what is wrong
            return False
        there = [stage for stage in stages if stage is not None]
        return bool(there) and not any(stage.numActiveTasks for stage in there)


@contextmanager
def told(shown: str, secrets: tuple[str, ...] = ()) -> Iterator[None]:
    """Turns what Spark, its Java process and the disk complain of into errors for people."""
    try:
        yield
    except EvidenceError as error:
        raise EvidenceError(f"{shown}: {error}") from None
    except (Py4JNetworkError, ConnectionError, EOFError):
        raise EvidenceError(f"lost the connection to {shown}: its driver has ended; run it again") from None
    except ImportError as error:
        missing = error.name or "pyarrow"
        raise UsageError(
            f'Spark needs the package `{missing}` here; python -m pip install "pyrometer[spark]" brings it'
        ) from None
    except OSError as error:
        raise EvidenceError(f"can't keep the rows that {shown} sends: {error.strerror or error}") from None
    except (PySparkException, Py4JError) as error:
        raise EvidenceError(f"{shown}: {without_secrets(said(error), secrets)}") from None


def condition(error: PySparkException) -> str:
    """Spark's name for a kind of error, such as TABLE_OR_VIEW_NOT_FOUND."""
    return error.getCondition() or ""


def said(error: BaseException) -> str:
    """What is wrong in one line: of a failed job, what its task died of."""
    text = str(error)
    if isinstance(error, Py4JJavaError):
        cause = error.java_exception
        with suppress(Exception):
            while cause.getCause() is not None:
                cause = cause.getCause()
            text = str(cause.getMessage() or cause.toString())
    task = _TASK.search(text)
    if task is not None:
        text = task[1]
    lines = text.strip().splitlines() or [type(error).__name__]
    line = _CLASS.sub("", _TRAILING.sub("", lines[0]))
    line = _LEADING.sub("", line).strip().rstrip(".")
    return line or type(error).__name__
