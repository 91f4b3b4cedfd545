"""The stages of a lead's life between the teams."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a lead stands; the order is that of its way to the customer, then the ways back."""

    LEAD = "lead"
    MQL = "mql"
    SQL = "sql"
    """Handed over to sales, which hasn't said anything yet."""
    ACCEPTED = "accepted"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    RECYCLED = "recycled"
    """Taken back from sales, until a date."""
    UNQUALIFIED = "unqualified"
    QUIET = "quiet"
    """Fell silent; is being won back."""
    LET_GO = "let_go"


WITH_SALES = frozenset({Stage.SQL, Stage.ACCEPTED, Stage.OPPORTUNITY})
"""The stages in which a lead is somebody's in sales."""
