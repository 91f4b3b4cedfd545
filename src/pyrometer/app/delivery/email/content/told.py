"""What rooms further on say of a lead in a mail, and what of theirs can be named: they register, since this one doesn't
know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyrometer.app.delivery.email.content.variables import Known


@dataclass(frozen=True)
class Told:
    """Who in sales has a lead in hand, what to ask it next, and the forms with the lead's own links, by name."""

    rep: Mapping[str, str] = field(default_factory=dict)
    question: str = ""
    forms: Mapping[str, str] = field(default_factory=dict)


Tell = Callable[[Mapping[int, str], datetime], Mapping[int, Told]]
"""Asked with roots, each with the language of its mail, and the time."""

Silent = Callable[[str, object], bool]
"""Whether an answer to a trait says nothing, though something was written: `please choose`."""

Silences = Callable[[], Silent]
"""Asked once for many answers."""

_silent: list[Silences] = []
_tell: list[Tell] = []
_known: list[Callable[[], Known]] = []


def register(
    *, tell: Tell | None = None, known: Callable[[], Known] | None = None, silent: Silences | None = None
) -> None:
    """Have functions asked. Called in a room's `ready`."""
    if silent is not None and silent not in _silent:
        _silent.append(silent)
    if tell is not None and tell not in _tell:
        _tell.append(tell)
    if known is not None and known not in _known:
        _known.append(known)


def told(languages: Mapping[int, str], now: datetime) -> dict[int, Told]:
    """What all rooms say of some roots; where several say something, the one that registered last."""
    found = dict.fromkeys(languages, Told())
    for ask in _tell:
        for root, said in ask(languages, now).items():
            before = found[root]
            found[root] = Told(
                {**before.rep, **said.rep}, said.question or before.question, {**before.forms, **said.forms}
            )
    return found


def silences() -> Silent:
    """Whether any room says that an answer says nothing."""
    asked = [ask() for ask in _silent]
    return lambda trait, value: any(silent(trait, value) for silent in asked)


def known() -> Known:
    """The traits and forms that contents may name; any trait, where no room knows them."""
    traits: dict[str, str] | None = None
    forms: list[str] = []
    for ask in _known:
        said = ask()
        if said.traits is not None:
            traits = {**(traits or {}), **said.traits}
        forms += said.forms
    return Known(traits, tuple(dict.fromkeys(forms)))
