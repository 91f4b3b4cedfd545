"""Who enters a programme: the condition, entering again, one programme at a time, and who is held back."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from pyrometer.nurture.exits import leaving
from pyrometer.nurture.facts import SERVICE, Facts, Place, Standing
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.questions import Needs


@dataclass(frozen=True, slots=True)
class Past:
    """A programme that a lead entered: when, and when and how it ended.

    Those who are held back enter without getting anything, so that they can be compared: they are part of the past.
    """

    programme: str
    entered_at: datetime
    ended_at: datetime | None = None
    standing: Standing = Standing.INSIDE
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether a lead enters, and why it does or not, in words."""

    enters: bool
    because: str


def entry_needs(programme: Programme) -> Needs:
    """What the facts have to hold to tell whether a lead enters."""
    return programme.flow.entering


def begin(programme: Programme, now: datetime) -> Place:
    """Where somebody stands who enters now."""
    return Place(programme.version, programme.flow.first, since=now, entered_at=now, due_at=now)


def standings(history: Iterable[Past]) -> dict[str, Standing]:
    """How a lead stands to each programme: as it came out last, or inside."""
    return {past.programme: past.standing for past in sorted(history, key=lambda past: past.entered_at)}


def enters(programme: Programme, facts: Facts, history: Collection[Past], now: datetime) -> Entry:
    """Whether a lead enters a programme now. Who would leave at once doesn't.

    Raises UnansweredError where the facts lack what `entry_needs` names.
    """
    because = _was_inside(programme, history, now) or may_enter(programme, facts, history, now)
    if because:
        return Entry(False, because)
    truth = programme.flow.enter(facts, {}, now)
    if truth is None:
        return Entry(False, "whether it should enter isn't known")
    return Entry(True, "fits") if truth else Entry(False, "doesn't fit")


def may_enter(programme: Programme, facts: Facts, history: Iterable[Past], now: datetime) -> str:
    """Why a lead can't enter, whatever the condition says, so that nobody puts it in by hand; empty where it can.

    Raises UnansweredError where the facts lack what `entry_needs` names.
    """
    for past in history:
        if past.ended_at is not None:
            continue
        if past.programme == programme.programme:
            return "is inside already"
        if past.alone and programme.enter.alone:
            return f"is inside `{past.programme}`, and both want it alone"
    left = leaving(programme.flow, facts, {}, now, now)
    if left is not None:
        return f"would leave at once: {left.because}"
    return "" if _reachable(programme, facts) else "gave no consent for anything that it sends"


def _was_inside(programme: Programme, history: Iterable[Past], now: datetime) -> str:
    """Why a lead that was inside doesn't enter once more; empty where it does, or never was."""
    ended = [past.ended_at for past in history if past.programme == programme.programme and past.ended_at is not None]
    again = programme.enter.again
    if not ended:
        return ""
    if again is None:
        return "was inside, and nobody enters again"
    if now < max(ended) + timedelta(days=again):
        return f"was inside, and may enter again {again} days after the end"
    return ""


def _reachable(programme: Programme, facts: Facts) -> bool:
    """Whether one of the mails may be sent; a programme without mails needs no consent."""
    mails = {node.purpose for node in programme.flow.nodes.values() if node.kind in ("send", "ask")}
    return not mails or SERVICE in mails or any(facts.consent.get(purpose or "") is True for purpose in mails)


def choose(
    programmes: Iterable[Programme], facts: Facts, history: Collection[Past], now: datetime
) -> tuple[Programme, ...]:
    """The programmes that a lead enters now: those of higher priority choose first."""
    chosen: list[Programme] = []
    past = list(history)
    for programme in sorted(programmes, key=turn):
        if enters(programme, facts, past, now).enters:
            chosen.append(programme)
            past.append(Past(programme.programme, now, alone=programme.enter.alone))
    return tuple(chosen)


def turn(programme: Programme) -> tuple[int, str]:
    """Sorts programmes by whose turn it is: higher priority first. Stepping a lead's programmes in this order gives the
    mails that the caps allow to the more important one."""
    return -programme.enter.priority, programme.programme


def held_back(programme_key: str, lead_id: str, share: Decimal | float) -> bool:
    """Whether a lead belongs to the control group: always the same answer for the same lead and programme.

    The draws of two programmes have nothing to do with each other, and a larger share holds back the same leads and
    more.

    >>> sum(held_back("educate", f"lead {number}", 0.1) for number in range(10_000))
    997
    """
    drawn = hashlib.sha256(f"{len(programme_key)}:{programme_key}:{lead_id}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") < int(Decimal(share) * 2**64)
