"""Where a lead stands that turned out to be two."""

from __future__ import annotations

from datetime import date

from pyrometer.lifecycle.facts import Said, State
from pyrometer.lifecycle.stages import Stage

JUDGED = frozenset({Said.NOT_A_FIT, Said.JUNK})
"""Verdicts that are about the person. That another lead is the same says nothing against the other one."""

RANKS = (
    Stage.UNQUALIFIED,
    Stage.LET_GO,
    Stage.QUIET,
    Stage.LEAD,
    Stage.MQL,
    Stage.RECYCLED,
    Stage.SQL,
    Stage.ACCEPTED,
    Stage.OPPORTUNITY,
    Stage.CUSTOMER,
)
"""What was decided least first: what only followed from evidence, or its absence, follows anew from that of both."""


def furthest(one: State, other: State) -> State:
    """The state, of these two, in which their lead is from now on; the first where neither is further.

    What sales had to do with either outweighs what marketing thought of the other, a day that was promised outweighs
    one that was only set, and who is in a rep's hands outweighs who is in nobody's.

    >>> from datetime import UTC, datetime
    >>> since = datetime(2026, 6, 1, tzinfo=UTC)
    >>> furthest(State(Stage.MQL, since), State(Stage.CUSTOMER, since)).stage.value
    'customer'
    """
    return other if _rank(other) > _rank(one) else one


def _rank(state: State) -> tuple[float, bool, bool, int]:
    rank: float = RANKS.index(state.stage)
    if state.stage == Stage.UNQUALIFIED and state.verdict in JUDGED:
        rank = RANKS.index(Stage.MQL) + 0.5
    day = state.recycle_on if state.stage == Stage.RECYCLED else None
    # Of two days the earlier one: it can be put off, but not made up for.
    return rank, state.owned, day is not None and state.promised, -(day or date.max).toordinal()
