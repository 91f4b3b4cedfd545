"""What follows from a new reading, from silence, and from a date."""

from __future__ import annotations

from datetime import datetime, timedelta

from pyrometer.lifecycle.facts import Facts, Fit, Policy, Said, State
from pyrometer.lifecycle.intents import Assign, ChangeStage, Intent, Notify, Park
from pyrometer.lifecycle.stages import WITH_SALES, Stage

HOT = "it is hot, as both teams agreed"
ASKED = "it looks like a customer, and took a step that only buyers take"
ENDED = frozenset({Said.JUNK, Said.DUPLICATE})
"""Verdicts after which nothing that the lead does brings it back; a person can."""


def for_sales(facts: Facts) -> str | None:
    """Why it is to be handed over; None if it isn't."""
    if not facts.reachable:
        return None
    if facts.temperature == "hot":
        return HOT
    return ASKED if facts.fit == Fit.GOOD and facts.sales_action_at else None


def hand_over(because: str, *, to_former: bool = False) -> tuple[Intent, ...]:
    """Into the hands of sales."""
    return ChangeStage(Stage.SQL, because), Assign(because, to_former), Notify("assignment")


def is_unqualified(facts: Facts, policy: Policy) -> bool:
    """Little interest and few criteria met; but who is in the target market, or like past customers, stays."""
    little = facts.temperature == "cool" and facts.fit == Fit.POOR and facts.met <= policy.few_met
    return little and not facts.ready and not (facts.in_market or facts.like_customers)


def when_read(state: State, was: str | None, policy: Policy) -> tuple[Intent, ...]:
    """What follows from a new reading."""
    match state.stage:
        case Stage.LEAD | Stage.MQL:
            return _before_sales(state, policy)
        case Stage.QUIET | Stage.LET_GO:
            spark = _spark(state, policy)
            if state.stage == Stage.QUIET or spark:
                because = for_sales(state.facts)
                if because:
                    return hand_over(because)
            return _to_nurture(state, "it showed interest again") if spark else ()
        case Stage.RECYCLED:
            because = _news_for_sales(state)
            return hand_over(because, to_former=True) if because else ()
        case Stage.UNQUALIFIED:
            return _parked(state, policy)
        case Stage.CUSTOMER:
            return ()
        case _:
            return _with_sales(state, was)


def when_date_reached(state: State, policy: Policy) -> tuple[Intent, ...]:
    """What follows when the day has come for which a lead was put aside."""
    if state.stage != Stage.RECYCLED:
        return ()
    if state.promised and state.facts.reachable:
        return hand_over("it asked to be called on this day", to_former=True)
    because = for_sales(state.facts)
    if because:
        return hand_over(because, to_former=True)
    return _to_nurture(state, "the day came to look at it again")


def when_silent(state: State, days: int, policy: Policy) -> tuple[Intent, ...]:
    """What follows from so many days without a sign."""
    match state.stage:
        case Stage.LEAD | Stage.MQL if days >= policy.quiet_after:
            if for_sales(state.facts):
                return _before_sales(state, policy)
            return (ChangeStage(Stage.QUIET, "it fell silent"),)
        case Stage.RECYCLED if state.recycle_on is None and days >= policy.quiet_after:
            return (ChangeStage(Stage.QUIET, "it fell silent"),)
        case Stage.QUIET if days >= policy.let_go_after:
            return ChangeStage(Stage.LET_GO, "it stayed silent"), Park("it stayed silent")
        case _:
            # Sales has its own clocks; who is recycled has a date; of the others nothing is expected.
            return ()


def _before_sales(state: State, policy: Policy) -> tuple[Intent, ...]:
    because = for_sales(state.facts)
    if because:
        return hand_over(because)
    if is_unqualified(state.facts, policy):
        return (
            ChangeStage(Stage.UNQUALIFIED, "little interest, few criteria met, and not like any customer"),
            Park("little interest, few criteria met"),
        )
    if state.stage == Stage.LEAD:
        return (ChangeStage(Stage.MQL, "it looks like a customer"),) if _is_mql(state.facts) else ()
    if state.facts.fit == Fit.GOOD or state.facts.ready:
        return ()  # a good fit that cooled is still educated; silence is what sends it on
    return (ChangeStage(Stage.LEAD, "it doesn't look like a customer any more"),)


def _parked(state: State, policy: Policy) -> tuple[Intent, ...]:
    because = _news_for_sales(state)
    if because:
        return hand_over(because)
    if state.verdict is None and not is_unqualified(state.facts, policy):
        return _to_nurture(state, "it looks better than before")
    return ()


def _with_sales(state: State, was: str | None) -> tuple[Intent, ...]:
    assert state.stage in WITH_SALES
    if not state.owned:
        return Assign("nobody had it"), Notify("assignment")
    if state.facts.temperature == "hot" and was not in (None, "hot"):
        return (Notify("hotter"),)
    return ()


def _to_nurture(state: State, because: str) -> tuple[Intent, ...]:
    return (ChangeStage(Stage.MQL if _is_mql(state.facts) else Stage.LEAD, because),)


def _is_mql(facts: Facts) -> bool:
    return facts.fit == Fit.GOOD and (facts.temperature != "cool" or facts.ready)


def _spark(state: State, policy: Policy) -> bool:
    """Whether it did something since it fell silent, or shortly before, so that it wasn't silent at all.

    What it does just then becomes known a little later, and is dated before.
    """
    return _later(state.facts.last_seen, state.since - timedelta(days=policy.quiet_after))


def _news_for_sales(state: State) -> str | None:
    """Why it goes to sales again: for what it did since, since sales has judged what was before."""
    because = for_sales(state.facts)
    news = _later(state.facts.hot_since, state.since) or _later(state.facts.sales_action_at, state.since)
    return because if news and state.verdict not in ENDED else None


def _later(moment: datetime | None, than: datetime) -> bool:
    return moment is not None and moment > than
