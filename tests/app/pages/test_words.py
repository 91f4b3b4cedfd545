"""Every text of a page can be translated: no template says anything bare, and no view does."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[3] / "src" / "pyrometer" / "app"
TEMPLATES = sorted(path for folder in APP.rglob("templates") for path in folder.rglob("*") if path.is_file())
NAMES = frozenset({"Pyrometer", "LinkedIn", "UTC", "CSV", "JSON"})
"""What is the same in every language."""

TRANSLATED = re.compile(r"\{% (blocktranslate|comment)\b.*?%\}.*?\{% end\1 %\}", re.DOTALL)
CODE = re.compile(r"<(code|pre|script|style|kbd|svg path)\b.*?</\1>", re.DOTALL)
DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
SPOKEN = re.compile(r"""\b(?:title|alt|aria-label|placeholder|data-copied)=(?:"([^"]*)"|'([^']*)')""")
MARK_UP = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-zÄÖÜäöüßåéèêÅÉ]{2,}")


def bare(text: str) -> list[str]:
    """The words of a template that no language can change.

    >>> bare("<p title='{{ who }} waits'>Hello <b>{% translate 'there' %}</b> &middot; Pyrometer</p>")
    ['waits', 'Hello']
    """
    text = DJANGO.sub(" ", TRANSLATED.sub(" ", text))
    text = CODE.sub(" ", text)
    heard = " ".join(one or two for one, two in SPOKEN.findall(text))
    seen = re.sub(r"&\w+;", " ", MARK_UP.sub(" ", text))
    said = re.sub(r"https?://\S+", " ", f"{heard} {seen}")
    return [word for word in WORD.findall(said) if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(APP)))
def test_a_template_says_nothing_bare(path: Path) -> None:
    assert bare(path.read_text(encoding="utf-8")) == []


def test_what_is_bare_is_found() -> None:
    assert bare("<h1>{% translate 'One' %}</h1> two <a title='three'>{{ four }}</a>") == ["three", "two"]
    assert bare("{% blocktranslate %}One {{ two }}{% endblocktranslate %}<code>three</code>") == []


MESSAGES = frozenset({"success", "error", "info", "warning"})


def said(path: Path) -> Iterator[str]:
    """Texts that a module hands to `messages` or to a form's errors without a translation."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = node.func.value
        message = node.func.attr in MESSAGES and isinstance(of, ast.Name) and of.id == "messages"
        if message or node.func.attr == "add_error":
            for given in node.args[1:]:
                literal = isinstance(given, ast.Constant) and isinstance(given.value, str) and " " in given.value
                if literal or isinstance(given, ast.JoinedStr):
                    yield f"{path.relative_to(APP)}:{given.lineno}"


def test_no_view_says_anything_bare() -> None:
    assert [where for path in sorted(APP.rglob("*.py")) for where in said(path)] == []
