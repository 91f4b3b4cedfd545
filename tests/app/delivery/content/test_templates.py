"""Templates: what they make of values, what they say when they can't, and that none of them hangs or fills a worker."""

from __future__ import annotations

from typing import Any

import pytest

from pyrometer.app.delivery.email.content.contents import Piece
from pyrometer.app.delivery.email.content.filling import spell
from pyrometer.app.delivery.email.content.filters import MissingError
from pyrometer.app.delivery.email.content.liquid import LARGEST, TemplateError, run

NAMES: dict[str, Any] = {"a": "Ada", "n": 1234.5, "d": "2026-03-01", "l": ["x", "y", "z"], "yes": True, "o": {"x": 1}}


def made(text: str, language: str = "en") -> str:
    return run(Piece(text), NAMES, language).filled(spell)


@pytest.mark.parametrize(
    ("template", "out"),
    [
        ("Hello {{ a }}", "Hello Ada"),
        ("{{ a | upcase }} {{ a | downcase }} {{ 'xy' | capitalize }}", "ADA ada Xy"),
        ("{{ missing | default: 'you' }}", "you"),
        ("{{ a | default: 'you' }}", "Ada"),
        ("{{ '' | default: 'you' }}", "you"),
        ("{{ 'a long text' | truncate: 6 }} {{ 'a long text' | truncatewords: 2 }}", "a lon… a long…"),
        ("{{ 'aba' | replace: 'a', 'x' }} {{ 'aba' | remove: 'a' }}", "xbx b"),
        ("{{ a | append: '!' | prepend: '¡' | strip }}", "¡Ada!"),
        (
            "{{ 'x,y' | split: ',' | join: ' & ' }} {{ l }} {{ l | first }}{{ l | last }}{{ l | size }}",
            "x & y x, y, z xz3",
        ),
        ("{{ 1 | plus: 2 }} {{ 1 | minus: 2 }} {{ 3 | times: 2 }} {{ 7 | divided_by: 2 }}", "3 -1 6 3.5"),
        ("{{ 2.345 | round: 2 }} {{ 2.5 | round }}", "2.35 3"),
        ("{{ n | number }} {{ n | number: 2 }} {{ 1234567 | number }}", "1,234.5 1,234.50 1,234,567"),
        ("{{ d | date: '%d.%m.%Y' }} {{ d | date: '100%%' }}", "01.03.2026 100%"),
        ("{% if a == 'Ada' %}yes{% else %}no{% endif %}", "yes"),
        ("{% if missing %}yes{% else %}no{% endif %}", "no"),
        ("{% if missing > 5 %}yes{% else %}no{% endif %}", "no"),
        ("{% unless yes %}a{% endunless %}{% case a %}{% when 'Ada' %}b{% endcase %}", "b"),
        ("{% for x in l %}{{ x }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "x, y, z"),
        ("{% for x in missing %}{{ x }}{% else %}none{% endfor %}", "none"),
        (
            "{% for i in (1..5) %}{% if i == 2 %}{% continue %}{% elsif i > 3 %}{% break %}{% endif %}{{i}}{%endfor%}",
            "13",
        ),
        ("{% assign b = a | upcase %}{{ b }}", "ADA"),
        ("{% raw %}{{ a }}{% endraw %}{% comment %}x{% endcomment %}{% # y %}", "{{ a }}"),
        ("{{ yes }} {{ nil }}", "true "),
    ],
)
def test_what_templates_make(template: str, out: str) -> None:
    assert made(template) == out


@pytest.mark.parametrize(
    ("language", "out"),
    [("en", "1 March 2026 1,234.5"), ("de", "1. März 2026 1.234,5"), ("sv", "1 mars 2026"), ("ja", "2026年3月1日")],
)
def test_dates_and_numbers_are_written_as_the_language_does(language: str, out: str) -> None:
    assert made("{{ d | date: 'long' }} {{ n | number }}", language).replace("\xa0", " ").startswith(out)


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{ missing }}", "missing"),
        ("{{ o.y }}", "o.y"),
        ("{{ missing | upcase }}", "missing"),
        ("{{ missing | upcase | default: 'x' }}", "missing"),
        ("{{ 'a' | append: missing }}", "missing"),
        ("{% assign b = o.y %}{{ b }}", "o.y"),
    ],
)
def test_a_value_that_is_missing_is_told_by_its_name_and_never_left_blank(template: str, name: str) -> None:
    with pytest.raises(MissingError) as error:
        made(template)
    assert error.value.name == name
    assert "default" in str(error.value)


@pytest.mark.parametrize(
    ("template", "line", "column", "said"),
    [
        ("x\n  {{ a", 2, 3, "write `}}` after it"),
        ("{% if a %}x", 1, 1, "endif"),
        ("x {% fro x %}", 1, 3, "did you mean `for`?"),
        ("{% include 'x' %}", 1, 1, "unknown tag `include`"),
        ("{% render 'x' %}", 1, 1, "unknown tag `render`"),
        ("{% capture x %}{% endcapture %}", 1, 1, "unknown tag `capture`"),
        ("{{ }}", 1, 1, "holds nothing"),
        ("{{ a | fro }}", 1, 8, "unknown filter `fro`"),
        ("{{ a | truncate: 1, 2, 3 }}", 1, 8, "takes 0 to 2 values"),
        ("{{ a b }}", 1, 6, "expected end of expression"),
        ("{{ o }}", 1, 1, "is no text"),
        ("{{ (1..3) }}", 1, 1, "is no text"),
        ("{{ (1..3) | join }}", 1, 13, "for loops only"),
        ("{{ 1 | divided_by: 0 }}", 1, 8, "by 0"),
        ("{{ a | plus: 1 }}", 1, 8, "'Ada' is no number"),
        ("{{ a | date }}", 1, 8, "'Ada' is no date"),
        ("{{ d | date: '%Q' }}", 1, 8, "no sign `%Q`"),
        ("{{ d | date: 'lang' }}", 1, 8, "long, short, month"),
        ("{% if 1 < 'a' %}{% endif %}", 1, 9, "not supported"),
        ("{% raw %}x", 1, 1, "endraw"),
        ("{% break %}", 1, 4, "break"),
    ],
)
def test_mistakes_are_told_with_line_and_column(template: str, line: int, column: int, said: str) -> None:
    with pytest.raises(TemplateError) as error:
        made(template)
    problem = error.value.problem
    assert said.replace("'", "`") in str(problem).replace("'", "`")
    assert (problem.line, problem.column) == (line, column)


def test_there_is_no_clock_in_a_template() -> None:
    assert made("{{ now | default: 'no' }} {{ today | default: 'no' }}") == "no no"


BOMBS = {
    "a loop without end": "{% for i in (1..1000000000) %}x{% endfor %}",
    "a loop that is turned round": "{% for i in (1..1000000000) reversed %}x{% endfor %}",
    "a loop beyond machine numbers": "{% for i in (1..99999999999999999999999) %}x{% endfor %}",
    "loops in loops": "{% for i in (1..1000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}",
    "loops one after the other": "{% for i in (1..1000) %}{% if i %}{% endif %}{% endfor %}" * 200,
    "much text": "{% for i in (1..1000) %}" + "x" * 300 + "{% endfor %}",
    "doubling text": "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 40,
    "doubling by replacing": "{{ 'aaaaaaaaaaaa'" + "| replace: 'a', 'aaaaaaaaaaaaaaa'" * 12 + "}}",
    "squaring numbers": "{% assign b = 9 %}" + "{% assign b = b | times: b %}" * 60,
    "splitting and joining": "{% assign b = 'x' %}"
    + "{% assign b = b | split: 'x' | join: 'xxxxxxxxxxxxxxxxxxxxx' %}" * 60,
    "a wide date": "{{ d | date: '%999999999d' }}",
    "braces": "{{" * 50_000,
    "raws": "{% raw %}" * 10_000,
    "docs": "{% doc %}" * 10_000,
    "blanks": "{% if" + " " * 450 + "%}",
    "a tag without end": "{{ a " + "x" * 90_000,
    "deep blocks": "{% if a %}" * 300 + "{% endif %}" * 300,
    "deep names": "{{ " + "a[" * 200 + "]" * 200 + " }}",
    "much kept": "{% assign b = 'x' %}" + "{% assign b = b | append: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxx' %}" * 1500,
}


@pytest.mark.parametrize("template", BOMBS.values(), ids=BOMBS)
def test_a_template_has_so_much_work_and_no_more(template: str) -> None:
    with pytest.raises(TemplateError):
        made(template)


def test_an_honest_template_is_far_from_the_limits() -> None:
    rows = "{% for i in (1..200) %}| {{ i }} | {{ a | upcase | truncate: 20 }} | {{ n | number: 2 }} |\n{% endfor %}"
    assert len(made(rows)) < LARGEST / 10
