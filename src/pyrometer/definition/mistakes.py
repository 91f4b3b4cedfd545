"""Says in people's words what does not fit the shape of the language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic_core import ErrorDetails

from pyrometer.definition.conditions import KINDS
from pyrometer.definition.problems import Path, Problem, nearest
from pyrometer.definition.rules import SHAPES


def telling(mistakes: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """The mistakes without those that only follow from others."""
    mistakes = list(mistakes)
    words = {mistake["loc"][:-1] for mistake in mistakes if mistake["type"] == "literal_error"}
    for mistake in mistakes:
        given = mistake["input"]
        if mistake["type"] == "too_short" and given:
            continue  # there were items; what is wrong with each is told by itself
        if mistake["type"] == "literal_error" and not isinstance(given, str) and _in_union(mistake):
            continue  # a mapping may stand here too: what is wrong inside it is told by itself
        if mistake["type"] == "model_type" and isinstance(given, str) and mistake["loc"][:-1] in words:
            continue  # a word instead of a mapping: which words are possible is told by itself
        yield mistake


@dataclass(frozen=True)
class Telling:
    """Parts that are told apart by a key: what they are called, the keys, and the keys that may stand beside them."""

    noun: str
    keys: tuple[str, ...]
    beside: frozenset[str] = frozenset()
    unknown: str = "key"
    """What a key is called that is none of them."""


TOLD: Mapping[str, Telling] = {
    "kind_of": Telling("condition", KINDS),
    "shape_of": Telling(
        "rule", tuple(SHAPES), frozenset(name for shape in SHAPES.values() for name in shape.model_fields)
    ),
}
"""By the name of the function that tells them apart."""


def explain_mistake(
    root: type[BaseModel], mistake: ErrorDetails, tree: object, told: Mapping[str, Telling] = TOLD
) -> Problem:
    """One of Pydantic's errors as a problem: the path as written, what is wrong, and the nearest key or value."""
    path = _written(mistake["loc"], tree)
    kind, context = mistake["type"], mistake.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(mistake["loc"][-1])
        if key.isdigit() and mistake["input"] is None:
            why = "between braces a comma ends what was said before it"
            fix = "write numbers without commas, decimals with a point: `1000`, `2.5`"
            return Problem("error", path, f"`{key}` stands here alone", why, fix)
        known = sorted(_keys(_type_at(root, mistake["loc"][:-1])))
        near = nearest(key, known)
        fix = f"did you mean `{near}`?" if near else f"keys here: {', '.join(f'`{name}`' for name in known)}"
        return Problem("error", path, f"unknown key `{key}`", fix=fix)
    if kind == "missing":
        key = str(mistake["loc"][-1])
        return Problem(
            "error", path[:-1] if path and path[-1] == key else path, f"`{key}` is missing", fix=f"add `{key}: …`"
        )
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _untold(mistake, path, told)
    if kind in ("model_type", "model_attributes_type", "dict_type", "mapping_type"):
        return Problem("error", path, f"expected a mapping (`key: value` lines), found {_spell(mistake['input'])}")
    if kind in ("tuple_type", "list_type"):
        return Problem("error", path, f"expected a list, found {_spell(mistake['input'])}")
    if kind == "string_type":
        return Problem("error", path, f"expected a text, found {_spell(mistake['input'])}")
    if kind in ("literal_error", "enum"):
        return _one_of(mistake, path)
    if kind in ("string_pattern_mismatch", "string_too_short", "string_too_long"):
        return Problem(
            "error",
            path,
            f"{_spell(mistake['input'])} can't be a name",
            "a name has 1 to 100 characters, no line breaks, no spaces at its ends",
        )
    if kind in ("value_error", "assertion_error"):
        return Problem("error", path, str(context.get("error", mistake["msg"])))
    if kind in ("too_short", "too_long"):
        wanted = context.get("min_length", context.get("max_length"))
        noun = "the mapping" if isinstance(mistake["input"], Mapping) else "the list"
        return Problem(
            "error",
            path,
            f"{noun} has {context.get('actual_length', 0)} items; "
            f"it needs {'at least' if kind == 'too_short' else 'at most'} {wanted}",
        )
    message = mistake["msg"]
    return Problem("error", path, f"{message[0].lower()}{message[1:]}, found {_spell(mistake['input'])}")


def _untold(mistake: ErrorDetails, path: Path, told: Mapping[str, Telling]) -> Problem:
    """A condition, rule or the like that has none of the keys which tell its kind."""
    given = mistake["input"]
    discriminator = str(mistake.get("ctx", {}).get("discriminator", ""))
    telling = next((found for name, found in told.items() if name in discriminator), TOLD["kind_of"])
    noun = telling.noun
    if not isinstance(given, Mapping):
        return Problem("error", path, f"expected a {noun} (a mapping), found {_spell(given)}")
    if noun == "rule" and "trait" in given:
        return Problem(
            "error",
            path,
            "a rule over a trait needs `bands` or `points_for`",
            fix="or use `points` with `when: {trait: …, is: …}`",
        )
    for key in (key for key in given if key not in telling.beside):
        near = nearest(str(key), telling.keys)
        if near is not None:
            return Problem("error", (*path, key), f"unknown {telling.unknown} `{key}`", fix=f"did you mean `{near}`?")
    return Problem(
        "error", path, f"this is no {noun}", f"a {noun} has one of {', '.join(f'`{k}`' for k in telling.keys)}"
    )


def _one_of(mistake: ErrorDetails, path: Path) -> Problem:
    expected = str(mistake.get("ctx", {}).get("expected", ""))
    options = [option.strip().strip("'") for option in expected.replace(" or ", ", ").split(",") if option.strip()]
    near = nearest(str(mistake["input"]), options)
    fix = f"did you mean `{near}`?" if near else f"write one of {', '.join(f'`{option}`' for option in options)}"
    if _in_union(mistake) and not near:
        fix = f"write `{options[0]}`, or a mapping (`key: value`)"
    return Problem("error", path, f"{_spell(mistake['input'])} is not possible here", fix=fix)


def _in_union(mistake: ErrorDetails) -> bool:
    """Whether a word was tried as one of the things that may stand somewhere."""
    return str(mistake["loc"][-1]).startswith("literal[")


def _spell(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def _written(loc: tuple[int | str, ...], tree: object) -> Path:
    """The location as a path in the file: without the tags of unions and other steps that nobody wrote."""
    path: list[str | int] = []
    node = tree
    for position, step in enumerate(loc):
        last = position == len(loc) - 1
        if isinstance(node, dict) and step in node:
            node = node[str(step)]
            path.append(step)
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
            path.append(step)
        elif isinstance(step, str) and (step.startswith("<") or not last):
            continue
        elif last and isinstance(step, str) and step.isidentifier() and isinstance(node, dict):
            path.append(step)
    return tuple(path)


def _strip(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _options(annotation: Any) -> list[Any]:
    annotation = _strip(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return [option for option in get_args(annotation) if option is not NoneType]
    return [annotation]


def _labelled(option: Any, step: int | str) -> bool:
    """Whether a step of a location is a union's label for one of its models, such as `function-after[…, Cooling]`."""
    name = getattr(option, "__name__", "")
    return isinstance(step, str) and bool(name) and (step == name or step.endswith(f", {name}]"))


def _type_at(root: Any, loc: tuple[int | str, ...]) -> Any:
    """The type that the language expects at a location; None where it can't be told."""
    current: Any = root
    for step in loc:
        if isinstance(step, str) and step.startswith("<"):
            current = next(
                (option for option in _options(current) if Tag(step) in getattr(option, "__metadata__", ())), None
            )
            continue
        named = [option for option in map(_strip, _options(current)) if _labelled(option, step)]
        if named:
            current = named[0]
            continue
        following = None
        for option in map(_strip, _options(current)):
            if isinstance(option, type) and issubclass(option, BaseModel):
                following = next(
                    (info.annotation for name, info in option.model_fields.items() if step in (name, info.alias)), None
                )
            elif get_origin(option) is dict:
                following = get_args(option)[1]
            elif get_origin(option) is tuple:
                following = get_args(option)[0]
            if following is not None:
                break
        current = following
    return current


def _keys(annotation: Any) -> set[str]:
    found: set[str] = set()
    for option in map(_strip, _options(annotation)):
        if isinstance(option, type) and issubclass(option, BaseModel):
            found |= {info.alias or name for name, info in option.model_fields.items()}
    return found
