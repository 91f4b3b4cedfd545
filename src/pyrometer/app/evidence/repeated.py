"""Messages that come again after they were forgotten by `Seen`, which keeps them for a while: evidence knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyrometer.app.evidence.models import Event, TraitChange

STEP = 100


class RepeatedError(Exception):
    """Evidence of some messages is there already; `by_evidence` are all that were written, by lead and message id."""

    def __init__(self, by_evidence: Mapping[tuple[int, str], str]) -> None:
        super().__init__("evidence of some messages is there already")
        self.by_evidence = by_evidence

    def known(self) -> frozenset[str]:
        """The messages, by `once`, whose evidence is there."""
        return frozenset(self.by_evidence[pair] for pair in _there(self.by_evidence))


def _there(pairs: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    wanted = list(pairs)
    for start in range(0, len(wanted), STEP):
        step = wanted[start : start + STEP]
        leads, messages = {lead for lead, _ in step}, {message for _, message in step}
        for model in (Event, TraitChange):
            rows = model.objects.filter(lead__in=leads, message_id__in=messages)
            yield from set(rows.values_list("lead_id", "message_id")).intersection(step)
