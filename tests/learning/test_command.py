"""The command as somebody uses it: its report, its exit codes, and the definition it writes."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Outcome, Runner
from tests.learning.planted import leads, noise, written

OPTIONS = ("--outcome-column", "ended", "--won", "won", "--lost", "lost")


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    """Runs the command in a folder with leads.csv, whose rows have ids."""
    rows = [{"lead_id": f"L{number * 37 % 1501:04d}", **row} for number, row in enumerate(leads())]
    written(tmp_path / "leads.csv", rows)
    return Runner(tmp_path)


def learned(run: Runner, *options: object, code: int = 0) -> Outcome:
    """A run of `pyrometer learn` on leads.csv."""
    outcome = run("learn", "--leads", "leads.csv", *OPTIONS, *options)
    assert outcome.code == code, outcome.err
    return outcome


def test_the_definition_is_checked_and_scores_the_file_as_the_card_did(run: Runner) -> None:
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


def test_the_json_says_where_rows_went_and_how_well_it_ranks(run: Runner) -> None:
    told = json.loads(learned(run, "--format", "json").out)
    rows = told["rows"]
    assert rows["read"] == 1500 == sum(rows[name] for name in ("duplicates", "open", "immature", "used"))
    assert set(told["metrics"]) == {"card", "boosting", "logistic", "naive_bayes"}
    assert set(told["metrics"]["card"]) == {
        *("auc", "auc_interval", "average_precision", "brier", "ece", "lift_10", "lift_20"),
    }
    assert {"quarantined", "split", "rules", "calibration", "warnings"} <= set(told)


def test_the_same_file_and_seed_give_the_same_bytes(run: Runner) -> None:
    learned(run, "--out", "one.yaml")
    learned(run, "--out", "two.yaml", "--seed", "0")
    assert (run.folder / "one.yaml").read_bytes() == (run.folder / "two.yaml").read_bytes()


def test_the_file_records_what_it_was_made_from(run: Runner) -> None:
    learned(run, "--out", "definition.yaml", "--seed", "7", "--ignore", "shoe")
    text = (run.folder / "definition.yaml").read_text(encoding="utf-8")
    assert "# seed: 7" in text
    assert "# ignored: shoe" in text
    assert "sha256 " in text
    assert " won (" in text


def test_where_nothing_can_be_learned_no_file_is_written(run: Runner) -> None:
    written(run.folder / "leads.csv", noise())
    shown = learned(run, "--out", "definition.yaml", code=3)
    assert "nothing to learn here" in shown.out
    assert not (run.folder / "definition.yaml").exists()
    few = [{**row, "ended": "won" if number < 20 else "lost"} for number, row in enumerate(leads(300))]
    written(run.folder / "leads.csv", few)
    told = json.loads(learned(run, "--out", "definition.yaml", "--format", "json", code=3).out)
    assert "20 won" in told["refusal"]
    assert not (run.folder / "definition.yaml").exists()


def test_the_report_names_what_was_inferred_and_what_it_found(run: Runner) -> None:
    shown = learned(run)
    assert "1,500 rows" in shown.out
    assert "lead id" in shown.out
    assert "naive Bayes of CRMs" in shown.out
    assert "--out definition.yaml" in shown.out


def test_a_bar_shows_how_far_it_is_on_a_terminal(run: Runner) -> None:
    shown = run.on_terminal("learn", "--leads", "leads.csv", *OPTIONS)
    assert shown.code == 0
    assert "Learning" in shown.seen


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--outcome-column", "endde", "--won", "won", "--lost", "lost"), "did you mean `ended`?"),
        (("--outcome-column", "ended", "--won", "Gewonnen", "--lost", "lost"), "it has `lost`, `won`"),
        (("--outcome-column", "ended", "--won", "won", "--lost", "won"), "both won and lost"),
        ((*OPTIONS, "--ignore", "chanel"), "did you mean `channel`?"),
        ((*OPTIONS, "--date-column", "size"), "holds no dates"),
        ((*OPTIONS, "--date-column", "size", "--ordered"), "give one of them"),
        ((*OPTIONS, "--trust", "ended"), "holds the outcome"),
    ],
)
def test_mistakes_are_named_with_the_likely_fix(run: Runner, options: tuple[str, ...], said: str) -> None:
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
        (b"\x00\x01\x02\x03" * 100, 2, "text"),
        (b"PK\x03\x04", 2, "Excel"),
    ],
)
def test_odd_files_are_told_apart_from_mistakes(run: Runner, content: bytes, code: int, said: str) -> None:
    (run.folder / "leads.csv").write_bytes(content)
    shown = learned(run, code=code)
    assert said in shown.out + shown.err


def test_a_file_that_is_not_utf_8_is_learned_from(run: Runner) -> None:
    text = (run.folder / "leads.csv").read_text(encoding="utf-8").replace("Referral", "Empfählung")
    (run.folder / "leads.csv").write_bytes(text.encode("cp1252"))
    told = json.loads(learned(run, "--format", "json").out)
    parts = [part["part"] for rule in told["rules"] for part in rule["evidence"]]
    assert any("Empfählung" in part for part in parts)


def test_semicolons_and_json_lines_are_understood(run: Runner) -> None:
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


def test_names_and_values_that_yaml_and_terminals_stumble_over_come_through(run: Runner) -> None:
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
