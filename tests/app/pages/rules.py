"""What makes a page one for everybody: the rules of axe, and that nobody has to scroll sideways."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# All that is in order would be told, too, and telling it takes as long as finding it out.
_ASK = "rules => axe.run(document, rules).then(({violations}) => violations)"


def broken(page: Any, axe: str) -> list[str]:
    """The rules that a page breaks, and where."""
    page.evaluate(axe)
    found = page.evaluate(_ASK, RULES)
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def wrong(page: Any, axe: str) -> list[str]:
    """The rules that a page breaks, and by how much it is too wide."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [*broken(page, axe), *([f"{wide} px too wide"] if wide > 0 else [])]


def problems(
    visit: Any, axe: str, addresses: Iterable[str], first: Callable[[Any], None] = lambda page: None
) -> dict[str, list[str]]:
    """What is wrong with the pages at addresses, looked at one after the other in one tab, after `first` was done."""
    found = {}
    page = visit.tab()
    for address in addresses:
        page.goto(visit.origin + address)
        first(page)
        if each := wrong(page, axe):
            found[address] = each
    page.close()
    return found
