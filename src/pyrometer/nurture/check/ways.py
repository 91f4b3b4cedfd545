"""Where steps lead: ids, steps that nobody comes to, loops without a wait, waits that may never end."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.problems import Problem, suggestion
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.flow import Flow, Node, reached
from pyrometer.nurture.steps import GoStep, WaitStep


def check_ids(stage: Stage) -> Iterator[Problem]:
    """Every id is one step's, and every `go` goes to one."""
    known: dict[str, int] = {}
    for path, step in stage.steps:
        if step.id is not None:
            known[step.id] = known.get(step.id, 0) + 1
            if known[step.id] > 1:
                why = "nobody could tell where to go, or where somebody stands"
                yield Problem("error", (*path, "id"), f"two steps have the id `{step.id}`", why, "rename one")
    for path, step in stage.steps:
        if isinstance(step, GoStep) and step.go not in known:
            yield Problem(
                "error",
                (*path, "go"),
                f"no step has the id `{step.go}`",
                "`go` leads to the step with that id",
                suggestion(step.go, known, kind="id") if known else f"add `id: {step.go}` to the step",
            )


def check_ways(stage: Stage) -> Iterator[Problem]:
    """Somebody comes to every step, everybody gets on, and nobody runs in circles."""
    flow = stage.programme.flow
    yield from _unreachable(flow)
    yield from _endless(flow)
    for node in flow.nodes.values():
        step = node.step
        if isinstance(step, WaitStep) and step.wait.open and step.wait.at_most is None:
            what = f"the date `{step.wait.date}`" if step.wait.date is not None else "the condition"
            why = f"{what} may never {'be known' if step.wait.date is not None else 'hold'}"
            yield Problem(
                "error",
                (*node.path, "wait"),
                "this wait may never end",
                f"{why}, and who waits for it stays for ever",
                "add a limit, such as `at_most: 30d`, and with `else` what then happens",
            )


def _unreachable(flow: Flow) -> Iterator[Problem]:
    there = reached(flow, [flow.first])
    told: set[tuple[str | int, ...]] = set()
    for name, node in flow.nodes.items():
        holder = node.path[:-1]
        if name in there or any(holder[: len(path)] == path for path in told):
            continue
        told.add(holder)
        yield Problem(
            "error",
            node.path,
            f"nobody ever comes to `{name}`",
            "what stands before it leads elsewhere: with `leave`, with `go`, or on every way of a branch",
            "take it out, or let something lead to it",
        )


def _endless(flow: Flow) -> Iterator[Problem]:
    """Circles in which nobody surely waits; each is told once, at the step that closes it."""
    told: set[str] = set()
    for name, node in flow.nodes.items():
        around = _around(flow, node)
        if name not in around or around & told:
            continue
        told |= around
        closing = next((flow.nodes[one] for one in around if flow.nodes[one].kind == "go"), node)
        named = " → ".join(f"`{one}`" for one in flow.nodes if one in around)
        yield Problem(
            "error",
            closing.path,
            "these steps go round without waiting",
            f"{named}: a wait for a date or a condition may be over at once, so it doesn't count",
            "put a wait that takes time into the circle: `- wait: 1w`",
        )


def _around(flow: Flow, start: Node) -> set[str]:
    """The nodes on a way from a node back to itself on which nobody surely waits; empty without one."""
    forwards = _quickly(flow, start.id)
    return {name for name in forwards if start.id in _quickly(flow, name)} if start.id in forwards else set()


def _quickly(flow: Flow, start: str) -> set[str]:
    """The nodes that can be come to from a node without surely waiting."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        for target in flow.nodes[ahead.pop()].at_once:
            if target is not None and target not in found:
                found.add(target)
                ahead.append(target)
    return found
