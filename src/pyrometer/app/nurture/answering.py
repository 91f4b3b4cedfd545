"""Answers what programmes ask of the evidence: by the same scoring as everything else, many leads at once."""

from __future__ import annotations

import atexit
import logging
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pyrometer import nurture
from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.evidence.columns import columns_of
from pyrometer.app.temperature.reading import temperatures
from pyrometer.definition import Definition
from pyrometer.errors import PyrometerError
from pyrometer.live import LiveScorer

logger = logging.getLogger(__name__)

KEPT = 8
"""So many scorers are kept ready: one a set of questions."""


@dataclass(frozen=True)
class Answered:
    """What the evidence of a lead says: the answers by key, and what each framework asks next."""

    answers: Mapping[str, bool | None]
    asks_next: Mapping[str, str | None]


class _Ready:
    """A scorer of the questions that the live definition can answer, with the others left out."""

    def __init__(self, definition: Definition, needs: nurture.Needs) -> None:
        self.definition = definition
        self.frameworks = [name for name in needs.frameworks if name in definition.used_frameworks]
        self.unanswerable: list[str] = []
        self.scorer = self._scorer(needs)

    def _scorer(self, needs: nurture.Needs) -> LiveScorer | None:
        whole = nurture.Needs(needs.questions, (), tuple(self.frameworks))
        try:
            return self._made(whole)
        except (KeyError, PyrometerError):
            # The definition was changed since the programme was published: what it doesn't know is unknown.
            good = []
            for asked in needs.questions:
                try:
                    self._made(nurture.Needs((asked,))).close()
                    good.append(asked)
                except (KeyError, PyrometerError):
                    self.unanswerable.append(asked.key)
        if not good and not self.frameworks:
            return None
        return self._made(nurture.Needs(tuple(good), (), tuple(self.frameworks)))

    def _made(self, needs: nurture.Needs) -> LiveScorer:
        self.narrowed = nurture.narrowed(self.definition, needs)
        return LiveScorer(self.narrowed.definition)

    def answer(self, roots: Collection[int], now: datetime) -> dict[int, Answered]:
        if self.scorer is None:
            return {}
        found = columns_of(list(roots), events=self.narrowed.events, traits=self.narrowed.traits)
        rows = self.scorer.rows(
            found.leads, found.events, traits=found.traits, previous=temperatures(list(roots)), as_of=now
        )
        return {int(row[0]): self._answered(row) for row in rows}

    def _answered(self, row: tuple[object, ...]) -> Answered:
        assert self.scorer is not None
        answers = nurture.answers(self.scorer.flags(row))
        if not self.frameworks:
            return Answered(answers, {})
        states = self.scorer.criteria(row)
        return Answered(
            answers, {name: nurture.next_question(self.definition, name, states) for name in self.frameworks}
        )

    def close(self) -> None:
        if self.scorer is not None:
            self.scorer.close()


_lock = threading.Lock()
_kept: OrderedDict[tuple[str, frozenset[str], frozenset[str]], _Ready] = OrderedDict()


def answer(needs: nurture.Needs, roots: Collection[int], now: datetime) -> dict[int, Answered]:
    """What the evidence of some roots says to what is needed, by the live definition.

    A question that it can't answer is left out, and so is everything where there is none: both are unknown. Raises
    EvidenceError.
    """
    version = live()
    if version is None or not roots or not (needs.questions or needs.frameworks):
        return {}
    with _use(version, needs) as ready:
        return ready.answer(roots, now)


def unanswerable(needs: nurture.Needs) -> tuple[str, ...]:
    """The keys of questions that the live definition can't answer any more."""
    version = live()
    if version is None or not needs.questions:
        return ()
    with _use(version, needs) as ready:
        return tuple(ready.unanswerable)


@contextmanager
def _use(version: Version, needs: nurture.Needs) -> Iterator[_Ready]:
    key = (version.text, frozenset(asked.key for asked in needs.questions), frozenset(needs.frameworks))
    with _lock:
        ready = _kept.pop(key, None) or _Ready(definition_of(version), needs)
        try:
            yield ready
        except Exception:
            # Whatever happened to it, the next one begins with a new engine.
            ready.close()
            raise
        _kept[key] = ready
        while len(_kept) > KEPT:
            _, old = _kept.popitem(last=False)
            old.close()


def close() -> None:
    """Free the memory of all scorers; they are made again when they are needed."""
    with _lock:
        for ready in _kept.values():
            ready.close()
        _kept.clear()


atexit.register(close)
