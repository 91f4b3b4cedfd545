"""The steps of a programme as nodes that lead to each other: what is walked, checked and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyrometer.definition.problems import Path
from pyrometer.nurture.facts import SERVICE
from pyrometer.nurture.questions import NOTHING, Needs, is_met, needed
from pyrometer.nurture.steps import (
    AskStep,
    BranchStep,
    GoStep,
    LeaveStep,
    OfferStep,
    Question,
    SendStep,
    SetStep,
    Step,
    WaitStep,
    step_of,
)
from pyrometer.nurture.truth import Truth, ready
from pyrometer.nurture.values import spell_duration, spell_time

if TYPE_CHECKING:
    from pyrometer.nurture.programme import Programme


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A step in its place: `next` is the id of what follows, None the end.

    A wait leads to `next` if what was waited for came and to `other` if its limit did; a branch leads to one of `cases`
    or else to `other`. `purpose` is what a mail is sent for, None where nothing says it.
    """

    id: str
    kind: str
    step: Step
    path: Path
    next: str | None
    other: str | None = None
    cases: tuple[tuple[Truth, str | None], ...] = ()
    until: Truth | None = None
    purpose: str | None = None
    met: str | None = None
    """The key of the answer that says whether what is asked is met already."""
    needs: Needs = NOTHING

    @property
    def follows(self) -> tuple[str | None, ...]:
        """Where it can lead."""
        if self.kind == "leave":
            return ()
        if self.kind == "branch":
            return (*(target for _, target in self.cases), self.other)
        return (self.next, self.other) if self.kind == "wait" and self.other != self.next else (self.next,)

    @property
    def at_once(self) -> tuple[str | None, ...]:
        """Where it can lead without anybody having waited here: what is waited for may be there, a limit never is."""
        if isinstance(self.step, WaitStep):
            return (self.next,) if self.step.wait.open else ()
        return self.follows


@dataclass(frozen=True, slots=True, eq=False)
class OwnExit:
    """An exit of the programme's own."""

    truth: Truth
    because: str


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """All nodes by id, in file order; the first is where people begin."""

    first: str
    nodes: dict[str, Node]
    enter: Truth
    exits: tuple[OwnExit, ...]
    purposes: frozenset[str]
    """What its mails are sent for, but for what nobody is asked for."""
    entering: Needs
    """What has to be known of who may enter."""
    leaving: Needs
    _needs: dict[str, Needs] = field(default_factory=dict)

    def needs(self, step: str) -> Needs:
        """What has to be known of somebody at a step: for the exits, and for all steps until they surely wait."""
        if step not in self._needs:
            self._needs[step] = needed((self.leaving, *(node.needs for node in self._until_rest(step))))
        return self._needs[step]

    def _until_rest(self, step: str) -> Iterator[Node]:
        seen: set[str] = set()
        ahead = [step]
        while ahead:
            name = ahead.pop()
            if name in seen or name not in self.nodes:
                continue
            seen.add(name)
            node = self.nodes[name]
            yield node
            ahead += [target for target in (node.follows if name == step else node.at_once) if target is not None]


def flow_of(programme: Programme) -> Flow:
    """The flow of a programme; a `go` to an id that isn't there goes to the end (and `check` says so)."""
    named = _Named(programme.steps)
    nodes: dict[str, Node] = {}
    _lay(programme, programme.steps, ("steps",), None, named, nodes)
    enter, asked = ready(programme.enter.when)
    exits, asked_of = [], []
    for item in programme.exits:
        truth, questions = ready(item.when)
        exits.append(OwnExit(truth, item.because))
        asked_of.append(Needs(questions))
    leaving = needed(asked_of)
    ordered = {name: nodes[name] for name in named.ids.values()}
    return Flow(
        first=next(iter(ordered)),
        nodes=ordered,
        enter=enter,
        exits=tuple(exits),
        purposes=frozenset(node.purpose for node in nodes.values() if node.purpose is not None) - {SERVICE},
        entering=Needs(asked) | leaving,
        leaving=leaving,
    )


class _Named:
    """The ids of steps by path: their own, or else what they do, numbered where several do the same."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.ids: dict[Path, str] = {}
        written = list(each_step(steps, ("steps",)))
        taken = {step.id for _, step in written if step.id is not None}
        self.explicit: dict[str, str] = {name: name for name in taken}
        seen: set[str] = set()
        for path, step in written:
            wanted = step.id if step.id is not None and step.id not in seen else spell_step(step)
            name, number = wanted, 1
            while name in seen or (name in taken and name != step.id):
                number += 1
                name = f"{wanted} {number}"
            seen.add(name)
            self.ids[path] = name


def each_step(steps: Sequence[Step], path: Path) -> Iterator[tuple[Path, Step]]:
    """Every step with its path, in file order, those inside branches and waits included."""
    for index, step in enumerate(steps):
        here = (*path, index)
        yield here, step
        for inner, below in lanes(step):
            yield from each_step(below, (*here, *inner))


def lanes(step: Step) -> tuple[tuple[Path, tuple[Step, ...]], ...]:
    """The lists of steps inside a step, with their relative paths."""
    if isinstance(step, BranchStep):
        cases = tuple((("branch", index, "then"), case.then) for index, case in enumerate(step.branch))
        return (*cases, (("else",), step.else_))
    if isinstance(step, WaitStep):
        return (("then",), step.then), (("else",), step.else_)
    return ()


def spell_step(step: Step) -> str:
    """What a step does, as short as an id.

    >>> from pyrometer.nurture.steps import SendStep, WaitStep
    >>> spell_step(SendStep(send="what-plans-cost")), spell_step(WaitStep(wait="1w"))
    ('send what-plans-cost', 'wait 1w')
    """
    match step:
        case SendStep(send=content):
            return f"send {content}"
        case AskStep(ask=asked):
            return f"ask {asked.criterion or asked.framework or 'question'}"
        case OfferStep(offer=offer):
            return f"offer {offer.content or offer.coupon}"
        case WaitStep(wait=wait):
            words = [
                "" if wait.for_ is None else spell_duration(wait.for_),
                " ".join(wait.day or ()),
                "" if wait.at is None else spell_time(wait.at),
                wait.date or "",
                "until" if wait.until is not None else "",
            ]
            return " ".join(filter(None, ["wait", *words]))
        case GoStep(go=target):
            return f"go {target}"
        case SetStep(set=traits):
            return f"set {' '.join(traits)}"
    return (step_of(step) or "").strip("<>")


def _lay(
    programme: Programme,
    steps: Sequence[Step],
    path: Path,
    after: str | None,
    named: _Named,
    nodes: dict[str, Node],
) -> None:
    """Put the nodes of a list of steps, after which `after` follows."""
    for index, step in enumerate(steps):
        here = (*path, index)
        follows = named.ids[(*path, index + 1)] if index + 1 < len(steps) else after
        for inner, below in lanes(step):
            _lay(programme, below, (*here, *inner), follows, named, nodes)
        node = _node(programme, step, here, follows, named)
        nodes[node.id] = node


def _node(programme: Programme, step: Step, path: Path, follows: str | None, named: _Named) -> Node:
    name, kind = named.ids[path], (step_of(step) or "").strip("<>")

    def lane(*inner: str | int) -> str | None:
        return named.ids.get((*path, *inner, 0), follows)

    match step:
        case SendStep() | AskStep():
            asked = step.ask if isinstance(step, AskStep) else step.asking
            needs, met = _asking(asked)
            purpose = step.purpose or programme.purpose
            return Node(name, kind, step, path, follows, purpose=purpose, met=met, needs=needs)
        case BranchStep():
            tests = [ready(case.when) for case in step.branch]
            cases = tuple((truth, lane("branch", index, "then")) for index, (truth, _) in enumerate(tests))
            needs = needed(Needs(questions) for _, questions in tests)
            return Node(name, kind, step, path, follows, lane("else"), cases, needs=needs)
        case WaitStep(wait=wait):
            truth, questions = (None, ()) if wait.until is None else ready(wait.until)
            needs = Needs(questions, () if wait.date is None else (wait.date,))
            other = lane("else") if wait.open else follows
            return Node(name, kind, step, path, lane("then"), other, until=truth, needs=needs)
        case GoStep(go=target):
            return Node(name, kind, step, path, named.explicit.get(target))
        case LeaveStep():
            return Node(name, kind, step, path, None)
    return Node(name, kind, step, path, follows)


def _asking(asked: Question | None) -> tuple[Needs, str | None]:
    if asked is None or asked.question is not None:
        return NOTHING, None
    if asked.framework is not None:
        return Needs(frameworks=(asked.framework,)), None
    met = is_met(asked.criterion or "")
    return Needs((met,)), met.key


def reached(flow: Flow, start: Iterable[str]) -> set[str]:
    """The ids of all nodes that can be come to from some, themselves included."""
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        name = ahead.pop()
        if name not in found and name in flow.nodes:
            found.add(name)
            ahead += [target for target in flow.nodes[name].follows if target is not None]
    return found
