"""Contents: front matter and languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.errors import ProgrammeError
from pyrometer.nurture import Content, read_content, read_contents

TEXT = "---\nname: hello\npurpose: email\npitch: medium\nsubject: {en: Hi}\n---\nHello!\n\n--- de ---\nHallo!\n"


def test_a_content() -> None:
    assert read_content(TEXT, "hello.md") == Content("hello", "mail", "email", "medium", ("en", "de"), "hello.md")
    assert read_content(TEXT.replace("\n", "\r\n")) == read_content(TEXT)


@pytest.mark.parametrize(
    ("change", "what", "line"),
    [
        (("pitch: medium", "pitch: hard"), "unknown pitch `hard`", 4),
        (("purpose: email", "kind: letter"), "unknown kind `letter`", 3),
        (("name: hello\n", ""), "`name` is missing", 2),
        (("---\nname", "name"), "there is no front matter", 1),
        (("subject: {en: Hi}", "subject: {en: Hi"), "not valid YAML", 6),
    ],
)
def test_mistakes_stand_with_their_line(change: tuple[str, str], what: str, line: int) -> None:
    with pytest.raises(ProgrammeError) as raised:
        read_content(TEXT.replace(*change, 1), "hello.md")
    assert what in raised.value.problems[0].what
    assert raised.value.problems[0].line == line
    assert raised.value.problems[0].file == "hello.md"


def test_a_folder_tells_all_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    assert set(read_contents(tmp_path.glob("*.md"))) == {"hello"}
    (tmp_path / "b.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "c.md").write_bytes(b"\xff")
    with pytest.raises(ProgrammeError) as raised:
        read_contents(tmp_path.glob("*.md"))
    said = [problem.what for problem in raised.value.problems]
    assert said[0] == "two contents are called `hello`"
    assert said[1].startswith("can't be read")
