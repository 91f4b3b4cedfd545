"""What a message may hold: values that any database can keep and any engine can score."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pyrometer.definition.values import MAX_INTEGER

MAX_MESSAGE = 32 * 1024
"""Bytes of one message, as JSON without spaces."""
MAX_DEPTH = 12
MAX_NAME = 100
"""As long as a definition's names may be."""
SHOWN = 60


class WrongValueError(ValueError):
    """A message can't be read; its text says why, to people."""


def flat(value: object, where: str) -> dict[str, Any]:
    """The values of an object by name. What is nested gets the names joined, lists stay; absent means nothing in it.

    >>> flat({"company": {"name": "Rotavane"}, "tags": ["a", "b"]}, "traits")
    {'company_name': 'Rotavane', 'tags': ['a', 'b']}
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WrongValueError(f"`{where}` is {kind_of(value)}; it has to be an object")
    nested: dict[str, Any] = {}
    straight: dict[str, Any] = {}
    for path, item in _leaves(value, where, 1):
        name = "_".join(path)
        if len(name) > MAX_NAME:
            raise WrongValueError(f"`{where}` has a name longer than {MAX_NAME} characters: `{shown(name)}`")
        (straight if len(path) == 1 else nested)[name] = item
    # A name that was written out beats one that joining happened to make.
    return {**nested, **straight}


def _leaves(value: Mapping[Any, Any], where: str, depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    if depth > MAX_DEPTH:
        raise WrongValueError(f"`{shown(where)}` is nested deeper than {MAX_DEPTH} levels; send less of it")
    for key, item in value.items():
        name = _name(key, where)
        inside = f"{where}.{name}"
        if isinstance(item, Mapping):
            for path, leaf in _leaves(item, inside, depth + 1):
                yield (name, *path), leaf
        else:
            yield (name,), checked(item, inside, depth + 1)


def _name(key: str, where: str) -> str:
    name = _sound_name(key) if len(key) <= MAX_NAME else _sound_name.__wrapped__(key)
    if not name:
        raise WrongValueError(f"`{shown(where)}` has a name that is empty or holds control characters")
    return name


@lru_cache(maxsize=4096)
def _sound_name(key: str) -> str:
    """A name without the space around it; empty where it can't be one."""
    name = key.strip()
    return name if text_is_sound(name) and not any(ord(letter) < 32 for letter in name) else ""


def checked(value: object, where: str, depth: int = 0) -> Any:
    """A value as it came. Raises WrongValueError for what no database keeps: NUL, half letters, boundless numbers."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if not text_is_sound(value):
            raise WrongValueError(
                f"`{shown(where)}` holds a NUL byte or half a letter (a lone surrogate); leave it out"
            )
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise WrongValueError(f"`{shown(where)}` is a whole number beyond 2^63; send it as text")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise WrongValueError(f"`{shown(where)}` is not a finite number; leave it out where it isn't known")
        return value
    if depth > MAX_DEPTH:
        raise WrongValueError(f"`{shown(where)}` is nested deeper than {MAX_DEPTH} levels; send less of it")
    if isinstance(value, list):
        return [checked(item, f"{where}[{at}]", depth + 1) for at, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {_name(key, where): checked(item, f"{where}.{shown(key)}", depth + 1) for key, item in value.items()}
    raise WrongValueError(f"`{shown(where)}` is {kind_of(value)}, which can't be kept")


def text_is_sound(text: str) -> bool:
    """Whether any database can keep a text: no NUL in it, no half of a pair of surrogates.

    >>> text_is_sound("Ada"), text_is_sound("A\\0"), text_is_sound("\\ud800")
    (True, False, False)
    """
    if text.isascii():
        return "\x00" not in text
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def kind_of(value: object) -> str:
    """What a value of JSON is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"


def shown(text: str) -> str:
    """A foreign text in a sentence of ours: short, and printable."""
    clean = "".join(letter if letter.isprintable() else "·" for letter in text[: SHOWN + 1])
    return clean if len(clean) <= SHOWN else clean[: SHOWN - 1] + "…"


def too_large(message: object) -> bool:
    """Whether a message has more bytes than one may have. Raises RecursionError for one that is nested too deeply."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    return len(text) > MAX_MESSAGE or len(text.encode(errors="surrogatepass")) > MAX_MESSAGE


def keepable(value: object, depth: int = 0) -> Any:
    """Something like the value that any database keeps, for showing what couldn't be read.

    >>> keepable({"a": "x\\0", "b": float("nan"), "c": 2**80})
    {'a': 'x\\ufffd', 'b': 'nan', 'c': '1208925819614629174706176'}
    """
    if depth > 4 * MAX_DEPTH:
        return "…"
    if isinstance(value, str):
        return value if text_is_sound(value) else _mended(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_INTEGER else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, list):
        return [keepable(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_mended(str(key)): keepable(item, depth + 1) for key, item in value.items()}
    return str(value)


def _mended(text: str) -> str:
    return "".join("\ufffd" if letter == "\x00" or "\ud800" <= letter <= "\udfff" else letter for letter in text)
