"""`pyrometer archive`, and scoring from what it keeps."""

import json
import sys

from tests.cli.command import Runner

APPEND = ("archive", "append", "arch", "--events", "events.csv", "--received-at", "occurred")
FROM = ("--leads", "leads.csv", "--archive", "arch")


def test_an_archive_scores_the_same(run: Runner) -> None:
    assert run(*APPEND).out == "arch: 7 events added\n"
    assert run(*APPEND).out == "arch: 0 events added, 7 of 7 were there already\n"
    files = ("--leads", "leads.csv", "--events", "events.csv")
    direct = run("score", "lead.yaml", *files, "--format", "jsonl", "--explain")
    for extra in ((), ("--direct",), ()):
        kept = run("score", "lead.yaml", *FROM, "--format", "jsonl", "--explain", *extra)
        assert (kept.code, kept.out) == (0, direct.out)
    told = run("explain", "lead.yaml", "Ada", *FROM)
    assert told.out == run("explain", "lead.yaml", "Ada", *files).out
    checked = run("check", "lead.yaml", *FROM)
    assert checked.out == run("check", "lead.yaml", *files).out


def test_what_an_archive_holds(run: Runner) -> None:
    run(*APPEND)
    shown = run("archive", "info", "arch")
    assert shown.lines[0] == "arch: leads in 16 buckets"
    assert shown.lines[-1] == "latest evidence: 2026-06-30 12:00 UTC"
    found = json.loads(run("archive", "info", "arch", "--format", "json").out)
    assert found["tables"]["events"]["rows"] == 7
    assert (found["latest"], found["buckets"]) == ("2026-06-30T12:00:00Z", 16)


def test_what_is_taken_back_comes_through_a_pipe(run: Runner) -> None:
    run(*APPEND)
    log = (run.folder / "events.csv").read_text(encoding="utf-8")
    done = run("archive", "append", "arch", "--retract", "-", stdin=log)
    assert (done.code, done.out, done.err) == (0, "arch: 7 retractions added\n", "")
    done = run("archive", "append", "arch", "--retract", "-", stdin="lead_id,message_id\nAda,nothing\n")
    assert (done.code, done.out) == (0, "arch: 1 retraction added\n")
    assert "1 retraction of events that the archive doesn't hold" in done.err


def test_a_history_taken_for_news_is_told(run: Runner) -> None:
    told = run(*APPEND[:5])
    assert told.code == 0
    assert "begin again in an empty place with --received-at occurred" in told.err


def test_what_is_wrong_is_told(run: Runner) -> None:
    for arguments, said in (
        (("archive", "append", "arch"), "nothing to append"),
        (("archive", "append", "arch", "--events", "nowhere.csv"), "no such file"),
        (("archive", "append", "arch", "--events", "leads.csv"), "no column `event`"),
        (("archive", "append", "arch", "--events", "events.csv", "--received-at", "soon"), "--received-at `soon`"),
        (("archive", "append", "arch", "--events", "events.csv", "--buckets", "9999"), "at most 4096"),
        (("archive", "append", "s3://me:secret@bucket/leads", "--events", "events.csv"), "leave the key out"),
        (("archive", "append", "ftp://bucket/leads", "--events", "events.csv"), "no place for an archive"),
        (("archive", "info", "arch"), "holds no archive"),
        (("archive", "compact", "arch"), "holds no archive"),
        (("archive", "erase", "arch", "Ada", "--yes"), "holds no archive"),
        (("score", "lead.yaml", "--archive", "arch"), "holds no archive"),
        (("score", "lead.yaml", "--archive", "arch", "--events", "events.csv"), "append to it"),
        (("check", "lead.yaml", "--archive", "arch", "--events", "events.csv"), "append to it"),
    ):
        done = run(*arguments)
        assert done.code == 2, arguments
        assert said in done.err
        assert "secret" not in done.err
    assert not (run.folder / "arch").exists()


def test_the_package_that_it_needs_is_named(run: Runner) -> None:
    (run.folder / "deltalake.py").write_text("raise ImportError('none')", encoding="utf-8")
    done = run(*APPEND, env={"PYTHONPATH": str(run.folder)})
    assert done.code == 2
    assert 'pip install "pyrometer[archive]"' in done.err
    assert sys.executable not in done.err
