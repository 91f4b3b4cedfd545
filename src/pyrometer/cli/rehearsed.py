"""What a made-up lead got from a programme, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from pyrometer.cli.terminal import visible
from pyrometer.nurture import (
    Ask,
    Asking,
    Enter,
    Finish,
    Intent,
    Leave,
    LetGo,
    Notify,
    Offer,
    Recycle,
    Send,
    SetTrait,
    Skip,
    Wait,
)
from pyrometer.nurture.words import text

if TYPE_CHECKING:
    from pyrometer.nurture import Programme, Walk
    from pyrometer.rehearsal import Story

_WIDTH = len("Mon 2026-03-02 09:00")


def print_walk(programme: Programme, story: Story, walked: Walk, screen: Console, language: str) -> None:
    """Print what was done, moment by moment, in the lead's own time; waits go without saying."""
    screen.print(Text.assemble((visible(story.lead), "bold"), f", in {story.zone} time"), soft_wrap=True)
    if not walked.happened:
        screen.print(Text(f"  never enters: {visible(walked.because)}"), soft_wrap=True)
    for happened in walked.happened:
        when = f"{happened.at.astimezone(ZoneInfo(story.zone)):%a %Y-%m-%d %H:%M}"
        for intent in happened.intents:
            if not isinstance(intent, Wait):
                screen.print(Text(f"  {when:{_WIDTH}}  {visible(told(intent, language))}"), soft_wrap=True)
                when = ""
    if walked.place is not None:
        kind = programme.flow.nodes[walked.place.step].kind
        screen.print(Text(f"  {'then':{_WIDTH}}  still inside, at the {kind} `{visible(walked.place.step)}`"))
    screen.print()


def told(intent: Enter | Intent, language: str = "en") -> str:
    """An intent in words.

    >>> told(Leave("turned hot", "hot"))
    'leaves: turned hot'
    """
    match intent:
        case Enter():
            return "enters"
        case Send(content=content, asking=asking):
            return f"gets {content}" + (f", asked {_asked(asking, language)}" if asking is not None else "")
        case Ask(asking=asking):
            return f"is asked {_asked(asking, language)}"
        case Offer(content=content, slot=slot, coupon=coupon):
            return f"is offered the coupon {coupon}" if content is None else f"is shown {content} in {slot}"
        case Notify(to=to, say=say):
            return f"{'the rep' if to == 'rep' else to} is told: {text(say, language)}"
        case SetTrait(trait=trait, value=value):
            return f"{trait} is noted: {value}"
        case Skip(step=step, because=because):
            return f"`{step}` is passed over: {because}"
        case Leave(because=because):
            return f"leaves: {because}"
        case Recycle(because=because, on=on):
            return f"leaves: {because}; recycled until {on.isoformat()}"
        case LetGo(because=because):
            return f"is let go: {because}"
        case Finish():
            return "finishes"
        case Wait(until=until):
            return f"waits until {until.isoformat()}"


def _asked(asking: Asking, language: str) -> str:
    return f"“{text(asking.question, language)}”" if asking.question is not None else f"about {asking.criterion}"


def walk_as_json(walked: Walk) -> dict[str, Any]:
    """What was done as a JSON object, and the step at which the lead stands at the end."""
    return {
        "happened": [
            {"at": happened.at.isoformat(), "intents": [_as_json(intent) for intent in happened.intents]}
            for happened in walked.happened
        ],
        "step": None if walked.place is None else walked.place.step,
        "stays_out": walked.because or None,
    }


def _as_json(intent: object) -> Any:
    if isinstance(intent, datetime | date):
        return intent.isoformat()
    if isinstance(intent, Mapping):
        return dict(intent)
    if is_dataclass(intent) and not isinstance(intent, type):
        found = {one.name.rstrip("_"): _as_json(getattr(intent, one.name)) for one in fields(intent)}
        return found if isinstance(intent, Asking) else {"intent": type(intent).__name__, **found}
    return intent
