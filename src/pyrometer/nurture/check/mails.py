"""Mails without a purpose, one after the other, and a programme whose effect can't be measured."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.problems import Problem
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.flow import Flow, Node
from pyrometer.nurture.steps import SendStep


def check_mails(stage: Stage) -> Iterator[Problem]:
    """Every mail has a purpose, the one of its content, and time after it; and somebody is held back."""
    flow = stage.programme.flow
    for node in flow.nodes.values():
        if node.kind not in ("send", "ask"):
            continue
        yield from _purpose(stage, node)
        following = next_mail(flow, node)
        if following is not None and following is not node:
            yield Problem(
                "note",
                following.path,
                f"`{following.id}` follows `{node.id}` without a wait",
                "only the caps then keep them apart",
                "put a wait between them: `- wait: 3d`",
            )
    if stage.programme.enter.held_back == 0:
        yield Problem(
            "warning",
            ("enter", "held_back"),
            "nobody is held back",
            "without a control group nobody will know whether the programme does anything",
            "hold back 10%: `held_back: 10%`",
        )


def _purpose(stage: Stage, node: Node) -> Iterator[Problem]:
    step = node.step
    content = None
    if isinstance(step, SendStep) and stage.contents is not None:
        content = stage.contents.get(step.send)
    if node.purpose is None:
        of = f"; its content is for `{content.purpose}`" if content is not None and content.purpose else ""
        yield Problem(
            "error",
            node.path,
            f"`{node.id}` has no purpose",
            f"a mail goes only to those who agreed to what it is for{of}",
            f"add `purpose: {content.purpose if content is not None and content.purpose else 'email'}` to the step, or "
            "to the programme for all its steps",
        )
    elif content is not None and content.purpose not in (None, node.purpose):
        yield Problem(
            "error",
            (*node.path, "purpose") if getattr(step, "purpose", None) else node.path,
            f"`{content.name}` is for `{content.purpose}`, and is sent for `{node.purpose}`",
            "people agreed to one of them, and would get the other",
            f"write `purpose: {content.purpose}` at this step, or change the content's",
        )


def next_mail(flow: Flow, node: Node) -> Node | None:
    """A mail that can follow another one at once."""
    seen: set[str] = set()
    ahead = [target for target in node.follows if target is not None]
    while ahead:
        name = ahead.pop(0)
        if name in seen:
            continue
        seen.add(name)
        found = flow.nodes[name]
        if found.kind in ("send", "ask"):
            return found
        if found.kind != "wait":
            ahead += [target for target in found.follows if target is not None]
    return None
