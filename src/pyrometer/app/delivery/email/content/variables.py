"""Which variables a content may use: the one list that checks, previews and the page's help all read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from pyrometer.app.delivery.email.content.parts import Element

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Variable:
    """A variable: its name as templates write it, what it is, and an example. `sure` where every lead has one."""

    name: str
    what: Any
    example: str
    sure: bool = False
    path: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", self.path or tuple(self.name.split(".")))


@dataclass(frozen=True)
class Known:
    """What there is to be named: the traits that the live definition asks for, and the forms that are open.

    `traits` None: any trait may be named, since nobody knows them.
    """

    traits: Mapping[str, str] | None = None
    """An example by trait."""
    forms: tuple[str, ...] = ()


_FIXED = (
    Variable("lead.name", _("The lead's name."), "Ada Byron"),
    Variable("lead.first_name", _("Its first name, where it said one."), "Ada"),
    Variable("lead.last_name", _("Its last name, where it said one."), "Byron"),
    Variable("lead.email", _("Its address."), "ada@acme.example"),
    Variable("lead.country", _("Its country, as two letters."), "DE"),
    Variable("lead.language", _("The language that it wants to read."), "de"),
    Variable("company.name", _("Where it works."), "Acme"),
    Variable("company.domain", _("The domain of its address, where it is a company's."), "acme.example"),
    Variable("rep.name", _("Who in sales has it in hand."), "Bob Sales"),
    Variable("rep.email", _("That person's address."), "bob@example.com"),
    Variable("question", _("The next question of the framework, in the lead's language."), "When would you start?"),
    Variable(
        "answers", _("Answers to the question, a click away; on a line of its own, else below the text."), "Yes · No"
    ),
    Variable("coupon", _("The code that the lead gets, where the programme gives one."), "WELCOME-10"),
    Variable("links.unsubscribe", _("Where it says no to this purpose."), "https://example.com/unsubscribe/x/", True),
    Variable("links.preferences", _("Where it chooses what it gets."), "https://example.com/preferences/x/"),
    Variable("links.confirm", _("Where it confirms its yes."), "https://example.com/confirm/x/"),
)


def variables(known: Known | None = None) -> tuple[Variable, ...]:
    """All variables, in the order of a help page."""
    known = known or Known()
    return (*_FIXED, *_forms(known.forms), *_traits(known.traits or {}))


def _forms(slugs: Iterable[str]) -> Iterator[Variable]:
    for slug in slugs:
        path = ("links", "forms", slug)
        example = f"https://example.com/f/{slug}?k=x"
        yield Variable(spelled(path), _("A form, which asks this lead only what isn't known."), example, True, path)


def _traits(traits: Mapping[str, str]) -> Iterator[Variable]:
    for trait, example in traits.items():
        path = ("lead", "traits", trait)
        yield Variable(spelled(path), _("An answer of the lead's."), example, False, path)


def spelled(path: Iterable[str]) -> str:
    """A path as templates write it.

    >>> spelled(("lead", "traits", "budget")), spelled(("lead", "traits", "Lead Source"))
    ('lead.traits.budget', "lead.traits['Lead Source']")
    """
    first, *rest = path
    return first + "".join(f".{part}" if _WORD.fullmatch(part) else f"[{part!r}]" for part in rest)


def sample(known: Known | None = None) -> dict[str, Any]:
    """An example of each variable, as templates take them."""
    tree: dict[str, Any] = {"lead": {"traits": {}}, "company": {}, "rep": {}, "links": {"forms": {}}}
    for each in variables(known):
        here = tree
        for part in each.path[:-1]:
            here = here.setdefault(part, {})
        here[each.path[-1]] = Link(each.example) if each.path[0] == "links" else each.example
    tree["answers"] = Block(Element("p", {}, (tree["answers"],)))
    return tree


class Link(str):
    """An address of ours, which may be a whole link; any other value can only be a part of one."""

    __slots__ = ()


class Block(str):
    """What stands on a line of its own, with tags and links that we wrote; as a text it is its words."""

    __slots__ = ("tree",)
    tree: Element

    def __new__(cls, tree: Element) -> Block:
        """Of a tree."""
        made = super().__new__(cls, tree.words())
        made.tree = tree
        return made
