"""What the name of a column gives away: that it speaks of the outcome, of who sold, or is no more than a number."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_EARLIER = frozenset("previous prev prior last past former earlier old p".split())
_ENDED = frozenset("closed closing won lost outcome converted churned deal_stage outcomes".split())
_ENDING = frozenset(
    "close closure contract invoice signed order deal sale sales purchase end ended decision decided resolved".split()
)
_FIGURES = frozenset(
    "value amount date day at on time stage status reason price total revenue probability duration".split()
)
_CALLS = frozenset("call calls talk conversation meeting phone".split())
_LENGTHS = frozenset("duration length seconds minutes secs mins".split())
_SELLERS = frozenset(
    "agent seller salesperson salesman saleswoman salesrep rep representative owner closer sdr bdr assignee".split()
)
_SELLER_PAIRS = (
    ("account", "executive"),
    ("account", "manager"),
    ("sales", "manager"),
    ("assigned", "to"),
    ("handled", "by"),
    ("owned", "by"),
)


def words_of(name: str) -> list[str]:
    """The words in a name, in lower case.

    >>> words_of("Close Value"), words_of("dealStage"), words_of("sales_agent")
    (['close', 'value'], ['deal', 'stage'], ['sales', 'agent'])
    """
    return [word.lower() for word in _WORD.findall(name)]


def speaks_of_outcome(name: str) -> bool:
    """Whether a name says that the column is filled in when a lead ends.

    >>> [speaks_of_outcome(name) for name in ("close_date", "Lost Reason", "duration", "call length")]
    [True, True, True, True]
    >>> [speaks_of_outcome(name) for name in ("previous_outcome", "Time on site", "page_duration", "revenue")]
    [False, False, False, False]
    """
    words = words_of(name)
    found = set(words)
    if found & _EARLIER:
        return False
    if found & _ENDED or words == ["duration"] or words == ["close"]:
        return True
    return bool((found & _ENDING and found & _FIGURES) or (found & _CALLS and found & _LENGTHS))


def speaks_of_seller(name: str) -> bool:
    """Whether a name says that the column holds who was selling.

    >>> [speaks_of_seller(name) for name in ("sales_agent", "Lead Owner", "assigned to", "user_agent")]
    [True, True, True, False]
    """
    words = words_of(name)
    found = set(words)
    if "user" in found or "home" in found:
        return False
    return bool(found & _SELLERS) or any(found >= set(pair) for pair in _SELLER_PAIRS)
