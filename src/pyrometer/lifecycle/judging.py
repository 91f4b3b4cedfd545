"""What follows from what people say of a lead: verdicts, qualifying calls, outcomes."""

from __future__ import annotations

from datetime import date, timedelta

from pyrometer.lifecycle.facts import Policy, Said, State
from pyrometer.lifecycle.happenings import Judged
from pyrometer.lifecycle.intents import (
    Assign,
    ChangeStage,
    EndAssignment,
    Intent,
    Mark,
    Notify,
    Park,
    Recycle,
    Refuse,
)
from pyrometer.lifecycle.reading import hand_over
from pyrometer.lifecycle.stages import WITH_SALES, Stage

WORDS = {
    Said.NOT_NOW: "not now",
    Said.NOT_A_FIT: "not a fit",
    Said.UNREACHABLE: "not reached",
    Said.DUPLICATE: "another lead is the same",
    Said.JUNK: "not a real lead",
}


FURTHEST = 2
"""Years that a lead is put off at most: what comes later is a slip, or nobody's plan."""


def when_judged(state: State, verdict: Judged, today: date, policy: Policy) -> tuple[Intent, ...]:
    """What follows from a verdict. A rejection without an attempt counts, and is marked."""
    if state.stage not in WITH_SALES:
        return (Refuse("sales doesn't have this lead, so there is nothing to judge; hand it over first"),)
    if verdict.said == Said.ACCEPTED:
        return (ChangeStage(Stage.ACCEPTED, "sales accepted it"),) if state.stage == Stage.SQL else ()
    if verdict.until is not None and verdict.said != Said.NOT_NOW:
        return (Refuse("only somebody who was spoken with can have named a day: say `not now` with it"),)
    if verdict.until is not None and verdict.until <= today:
        return (Refuse("the day to call again must lie ahead"),)
    if verdict.until is not None and verdict.until > latest_day(today):
        return (Refuse(f"the day to call again is more than {FURTHEST} years ahead; name one within them"),)
    because = WORDS[verdict.said]
    return (EndAssignment(because), *_after(state, verdict, today, policy), *_marks(verdict, policy))


def latest_day(today: date) -> date:
    """The last day until which a lead can be put off.

    >>> latest_day(date(2028, 2, 29))
    datetime.date(2030, 2, 28)
    """
    year = today.year + FURTHEST
    return today.replace(year=year) if (today.month, today.day) != (2, 29) else date(year, 2, 28)


def when_qualified(state: State) -> tuple[Intent, ...]:
    """What follows from a qualifying call by marketing."""
    if state.stage in WITH_SALES:
        if not state.owned:
            return Assign("nobody had it"), Notify("assignment")
        return (Refuse("sales has this lead already"),)
    if state.stage == Stage.CUSTOMER:
        return (Refuse("this lead is a customer already"),)
    if not state.facts.reachable:
        return (Refuse("nobody can reach this lead: add an email address or a phone number first"),)
    return hand_over("marketing spoke with it, and it qualifies", to_former=True)


def when_opened(state: State) -> tuple[Intent, ...]:
    """What follows when an opportunity was opened, here or in a CRM."""
    if state.stage in (Stage.OPPORTUNITY, Stage.CUSTOMER):
        return ()
    change = ChangeStage(Stage.OPPORTUNITY, "an opportunity was opened")
    return (change,) if state.owned else (change, Assign("an opportunity was opened", True), Notify("assignment"))


def when_won(state: State) -> tuple[Intent, ...]:
    """What follows when a lead bought."""
    if state.stage == Stage.CUSTOMER:
        return ()
    return *_out_of_hands(state, "won"), ChangeStage(Stage.CUSTOMER, "it bought")


def when_lost(state: State, today: date, policy: Policy) -> tuple[Intent, ...]:
    """What follows when a lead decided against us; nobody with a future is turned away."""
    if state.stage in (Stage.UNQUALIFIED, Stage.LET_GO, Stage.RECYCLED):
        return ()
    because = "the customer left" if state.stage == Stage.CUSTOMER else "lost"
    return (
        *_out_of_hands(state, because),
        ChangeStage(Stage.RECYCLED, because),
        Recycle(today + timedelta(days=policy.recycle_after)),
    )


def _after(state: State, verdict: Judged, today: date, policy: Policy) -> tuple[Intent, ...]:
    because = WORDS[verdict.said]
    back = Recycle(verdict.until or today + timedelta(days=policy.recycle_after), verdict.until is not None)
    match verdict.said:
        case Said.NOT_NOW | Said.UNREACHABLE:
            return ChangeStage(Stage.RECYCLED, because), back
        case Said.NOT_A_FIT if state.facts.in_market or state.facts.like_customers:
            kept = "in the target market" if state.facts.in_market else "like past customers"
            return ChangeStage(Stage.RECYCLED, f"{because}, but {kept}"), back
        case _:
            return ChangeStage(Stage.UNQUALIFIED, because), Park(because)


def _marks(verdict: Judged, policy: Policy) -> tuple[Intent, ...]:
    if not verdict.attempts:
        return (Mark("no_attempt"),)
    if verdict.said == Said.UNREACHABLE and verdict.attempts < policy.attempts:
        return (Mark("few_attempts"),)
    return ()


def _out_of_hands(state: State, because: str) -> tuple[Intent, ...]:
    return (EndAssignment(because),) if state.owned or state.stage in WITH_SALES else ()
