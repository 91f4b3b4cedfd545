"""`pyrometer explain`: one lead's story."""

import json

import pytest

from tests.cli.command import Runner

FILES = ("--leads", "leads.csv", "--events", "events.csv")


def test_the_story(run: Runner) -> None:
    done = run("explain", "lead.yaml", "Bob", *FILES, env={"COLUMNS": "80"})
    assert done.code == 0
    assert (
        done.out
        == """\
Bob  ●━━╌ warm
as of 2026-06-30 12:00 UTC, the latest evidence

fit 40, grade B
  +40  Size
         -10 if size below 5; +40 if size at least 5
  ───
   40
    0  Has money

interest 10.4853
  +4.8284  Visits        2 times, most recently 5 days ago
             +4 for visited
  +5.6569  Prices        once, 5 days ago
             +8 for visited (page prices), at most 8 in all
  ───────
  10.4853
   0       Asked for an offer

✗ hot if all of
  ✗ interest at least 30 · 10.4853
  ✗ own ready · 0 met, 1 unmet, 1 unknown

✓ warm if any of
  ✓ interest at least 5 · 10.4853
  ✗ fit grade A or better · B

criteria
  ✗ budget · unmet
    ✗ budget at least 1000 · 800
  ? need · unknown
    ? need is met · unknown
    ? unmet if need is unmet · unknown

missing for hot
  ✗ interest at least 30 · interest 10.4853 of 30
    → a request for an offer: +30
  ✗ own ready · own 0 of 2
    → What do you use today, and where does it let you down?

ask next, for need
  What do you use today, and where does it let you down?
"""
    )


def test_wide_screens_say_what_each_rule_asks(run: Runner) -> None:
    done = run("explain", "lead.yaml", "Bob", *FILES, env={"COLUMNS": "140"})
    assert "halves" in done.out or "+4 for visited" in done.out


def test_the_question_in_another_language(run: Runner) -> None:
    done = run("explain", "lead.yaml", "=1+1", *FILES, "--lang", "sv")
    assert done.code == 0
    assert done.out != run("explain", "lead.yaml", "=1+1", *FILES).out


def test_a_lead_that_was_hot_shows_what_would_have_kept_it(run: Runner) -> None:
    run("score", "lead.yaml", *FILES, "--out", "before.csv")
    later = ("explain", "lead.yaml", "Ada", *FILES, "--previous", "before.csv", "--as-of")
    stays = run(*later, "2026-07-10").out
    assert "Ada  ●━━━ hot" in stays
    assert "✗ hot if all of" in stays
    assert "✓ hot stays if\n  ✓ interest at least 10" in stays
    cooled = run(*later, "2026-09-10").out
    assert "Ada  ●━━╌ warm  (was hot)" in cooled
    assert "✗ hot stays if\n  ✗ interest at least 10" in cooled


def test_as_json(run: Runner) -> None:
    story = json.loads(run("explain", "lead.yaml", "Bob", *FILES, "--format", "json").out)
    assert story["lead_id"] == "Bob"
    assert sum(line["points"] for line in story["contributions"] if line["score"] == "fit") == 40
    assert story["gates"]["hot"]["when"]["truth"] is False
    assert story["question"]["criterion"] == "need"


@pytest.mark.parametrize(("asked", "near"), [("bob", "`Bob`"), ("Zoe", "`Zoë 東京`"), ("", "empty")])
def test_a_lead_that_is_not_there(run: Runner, asked: str, near: str) -> None:
    done = run("explain", "lead.yaml", asked, *FILES)
    assert done.code == 2
    assert near in done.err
    assert not done.out


def test_leads_without_a_file_come_from_the_log(run: Runner) -> None:
    (run.folder / "traits.csv").write_text(
        "lead_id,trait,value,occurred_at\nAda,size,20,2026-06-01\nAda,size,3,2026-06-20\n", encoding="utf-8"
    )
    done = run("explain", "lead.yaml", "Ada", "--traits", "traits.csv", "--as-of", "2026-06-10")
    assert done.code == 0
    assert "+40  Size" in done.out


def test_plain_characters_where_the_terminal_has_no_others(run: Runner) -> None:
    done = run("explain", "lead.yaml", "Bob", *FILES, env={"PYTHONIOENCODING": "ascii"})
    assert done.code == 0
    assert done.out.isascii()
    assert "Bob  o==- warm" in done.out
    assert "+ warm if any of" in done.out
