"""Moves people from one version of a programme to another, where that can be done without doing anything twice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyrometer.nurture.facts import Place
from pyrometer.nurture.flow import Flow, Node
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.questions import canonical


@dataclass(frozen=True, slots=True)
class Stays:
    """They stay in the version that they began, and this is why."""

    because: str


def moved(place: Place, old: Programme, new: Programme) -> Place | Stays:
    """The place in the new version, or why there is none. The clock of a wait runs on.

    A step is found again by its own id; without one, if both versions have one step that does the same; else if what
    stands before it is found and a step of its kind follows there.
    """
    if place.version != old.version:
        return Stays("the place belongs to another version")
    if old.programme != new.programme:
        return Stays(f"`{new.programme}` is another programme")
    node = old.flow.nodes[place.step]
    found = _again(node, old.flow, new.flow)
    if isinstance(found, Stays):
        return found
    return replace(place, version=new.version, step=found.id)


def _again(node: Node, old: Flow, new: Flow) -> Node | Stays:
    if node.step.id is not None:
        same = new.nodes.get(node.step.id)
        if same is None or same.step.id is None:
            return Stays(f"the new version has no step with the id `{node.step.id}`")
        if same.kind != node.kind:
            return Stays(f"`{node.step.id}` was a `{node.kind}` step and is a `{same.kind}` step now")
        return same
    return _alike(node, old, new) or _following(node, old, new) or _lost(node)


def _alike(node: Node, old: Flow, new: Flow) -> Node | None:
    """The one step that does the same, if there is one in both."""
    mine = [one for one in old.nodes.values() if _does(one) == _does(node)]
    theirs = [one for one in new.nodes.values() if _does(one) == _does(node)]
    return theirs[0] if len(mine) == len(theirs) == 1 else None


def _following(node: Node, old: Flow, new: Flow) -> Node | None:
    """The step of the same kind after what stood before."""
    before = [one for one in old.nodes.values() if one.next == node.id and one.path[:-1] == node.path[:-1]]
    if len(before) != 1:
        return None
    found = new.nodes.get(before[0].step.id) if before[0].step.id is not None else _alike(before[0], old, new)
    if found is None or found.kind != before[0].kind or found.next is None:
        return None
    after = new.nodes[found.next]
    return after if after.kind == node.kind and after.path[:-1] == found.path[:-1] and after.step.id is None else None


def _does(node: Node) -> str:
    return canonical(node.step)


def _lost(node: Node) -> Stays:
    return Stays(f"the step `{node.id}` can't be told in the new version; give it an `id` in both, or let them finish")
