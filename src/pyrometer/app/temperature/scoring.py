"""Keeps what scores ready: one engine a version and purpose, for one thread at a time."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import definition_of
from pyrometer.definition import Definition
from pyrometer.live import LiveScorer
from pyrometer.recheck import Rechecker


class _Closable(Protocol):
    def close(self) -> None: ...


Engine = TypeVar("Engine", bound=_Closable)


class _Kept:
    """What is ready for a purpose, and for which version's text."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.text = ""
        self.engine: _Closable | None = None

    def close(self) -> None:
        if self.engine is not None:
            self.engine.close()
        self.engine = None


_kept = {"reading": _Kept(), "explaining": _Kept(), "rechecking": _Kept()}


@contextmanager
def scorer(version: Version) -> Iterator[LiveScorer]:
    """A scorer of a version, kept for the next time. Raises DefinitionError."""
    with _use("reading", version, LiveScorer) as engine:
        yield engine


@contextmanager
def explainer(version: Version) -> Iterator[LiveScorer]:
    """A scorer that says of every line how many events counted, and how fresh they are."""
    with _use("explaining", version, lambda definition: LiveScorer(definition, explain=True)) as engine:
        yield engine


@contextmanager
def rechecker(version: Version) -> Iterator[Rechecker]:
    """What tells on which day time alone may change a temperature."""
    with _use("rechecking", version, Rechecker) as engine:
        yield engine


@contextmanager
def _use(purpose: str, version: Version, make: Callable[[Definition], Engine]) -> Iterator[Engine]:
    kept = _kept[purpose]
    with kept.lock:
        if kept.engine is None or kept.text != version.text:
            kept.close()
            kept.engine, kept.text = make(definition_of(version)), version.text
        try:
            yield kept.engine  # type: ignore[misc]
        except Exception:
            # Whatever happened to it, the next one begins with a new engine.
            kept.close()
            raise


def close() -> None:
    """Free the memory of all of them; they are made again when they are needed."""
    for kept in _kept.values():
        with kept.lock:
            kept.close()


atexit.register(close)
