"""What docs/mails.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

from pyrometer.app.delivery.email.content import reading, scanning
from pyrometer.app.delivery.email.content.examining import Ground, examine
from pyrometer.app.delivery.email.content.filters import FILTERS
from pyrometer.app.delivery.email.content.rendering import render
from pyrometer.app.delivery.email.content.variables import Known, variables

from .written import FACTS, ORIGIN

PAGE = (Path(__file__).parents[4] / "docs" / "mails.md").read_text(encoding="utf-8")


def table(title: str) -> dict[str, str]:
    """The first table below a heading: what stands in code, and what is said of it."""
    below = PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", below, re.MULTILINE))


def test_the_example_is_a_content_without_problems_and_makes_a_mail() -> None:
    (example,) = re.findall(r"<!-- content -->\n```\n(.*?)```", PAGE, re.DOTALL)
    content = reading.read(example)
    ground = Ground(Known({}), ("email",), ORIGIN)
    assert [problem for problem in examine(content, ground) if problem.level != "note"] == []
    mail = render(content, FACTS, languages=["en"], origin=ORIGIN)
    assert mail.text.startswith("Hello Ada,\n\nteams like Acme ask us first what it costs. Here are")
    assert "When would you start?" in mail.text
    assert render(content, FACTS, languages=["de"], origin=ORIGIN).subject == "Was unsere Tarife kosten"


def test_every_variable_field_filter_and_tag_is_told() -> None:
    known = Known({"budget": "1"}, ("demo",))
    assert table("Variables") == {each.name: str(each.what) for each in variables(known)}
    assert table("Tags and filters") == {name: each.what for name, each in FILTERS.items()}
    assert tuple(table("Front matter")) == (*reading.FIELDS[:7], "subject", "preheader")
    for tag in scanning.TAGS:
        assert f"`{tag}`" in PAGE
