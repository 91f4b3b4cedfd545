"""What a decision wants done. Whoever asked carries it out, in this order, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyrometer.lifecycle.stages import Stage


@dataclass(frozen=True)
class EndAssignment:
    """Take it out of the rep's hands."""

    because: str


@dataclass(frozen=True)
class ChangeStage:
    """Move it to a stage."""

    to: Stage
    because: str


@dataclass(frozen=True)
class Recycle:
    """Look at it again on a day; `promised` where the lead named it."""

    on: date
    promised: bool = False


@dataclass(frozen=True)
class Park:
    """Spend no effort on it."""

    because: str


@dataclass(frozen=True)
class Assign:
    """Give it to a rep; to the one who had it before, if that one can take it and `to_former` asks for it."""

    because: str
    to_former: bool = False


@dataclass(frozen=True)
class Mark:
    """Keep in view how the verdict came about."""

    what: str


@dataclass(frozen=True)
class Notify:
    """Tell the rep, or the managers where nobody has it."""

    what: str


@dataclass(frozen=True)
class Refuse:
    """It can't be done as things stand; the text is for the person who tried."""

    because: str


Intent = EndAssignment | ChangeStage | Recycle | Park | Assign | Mark | Notify | Refuse
