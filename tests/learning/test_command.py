"""The command as somebody uses it: its report, its exit codes, and the definition it writes."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Outcome, Runner
from tests.cli.here import Here
from tests.learning.planted import leads, noise, written

ENDED = ("--outcome-column", "ended", "--won", "won", "--lost", "lost")
OPTIONS = (*ENDED, "--resamples", "4")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    """Runs the command in a folder with leads.csv, whose rows have ids."""
    rows = [{"lead_id": f"L{number * 37 % 1501:04d}", **row} for number, row in enumerate(leads())]
    written(tmp_path / "leads.csv", rows)
    return Here(tmp_path, capsys)


def learned(run: Here, *options: object, code: int = 0) -> Outcome:
    """A run of `pyrometer learn` on leads.csv."""
    outcome = run("learn", "--leads", "leads.csv", *OPTIONS, *options)
    assert outcome.code == code, outcome.err
    return outcome


def test_the_definition_is_checked_and_scores_the_file_as_the_card_did(run: Here) -> None:
    told = json.loads(learned(run, "--out", "definition.yaml", "--format", "json").out)
    checked = run("check", "definition.yaml", "--leads", "leads.csv")
    assert checked.code == 0
    assert ": warning:" not in checked.out
    scored = run("score", "definition.yaml", "--leads", "leads.csv", "--format", "jsonl", "--as-of", "2026-01-01")
    assert scored.code == 0
    points = {line["lead_id"]: line["scores"]["fit"] for line in map(json.loads, scored.lines)}
    assert len(set(points.values())) > 10
    rows = [line.split(",") for line in (run.folder / "leads.csv").read_text().splitlines()[1:]]
    by_part = told["rules"]
    for row in rows[:300]:
        lead = dict(zip(("lead_id", "size", "channel", "visits", "shoe", "ended"), row, strict=True))
        assert points[lead["lead_id"]] == sum(_points(rule, lead) for rule in by_part), lead
    temperatures = {json.loads(line)["temperature"] for line in scored.lines}
    assert temperatures == {"hot", "warm", "cool"}


def _points(rule: dict[str, object], lead: dict[str, str]) -> int:
    """The points that a rule, as the JSON tells it, gives a lead."""
    parts: list[dict[str, object]] = rule["evidence"]  # type: ignore[assignment]
    if rule["shape"] == "when":
        leaves = str(parts[1]["part"]).split(" and ")
        return int(str(parts[1]["points"])) if all(_holds(leaf, lead) for leaf in leaves) else 0
    (column,) = rule["columns"]  # type: ignore[misc]
    for part in parts:
        name = str(part["part"])
        if rule["shape"] == "table":
            if name in (lead[column], "otherwise"):
                return int(str(part["points"]))
            continue
        value = float(lead[column])
        if name.startswith("below "):
            inside = value < float(name[6:])
        elif name.endswith(" and up"):
            inside = value >= float(name[:-7])
        else:
            low, high = name.split(" to below ")
            inside = float(low) <= value < float(high)
        if inside:
            return int(str(part["points"]))
    raise AssertionError(rule)


def _holds(leaf: str, lead: dict[str, str]) -> bool:
    for sign, test in ((" ≥ ", float.__ge__), (" < ", float.__lt__)):
        if sign in leaf:
            column, bound = leaf.split(sign)
            return test(float(lead[column]), float(bound))
    if " is not " in leaf:
        column, value = leaf.split(" is not ")
        return lead[column] != value
    column, value = leaf.split(" is ")
    return lead[column] == value


def test_the_json_has_every_field_that_programs_ask_for(run: Here) -> None:
    rows = [{"lead_id": f"L{number * 37 % 1501:04d}", "close_date": "", **row} for number, row in enumerate(leads())]
    written(run.folder / "leads.csv", rows)
    told = json.loads(learned(run, "--format", "json").out)
    rows_told = told["rows"]
    assert set(rows_told) == {"read", "duplicates", "open", "immature", "used", "unseen"}
    assert rows_told["read"] == 1500 == sum(rows_told.values()) - rows_told["read"]
    assert [set(item) for item in told["quarantined"]] == [{"column", "value", "reason"}]
    assert told["quarantined"][0]["column"] == "close_date"
    assert (told["split"]["kind"], told["split"]["by"]) == ("time", "lead_id")
    assert told["split"]["trained"] + told["split"]["held_out"] == rows_told["used"]
    assert list(told["metrics"]) == ["card", "boosting", "logistic", "naive_bayes"]
    names = {"auc", "auc_interval", "average_precision", "brier", "ece", "lift_10", "lift_20"}
    for figures in told["metrics"].values():
        assert set(figures) == names
        low, high = figures["auc_interval"]
        assert 0 <= low < figures["auc"] < high <= 1
        assert figures["lift_10"] > 1
    for rule in told["rules"]:
        assert {"name", "shape", "columns", "evidence", "stability"} <= set(rule)
        for part in rule["evidence"]:
            assert set(part) == {"part", "points", "leads", "won", "rate", "interval"}
            assert part["leads"] == 0 or part["interval"][0] <= part["rate"] <= part["interval"][1]
    for stretch in told["calibration"]:
        assert set(stretch) == {"lowest", "highest", "leads", "won", "expected", "rate", "interval"}
    assert all(isinstance(warning, str) for warning in told["warnings"])
    assert told["refusal"] is None
    assert told["definition"].startswith("# Learned by Pyrometer")


def test_the_same_file_and_seed_give_the_same_bytes(run: Here) -> None:
    learned(run, "--out", "one.yaml")
    again = Runner(run.folder)("learn", "--leads", "leads.csv", *OPTIONS, "--out", "two.yaml", "--seed", "0")
    assert again.code == 0
    assert (run.folder / "one.yaml").read_bytes() == (run.folder / "two.yaml").read_bytes()


def test_the_file_records_what_it_was_made_from(run: Here) -> None:
    learned(run, "--out", "definition.yaml", "--seed", "7", "--ignore", "shoe")
    text = (run.folder / "definition.yaml").read_text(encoding="utf-8")
    assert "# seed: 7" in text
    assert "# ignored: shoe" in text
    assert "sha256 " in text
    assert " won (" in text


def test_where_nothing_can_be_learned_no_file_is_written(run: Here) -> None:
    written(run.folder / "leads.csv", noise())
    shown = learned(run, "--out", "definition.yaml", code=3)
    assert "nothing to learn here" in shown.out
    assert not (run.folder / "definition.yaml").exists()
    few = [{**row, "ended": "won" if number < 20 else "lost"} for number, row in enumerate(leads(300))]
    written(run.folder / "leads.csv", few)
    told = json.loads(learned(run, "--out", "definition.yaml", "--format", "json", code=3).out)
    assert "20 won" in told["refusal"]
    assert not (run.folder / "definition.yaml").exists()


def test_where_there_is_too_little_a_definition_to_fill_in_is_offered(run: Here) -> None:
    rows = [{"lead_id": f"L{number}", **row, "close_date": "2024-01-01", "rep": "Ann", "on: #off": str(number % 2),
             "note": "" if number % 9 else "x", "ended": "won" if number % 40 == 0 else "lost"}
            for number, row in enumerate(leads(300))]  # fmt: skip
    written(run.folder / "leads.csv", rows)
    offered = learned(run, "--out", "definition.yaml", code=3)
    assert "--template template.yaml" in offered.out
    assert sorted(path.name for path in run.folder.iterdir()) == ["leads.csv"]
    filled = learned(run, "--out", "definition.yaml", "--template", "template.yaml", code=3)
    assert "written to be filled in: template.yaml" in filled.out
    assert not (run.folder / "definition.yaml").exists()
    text = (run.folder / "template.yaml").read_text(encoding="utf-8")
    assert "placeholder" in text
    assert "4 of 80 won so far" in text or "won so far" in text
    assert not {"close_date", "rep", "lead_id", "note"} & {line.split(":")[0].strip() for line in text.splitlines()}
    checked = run("check", "template.yaml", "--leads", "leads.csv")
    assert checked.code == 0
    assert ": warning:" not in checked.out
    scored = run("score", "template.yaml", "--leads", "leads.csv", "--format", "jsonl", "--as-of", "2026-01-01")
    assert {json.loads(line)["temperature"] for line in scored.lines} == {"hot", "warm", "cool"}
    told = json.loads(learned(run, "--format", "json", code=3).out)
    assert told["template"] == text


def test_no_template_is_written_where_there_is_enough(run: Here) -> None:
    told = json.loads(learned(run, "--template", "template.yaml", "--format", "json").out)
    assert told["template"] is None
    assert not (run.folder / "template.yaml").exists()


def test_a_template_needs_no_columns_to_pass_the_check(run: Here) -> None:
    (run.folder / "leads.csv").write_text("ended\nwon\nlost\n", encoding="utf-8")
    learned(run, "--template", "template.yaml", code=3)
    assert run("check", "template.yaml").code == 0


def test_the_report_names_what_was_inferred_and_what_it_found(run: Here) -> None:
    shown = learned(run)
    assert "1,500 rows" in shown.out
    assert "lead id" in shown.out
    assert "naive Bayes of CRMs" in shown.out
    assert "--out definition.yaml" in shown.out


def test_a_bar_shows_how_far_it_is_on_a_terminal(run: Here) -> None:
    shown = Runner(run.folder).on_terminal("learn", "--leads", "leads.csv", *OPTIONS)
    assert shown.code == 0
    assert "Learning" in shown.seen


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--outcome-column", "endde", "--won", "won", "--lost", "lost"), "did you mean `ended`?"),
        (("--outcome-column", "ended", "--won", "Gewonnen", "--lost", "lost"), "it has `lost`, `won`"),
        (("--outcome-column", "ended", "--won", "won", "--lost", "won"), "both won and lost"),
        ((*ENDED, "--resamples", "0"), "from 1 to 1000"),
        ((*ENDED, "--against", "nowhere.yaml"), "no such file"),
        ((*ENDED, "--out", "one.yaml", "--template", "one.yaml"), "different files"),
        ((*ENDED, "--template", "no/where.yaml"), "--template no/where.yaml: there is no folder"),
        ((*ENDED, "--ignore", "chanel"), "did you mean `channel`?"),
        ((*ENDED, "--date-column", "size"), "holds no dates"),
        ((*ENDED, "--date-column", "size", "--ordered"), "give one of them"),
        ((*ENDED, "--trust", "ended"), "holds the outcome"),
    ],
)
def test_mistakes_are_named_with_the_likely_fix(run: Here, options: tuple[str, ...], said: str) -> None:
    shown = run("learn", "--leads", "leads.csv", *options)
    assert shown.code == 2
    assert said in shown.err


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", 2, "is empty"),
        (b"ended\nwon\nlost\n", 3, "too little"),
        (b"size,ended\n" + b"1,won\n2,won\n" * 100, 3, "0 lost"),
        (b"ended\n" + b"won\nlost\n" * 100, 3, "nothing to learn"),
        (b"size,ended\n", 3, "0 won"),
        (b"size,kind,ended\n" + b"1,x,won\n1,x,lost\n" * 100, 3, "nothing to learn"),
        (b"size,ended,ended\n" + b"1,won,won\n2,lost,lost\n" * 100, 2, "several columns are called `ended`"),
        (b"size,size,,ended\n" + b"1,2,3,won\n2,1,4,lost\n" * 100, 3, "several columns are called `size`"),
        (b"size,,ended\n" + b"1,2,won\n2,3,lost\n" * 100, 3, "1 columns have no name"),
        (b"\x00\x01\x02\x03" * 100, 2, "text"),
        (b"PK\x03\x04", 2, "Excel"),
    ],
)
def test_odd_files_are_told_apart_from_mistakes(run: Here, content: bytes, code: int, said: str) -> None:
    (run.folder / "leads.csv").write_bytes(content)
    shown = learned(run, code=code)
    assert said in shown.out + shown.err


def test_a_file_that_is_not_utf_8_is_learned_from(run: Here) -> None:
    text = (run.folder / "leads.csv").read_text(encoding="utf-8").replace("Referral", "Empfählung")
    (run.folder / "leads.csv").write_bytes(text.encode("cp1252"))
    told = json.loads(learned(run, "--format", "json").out)
    parts = [part["part"] for rule in told["rules"] for part in rule["evidence"]]
    assert any("Empfählung" in part for part in parts)


def test_semicolons_and_json_lines_are_understood(run: Here) -> None:
    text = (run.folder / "leads.csv").read_text(encoding="utf-8")
    header, *lines = text.splitlines()
    (run.folder / "leads.csv").write_text(text.replace(",", ";"), encoding="utf-8")
    first = json.loads(learned(run, "--format", "json").out)
    names = header.split(",")
    objects = [json.dumps(dict(zip(names, line.split(","), strict=True))) for line in lines]
    (run.folder / "leads.csv").write_text("\n".join(objects).replace(".csv", ""), encoding="utf-8")
    (run.folder / "leads.csv").rename(run.folder / "leads.jsonl")
    shown = run("learn", "--leads", "leads.jsonl", *OPTIONS, "--format", "json")
    assert shown.code == 0, shown.err
    assert json.loads(shown.out)["metrics"] == first["metrics"]


def test_names_and_values_that_yaml_and_terminals_stumble_over_come_through(run: Here) -> None:
    rows = [
        {"on: #off": {"Search": "yes", "Fair": "no: #", "Mail": '"x" \\n', "Referral": "\x1b[2J{é}"}[row["channel"]],
         "ended": row["ended"], "visits": row["visits"], "lead_id": str(number * 77 % 1999)}
        for number, row in enumerate(leads())
    ]  # fmt: skip
    written(run.folder / "leads.csv", rows)
    shown = learned(run, "--out", "definition.yaml")
    assert "\x1b" not in shown.out
    assert run("check", "definition.yaml", "--leads", "leads.csv").code == 0
    scored = run("score", "definition.yaml", "--leads", "leads.csv", "--explain", "--format", "jsonl")
    assert len({json.loads(line)["scores"]["fit"] for line in scored.lines}) > 5
