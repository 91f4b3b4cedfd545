"""Contents that ask for more than the leads who can be at a step are ready for."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.words import join
from pyrometer.nurture.check.chances import Chances
from pyrometer.nurture.check.people import INSIDE
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.contents import PITCHES
from pyrometer.nurture.flow import Flow, Node
from pyrometer.nurture.steps import BranchStep, OfferStep, SendStep, WaitStep

BEARS = {"cool": "low", "warm": "medium"}
"""The most that leads of a temperature are asked for: the full push is for the hot, and by sales."""

Temperatures = frozenset[str]


def check_pitches(stage: Stage) -> Iterator[Problem]:
    """No content is a step too far for who can be at its step."""
    if stage.contents is None:
        return
    there = temperatures(stage)
    for name, node in stage.programme.flow.nodes.items():
        path, content_name = _content(node)
        content = stage.contents.get(content_name)
        if content is None:
            continue
        level = PITCHES.index(content.pitch)
        short = {one: level - PITCHES.index(BEARS[one]) for one in there.get(name, frozenset())}
        cold = [one for one in INSIDE if short.get(one, 0) > 0]
        if not cold:
            continue
        worst = max(short.values())
        spelled = "a sales pitch" if content.pitch == "sales" else f"of {content.pitch} commitment"
        yield Problem(
            "error" if worst > 1 else "warning",
            path,
            f"`{content_name}` is {spelled}, and {join(cold, 'or')} leads can be at this step",
            "a cool lead gets low-risk content, a warm one may get more, and the sales push is for the hot; "
            "who waited may have cooled meanwhile",
            f"send a content of {BEARS[cold[0]]} commitment, branch by `temperature`, or add an exit: "
            f"`{{when: {{temperature: {cold[0]}}}, because: …}}`",
        )


def _content(node: Node) -> tuple[Path, str]:
    if isinstance(node.step, SendStep):
        return (*node.path, "send"), node.step.send
    if isinstance(node.step, OfferStep):
        return (*node.path, "offer", "content"), node.step.offer.content or ""
    return node.path, ""


def temperatures(stage: Stage) -> dict[str, Temperatures]:
    """The temperatures that leads can have at each step that can be come to."""
    chances, flow = Chances(stage.possible), stage.programme.flow
    staying = frozenset(one for one in INSIDE if not any(chances.sure(own.when, one) for own in stage.programme.exits))
    start = frozenset(one for one in staying if chances.holds(stage.programme.enter.when, one))
    found: dict[str, Temperatures] = {}
    ahead = [(flow.first, start)]
    while ahead:
        name, coming = ahead.pop()
        known = found.get(name, frozenset())
        if coming <= known:
            continue
        found[name] = known | coming
        ahead += _onwards(flow, flow.nodes[name], found[name], staying, chances)
    return found


def _onwards(
    flow: Flow, node: Node, there: Temperatures, staying: Temperatures, chances: Chances
) -> Iterator[tuple[str, Temperatures]]:
    """Where leads of some temperatures go on from a step, and with which ones."""
    step = node.step
    ways: list[tuple[str | None, Temperatures]] = []
    if isinstance(step, BranchStep):
        left = there
        for case, (_, target) in zip(step.branch, node.cases, strict=True):
            ways.append((target, frozenset(one for one in left if chances.holds(case.when, one))))
            left = frozenset(one for one in left if not chances.sure(case.when, one))
        ways.append((node.other, left))
    elif isinstance(step, WaitStep) and step.wait.until is not None:
        until = step.wait.until
        ways.append((node.next, frozenset(one for one in staying if chances.holds(until, one))))
        ways.append((node.other, frozenset(one for one in staying if not chances.sure(until, one))))
    elif isinstance(step, WaitStep):
        ways = [(target, staying) for target in node.follows]
    else:
        ways = [(target, there) for target in node.follows]
    for target, temperature in ways:
        if target is not None and temperature and target in flow.nodes:
            yield target, temperature
