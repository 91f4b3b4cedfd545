"""What can be said of a pattern's tree without running it."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.pattern.nodes import Character, Choice, Mark, Node, OneOf, Repeat, Sequence


def nested_count(node: Node) -> int:
    """How often the most repeated part is written out, as RE2 counts it: by counted repeats only."""
    match node:
        case Repeat(item, _, _):
            return _copies(node) * nested_count(item)
        case Sequence(nodes) | Choice(nodes):
            return max(map(nested_count, nodes))
        case _:
            return 1


def parts(node: Node) -> int:
    """How large the pattern is with its repeats written out: characters, and ranges of classes."""
    match node:
        case Repeat(item, _, _):
            copies = _copies(node)
            # PostgreSQL joins each copy that can be absent to many others.
            return copies * parts(item) * (10 if copies > 1 and _can_be_empty(item) else 1)
        case Sequence(nodes) | Choice(nodes):
            return sum(map(parts, nodes))
        case OneOf(ranges, _):
            return len(ranges)
        case _:
            return 1


def _can_be_empty(node: Node) -> bool:
    match node:
        case Repeat(item, least, _):
            return least == 0 or _can_be_empty(item)
        case Sequence(nodes):
            return all(map(_can_be_empty, nodes))
        case Choice(nodes):
            return any(map(_can_be_empty, nodes))
        case _:
            return isinstance(node, Mark)


def _copies(repeat: Repeat) -> int:
    return max(1, repeat.least if repeat.most is None else repeat.most)


def outer_characters(node: Node, *, last: bool) -> Iterator[str]:
    """Characters that what the node matches can start (or end) with, as far as they are written one by one."""
    match node:
        case Character(char):
            yield char
        case OneOf(ranges, False):
            yield from (chr(low) for low, _ in ranges)
        case Repeat(item, _, _):
            yield from outer_characters(item, last=last)
        case Choice(options):
            for option in options:
                yield from outer_characters(option, last=last)
        case Sequence(items):
            yield from outer_characters(items[-1 if last else 0], last=last)
        case _:
            return
