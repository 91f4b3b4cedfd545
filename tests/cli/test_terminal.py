"""What somebody at a terminal sees: widths, colours, as much as fits."""

import re

import pytest
from rich.cells import cell_len

from tests.cli.command import Runner

FILES = ("--leads", "leads.csv", "--events", "events.csv")
SCORE = ("score", "lead.yaml", *FILES)
COLOUR = re.compile(r"\x1b\[[0-9;]*[34][0-9](;[0-9;]*)?m")


@pytest.fixture
def crowd(run: Runner) -> Runner:
    """The shop with sixty more leads."""
    with (run.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.writelines(f"L{number:02},7,,\n" for number in range(60))
    return run


@pytest.mark.parametrize("columns", [40, 80, 160])
@pytest.mark.parametrize("arguments", [SCORE, (*SCORE, "--explain"), ("explain", "lead.yaml", "Zoë 東京", *FILES)])
def test_nothing_is_wider_than_the_terminal(run: Runner, columns: int, arguments: tuple[str, ...]) -> None:
    shown = run.on_terminal(*arguments, columns=columns)
    assert shown.code == 0
    assert max(cell_len(line) for line in shown.seen.splitlines()) <= columns


@pytest.mark.parametrize("columns", ["0", "1", "many", "-5"])
def test_a_width_that_is_none(run: Runner, columns: str) -> None:
    done = run(*SCORE, env={"COLUMNS": columns})
    assert done.code == 0
    assert "1 hot, 2 warm, 2 cool of 5 leads" in done.lines


def test_reasons_and_what_is_missing_stand_side_by_side_where_there_is_room(run: Runner) -> None:
    narrow = run.on_terminal(*SCORE, columns=80).seen
    assert "why, and what is missing" in narrow
    assert "missing: interest 0 of 30, own 1 of 2" in narrow
    wide = run.on_terminal(*SCORE, columns=160).seen
    assert re.search(r"strongest reasons +missing", wide)
    assert re.search(r"\+20 Has money +interest 0 of 30, own 1 of 2", wide)


def test_long_ids_leave_room_for_the_reasons(run: Runner) -> None:
    with (run.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.write("7d8a2f0e-5f6b-4b7e-9f0a-3c1d2e4f5a6b,20,,2000\n")
    shown = run.on_terminal(*SCORE, columns=80).seen
    assert "+40 Size, +20 Has money" in shown
    assert "7d8a2f0e-5f6b-4b7e-9f0a-3c1d2e4f5a6b" in "".join(
        line[:22].strip() for line in shown.splitlines() if not line.startswith(("Ada", "Bob", "lead"))
    )


def test_a_terminal_shows_a_screenful_and_says_how_to_see_more(crowd: Runner) -> None:
    shown = crowd.on_terminal(*SCORE, columns=120)
    assert shown.seen.count("●") == 25
    assert "… 40 more: --top 65 shows more of them, --out scores.csv writes all" in shown.seen
    assert crowd.on_terminal(*SCORE, "--top", "30", columns=120).seen.count("●") == 30
    assert crowd.on_terminal(*SCORE, "--format", "jsonl").seen.count("lead_id") == 65


def test_a_pipe_gets_all(crowd: Runner) -> None:
    done = crowd(*SCORE)
    assert done.out.count("●") == 65
    assert "more" not in done.out


def test_colours_are_for_terminals(run: Runner) -> None:
    assert COLOUR.search(run.on_terminal(*SCORE).out)
    assert "\x1b" not in run(*SCORE).out
    assert not COLOUR.search(run.on_terminal(*SCORE, env={"NO_COLOR": "1"}).out)
    dumb = run.on_terminal(*SCORE, env={"TERM": "dumb"})
    assert "\x1b" not in dumb.out
    assert "●━━━ hot" in dumb.out


def test_a_terminal_of_another_encoding(run: Runner) -> None:
    shown = run.on_terminal(*SCORE, env={"PYTHONIOENCODING": "latin-1"}, columns=100)
    assert shown.code == 0
    assert "o==- warm" in shown.seen


def test_an_id_cannot_steer_the_terminal(run: Runner) -> None:
    with (run.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.write('"\x1b[2J[bold red]\u202eX",1,,\n')
    done = run(*SCORE, env={"COLUMNS": "160"})
    assert "\\x1b[2J[bold" in done.out
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
