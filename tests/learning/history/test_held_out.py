"""What is said where the latest leads of a history can't be held out."""

from pathlib import Path

from tests.learning.history.planted import BEGIN, Story
from tests.learning.history.test_traps import browse, told


def test_where_the_latest_leads_hold_too_few_wins_it_says_why_they_are_not_held_out(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        story.life = 20 + story.draw.randrange(40)
        keen = story.draw.random()
        browse(story, keen)
        story.won = (story.start - BEGIN).days < 400 and story.draw.random() < keen / 1.5

    found = told(tmp_path, live)
    assert found.split is not None
    assert found.split.kind == "random"
    assert any("among the latest" in said and "drawn at random" in said for said in found.warnings)
