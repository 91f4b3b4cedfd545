"""Everything that is wrong with the choices of a slot: names, conditions, pitches, contents that can't be shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyrometer.app.nurture.slots.answering import hard
from pyrometer.app.nurture.slots.choices import STAGES, TEMPERATURES, Choice, ConditionError
from pyrometer.definition import Definition
from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.problems import Problem, suggestion
from pyrometer.definition.words import join
from pyrometer.nurture.check.chances import Chances
from pyrometer.nurture.check.names import check_names
from pyrometer.nurture.check.pitches import BEARS
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.conditions import All, AnyOf, Condition, Not, Some, StageLeaf, in_language, walk
from pyrometer.nurture.contents import PITCHES, Content
from pyrometer.nurture.programme import Programme

READY = {**BEARS, "hot": PITCHES[-1]}
"""The most that somebody of a temperature is asked for; who isn't known is taken for cool."""


def bears(temperature: str | None) -> int:
    """How far down `PITCHES` what somebody of a temperature is shown may stand."""
    return PITCHES.index(READY.get(temperature or "cool", PITCHES[0]))


@dataclass(frozen=True)
class Ground:
    """What choices are checked by; None: isn't known, and so isn't checked.

    `coupons` are the lists that there are, `broken` why a content can't be shown on a site, `gives` the contents that
    show a coupon.
    """

    definition: Definition | None = None
    contents: Mapping[str, Content] | None = None
    programmes: Collection[str] | None = None
    coupons: Collection[str] | None = None
    broken: Mapping[str, str] = field(default_factory=dict)
    gives: Collection[str] = ()

    @cached_property
    def chances(self) -> Chances:
        """What conditions can come to."""
        return Chances(None if self.definition is None else Possible(Scene(self.definition)))


def check(choices: Sequence[Choice], ground: Ground) -> list[tuple[int, Problem]]:
    """Every problem with the place of its choice, in order."""
    found: list[tuple[int, Problem]] = []
    for place, choice in enumerate(choices):
        found += ((place, problem) for problem in _choice(choice, ground))
        if choice.open and place < len(choices) - 1:
            what = "nothing below it is ever shown"
            why = "it needs nothing known, so it fits everybody"
            found.append((place, Problem("warning", (), what, why, "move it to the end")))
    return found


def _choice(choice: Choice, ground: Ground) -> Iterator[Problem]:
    wrong = list(_words(choice))
    if wrong:
        yield from wrong
        return
    try:
        condition = choice.condition
    except ConditionError as error:
        yield from error.problems
        return
    if condition is not None:
        yield from _names(condition, ground)
        yield from _at_once(condition)
    yield from _content(choice, condition, ground)
    yield from _coupon(choice, ground)


def _words(choice: Choice) -> Iterator[Problem]:
    for kind, given, known in (
        ("temperature", choice.temperature, TEMPERATURES),
        ("stage", choice.stage, STAGES),
    ):
        for name in given:
            if name not in known:
                yield Problem(
                    "error", (kind,), f"there is no {kind} `{name[:60]}`", fix=suggestion(name, known, kind=kind)
                )


def _names(condition: Condition, ground: Ground) -> Iterator[Problem]:
    """Names that nobody declared, as in programmes: a programme with this condition is looked at."""
    stand_in = Programme.model_validate(
        {
            "format": "1",
            "programme": "slot",
            "name": "slot",
            "enter": {"when": condition},
            "steps": [{"notify": {"to": "rep", "say": "?"}}],
        }
    )
    known = None if ground.programmes is None else frozenset(ground.programmes)
    for problem in check_names(Stage(stand_in, ground.definition, ground.contents, known)):
        path = problem.path[2:] if problem.path[:2] == ("enter", "when") else problem.path
        yield Problem(problem.level, path, problem.what, problem.why, problem.fix)


def _at_once(condition: Condition) -> Iterator[Problem]:
    """What only the events could answer: a page of the site doesn't wait for them."""
    for _, leaf in walk(condition):
        asked = None if isinstance(leaf, All | AnyOf | Some | Not) else in_language(leaf)
        if asked is None:
            continue
        for why in hard(asked):
            yield Problem(
                "error",
                (),
                f"a slot can't answer this at once: {why}",
                "what is shown follows from the reading and the profile as they are stored",
                "declare it as a flag in the definition, and ask for `{flag: …}`",
            )


def _content(choice: Choice, condition: Condition | None, ground: Ground) -> Iterator[Problem]:
    name = choice.content
    if not name:
        yield Problem("error", ("content",), "no content is chosen", fix="choose what is to be shown")
        return
    if ground.contents is None:
        return
    content = ground.contents.get(name)
    if content is None:
        slots = [each.name for each in ground.contents.values() if each.kind == "slot"]
        yield Problem("error", ("content",), f"unknown content `{name}`", fix=suggestion(name, slots, kind="content"))
        return
    if content.kind != "slot":
        why = "a slot of the site shows contents of the kind `slot`"
        yield Problem(
            "error", ("content",), f"`{name}` is a {content.kind}", why, "write `kind: slot` in it, or take another"
        )
        return
    if name in ground.broken:
        yield Problem("error", ("content",), f"`{name}` can't be shown on a site", ground.broken[name])
    yield from _pitch(content, reached(choice, condition, ground))


def _pitch(content: Content, there: Sequence[str]) -> Iterator[Problem]:
    """A content for readier people than can come to it: nobody ever sees it, or it is none for the cool."""
    level = PITCHES.index(content.pitch)
    cold = [one for one in there if bears(one) < level]
    if not there:
        yield Problem("warning", (), "nobody can come to it", "its condition is never true")
        return
    if not cold:
        return
    spelled = "a sales pitch" if content.pitch == "sales" else f"of {content.pitch} commitment"
    fix = f"choose {join([one for one in TEMPERATURES if bears(one) >= level], 'or')} leads, or a milder content"
    if len(cold) == len(there):
        what = f"`{content.name}` is {spelled}: nobody who can come here is ready for it, and so nobody sees it"
        yield Problem("error", ("content",), what, _WHY, fix)
    elif content.pitch == "sales" and "cool" in cold:
        what = f"`{content.name}` is a sales pitch, and cool leads can come here"
        yield Problem("error", ("content",), what, _WHY, fix)
    else:
        what = f"`{content.name}` is {spelled}: {join(cold, 'and')} leads who come here don't see it"
        yield Problem("warning", ("content",), what, _WHY, fix)


_WHY = "a cool lead, or somebody of whom nothing is known, gets low-risk content; a warm one may get more; the sales"
_WHY += " push is for the hot"


def reached(choice: Choice, condition: Condition | None, ground: Ground) -> list[str]:
    """The temperatures of those who can come to a choice."""
    if condition is None:
        return list(TEMPERATURES)
    if any(isinstance(part, StageLeaf) for _, part in walk(condition)):
        # Programmes have nobody who is with sales, so what they know of stages doesn't hold here.
        return [one for one in TEMPERATURES if not choice.temperature or one in choice.temperature]
    return [one for one in TEMPERATURES if ground.chances.holds(condition, one)]


def _coupon(choice: Choice, ground: Ground) -> Iterator[Problem]:
    name = choice.coupon
    if name and ground.coupons is not None and name not in ground.coupons:
        fix = suggestion(name, sorted(ground.coupons), kind="coupon list")
        yield Problem("error", ("coupon",), f"unknown coupon list `{name}`", fix=fix)
    elif name and choice.content not in ground.gives:
        what = f"`{choice.content}` doesn't show the code"
        yield Problem("warning", ("coupon",), what, fix="write `{{ coupon }}` into the content, or take the list away")
    elif not name and choice.content in ground.gives:
        what = f"`{choice.content}` shows a code, and no list is chosen"
        why = "only who got a code from a programme sees it"
        yield Problem("warning", ("coupon",), what, why, "choose the list that codes are from")
