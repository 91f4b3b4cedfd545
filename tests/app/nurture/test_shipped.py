"""What is shipped can be published as it is: each content makes a mail, each programme has no errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer import nurture
from pyrometer.app.agreement.models import State, Version
from pyrometer.app.nurture import examining
from pyrometer.app.nurture.actions import contents, programmes
from pyrometer.app.nurture.models import Programme
from tests.app.nurture.conftest import MARKETING, MONDAY

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).parents[3] / "examples" / "b2b-saas" / "definition.yaml"


@pytest.fixture
def example(db: None) -> None:
    """The definition of the example, and all contents."""
    text = EXAMPLE.read_text(encoding="utf-8")
    Version.objects.create(
        number=1, text=text, fingerprint="f", name="Ours", state=State.LIVE, created_at=MONDAY, live_at=MONDAY
    )
    for content in nurture.shipped_contents().values():
        contents.save(text=Path(str(content.file)).read_text(encoding="utf-8"), actor=MARKETING, now=MONDAY)


@pytest.mark.parametrize("name", sorted(nurture.shipped_contents()))
def test_a_shipped_content_makes_a_mail(example: None, name: str) -> None:
    text = Path(str(nurture.shipped_contents()[name].file)).read_text(encoding="utf-8")
    assert [problem for problem in examining.examined_content(text) if problem.level != "note"] == []


@pytest.mark.parametrize("key", sorted(nurture.shipped()))
def test_a_shipped_programme_can_be_published(example: None, key: str) -> None:
    for other, file in nurture.shipped().items():
        programmes.save_draft(text=file.read_text(encoding="utf-8"), actor=MARKETING, now=MONDAY)
        assert Programme.objects.filter(key=other).exists()
    examined = examining.examine(nurture.shipped()[key].read_text(encoding="utf-8"))
    assert examined.errors == ()
