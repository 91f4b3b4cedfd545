"""The reference in `docs/reference` says what the specs say."""

from pathlib import Path

from tests.spec.reference import FOLDER, pages, stale


def test_the_reference_is_fresh() -> None:
    assert list(stale(FOLDER, pages())) == [], "run `python -m tests.spec.reference --write`"


def test_a_stale_page_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "kept.md").write_text("as it should be")
    (tmp_path / "changed.md").write_text("as it was")
    (tmp_path / "left.md").write_text("of a topic that is gone")
    wanted = {"kept.md": "as it should be", "changed.md": "as it should be", "new.md": "new"}
    assert list(stale(tmp_path, wanted)) == ["changed.md", "left.md", "new.md"]
