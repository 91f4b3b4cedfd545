"""Nurture programmes: who enters, what they get next and when, and why, as pure decisions.

A room that carries them out needs few of these: `load` a programme; `choose` who enters, with facts that hold what
`entry_needs` names; `held_back` for the control group; `begin`; then, whenever a place is due or something new is known
of its lead, `next_step` with facts that hold what `needs` names. `moved` brings people into another version, and `walk`
shows what would happen.
"""

from __future__ import annotations

from pyrometer.nurture.check import check
from pyrometer.nurture.contents import PITCHES, Content, read_content, read_contents
from pyrometer.nurture.enrolling import (
    Entry,
    Past,
    begin,
    choose,
    enters,
    entry_needs,
    held_back,
    may_enter,
    standings,
    turn,
)
from pyrometer.nurture.facts import OFFICE, RECYCLE_ON, SERVICE, Facts, Place, Policy, Standing
from pyrometer.nurture.intents import (
    Ask,
    Asking,
    Decision,
    Ending,
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
from pyrometer.nurture.library import shipped, shipped_contents
from pyrometer.nurture.moving import Stays, moved
from pyrometer.nurture.narrowing import Narrowed, narrowed
from pyrometer.nurture.picture import Line, drawn, spelled
from pyrometer.nurture.programme import Programme, is_key
from pyrometer.nurture.questions import Needs, Question, answers, asking, next_question
from pyrometer.nurture.reading import Draft, load, read
from pyrometer.nurture.stepping import needs, next_step
from pyrometer.nurture.truth import UnansweredError
from pyrometer.nurture.walking import Enter, Happened, Story, Told, Walk, walk
from pyrometer.nurture.windows import earliest

__all__ = [
    "OFFICE",
    "PITCHES",
    "RECYCLE_ON",
    "SERVICE",
    "Ask",
    "Asking",
    "Content",
    "Decision",
    "Draft",
    "Ending",
    "Enter",
    "Entry",
    "Facts",
    "Finish",
    "Happened",
    "Intent",
    "Leave",
    "LetGo",
    "Line",
    "Narrowed",
    "Needs",
    "Notify",
    "Offer",
    "Past",
    "Place",
    "Policy",
    "Programme",
    "Question",
    "Recycle",
    "Send",
    "SetTrait",
    "Skip",
    "Standing",
    "Stays",
    "Story",
    "Told",
    "UnansweredError",
    "Wait",
    "Walk",
    "answers",
    "asking",
    "begin",
    "check",
    "choose",
    "drawn",
    "earliest",
    "enters",
    "entry_needs",
    "held_back",
    "is_key",
    "load",
    "may_enter",
    "moved",
    "narrowed",
    "needs",
    "next_question",
    "next_step",
    "read",
    "read_content",
    "read_contents",
    "shipped",
    "shipped_contents",
    "spelled",
    "standings",
    "turn",
    "walk",
]
