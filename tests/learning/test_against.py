"""The definition in use, judged on the leads that the card is judged on."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pyrometer.cli.learned import print_learned
from pyrometer.errors import DefinitionError
from pyrometer.learning import Gain, learn
from tests.cli.here import Here
from tests.learning.planted import ASKED, leads, written

SIZE_ONLY = """format: 1
name: Large firms first
profile: {size: integer}
scores:
  fit:
    rules:
      - {name: Size, trait: size, bands: [{below: 200, points: 0}, {from: 200, points: 50}]}
temperature:
  hot: {when: {score: fit, at_least: 50}}
"""
MORE = """format: 1
name: What we agreed on
profile: {size: integer, budget: number, step: {type: text, column: deal step}}
events: {call: {}}
scores:
  fit:
    rules:
      - {name: Size, trait: size, bands: [{below: 200, points: 0}, {from: 200, points: 50}]}
      - {name: Budget, points: 20, when: {trait: budget, at_least: 1000}}
      - {name: Step, trait: step, points_for: {papers: 30}}
      - {name: Calls, points: 5, event: call}
temperature:
  hot: {when: {score: fit, at_least: 50}}
"""


def test_a_definition_that_sees_less_is_worse(tmp_path: Path) -> None:
    file = written(tmp_path / "leads.csv", leads(3000))
    (tmp_path / "present.yaml").write_text(SIZE_ONLY, encoding="utf-8")
    learned = learn(file, **ASKED, against=tmp_path / "present.yaml", resamples=1)
    assert list(learned.metrics) == ["card", "boosting", "logistic", "naive_bayes", "present"]
    present = learned.metrics["present"]
    assert 0.55 < present.auc < learned.metrics["card"].auc
    assert present.ece < 0.05
    assert present.lift_20 > 1
    assert learned.present is not None
    assert learned.present.name == "Large firms first"
    assert learned.present.gain == pytest.approx(learned.metrics["card"].auc - present.auc)
    assert 0 < learned.present.gain_interval[0] < learned.present.gain < learned.present.gain_interval[1]
    assert learned.present.limits() == []
    assert learned.definition is not None
    assert "# against: Large firms first" in learned.definition


def test_how_far_it_is_ahead_of_each_model_is_known_with_its_interval(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads(3000)), **ASKED, resamples=1)
    assert list(learned.ahead) == ["boosting", "logistic", "naive_bayes"]
    for name, found in learned.ahead.items():
        assert found.gain == pytest.approx(learned.metrics["card"].auc - learned.metrics[name].auc)
        assert found.interval[0] < found.gain < found.interval[1]
        # Both ranked the same leads, so their difference is known better than either of them.
        low, high = learned.metrics["card"].auc_interval
        assert found.interval[1] - found.interval[0] < high - low


@pytest.mark.parametrize(
    ("low", "high", "sure", "said"),
    [
        (0.01, 0.03, 1, None),
        (-0.01, 0.03, 0, "may rank better or worse, and these leads can't tell which: +0.010"),
        (-0.03, 0.0, 0, "may rank better or worse"),
        (-0.03, -0.01, -1, "ranks worse: -0.020"),
    ],
)
def test_that_it_is_not_surely_ahead_of_naive_bayes_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], low: float, high: float, sure: int, said: str | None
) -> None:
    file = written(tmp_path / "leads.csv", leads(1000))
    found = Gain((low + high) / 2, (low, high))
    assert found.sure == sure
    learned = replace(learn(file, **ASKED, resamples=1), ahead={"naive_bayes": found})
    print_learned(learned, None, None)
    told = capsys.readouterr().out
    assert ("against naive Bayes of CRMs the card" in told) == (said is not None)
    assert said is None or said in told


def test_the_card_itself_gains_nothing_over_itself(tmp_path: Path) -> None:
    rows = leads(1000)
    for number, row in enumerate(rows):
        row["spent"] = str(number * 7919 % 100_003)
    file = written(tmp_path / "leads.csv", rows + rows[:50])
    first = learn(file, **ASKED, resamples=1)
    assert first.definition is not None
    (tmp_path / "card.yaml").write_text(first.definition, encoding="utf-8")
    again = learn(file, **ASKED, against=tmp_path / "card.yaml", resamples=1)
    assert again.present is not None
    assert again.present.gain == 0
    assert again.metrics["present"].auc == again.metrics["card"].auc


def test_what_it_asks_for_in_vain_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = leads(1000)
    for number, row in enumerate(rows):
        row["deal step"] = "papers" if row["ended"] == "won" and number % 2 else "talks"
    written(tmp_path / "leads.csv", rows)
    (tmp_path / "present.yaml").write_text(MORE, encoding="utf-8")
    run = Here(tmp_path, capsys)
    asked = ("learn", "--leads", "leads.csv", "--outcome-column", "ended", "--won", "won", "--lost", "lost",
             "--resamples", "1", "--against", "present.yaml")  # fmt: skip
    told = json.loads(run(*asked, "--format", "json").out)
    assert told["present"]["absent"] == ["budget"]
    assert told["present"]["events"] is True
    assert told["present"]["suspect"] == ["deal step"]
    shown = run(*asked)
    assert "the definition in use" in shown.out
    assert "against `What we agreed on` the card" in shown.out
    for said in (
        "asks for `budget`, which the export lacks",
        "rules on events",
        "asks for `deal step`, set aside here",
    ):
        assert said in shown.out


def test_a_definition_with_errors_is_refused_before_anything_is_learned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path / "leads.csv", leads(200))
    (tmp_path / "present.yaml").write_text(SIZE_ONLY.replace("trait: size", "trait: sizes"), encoding="utf-8")
    run = Here(tmp_path, capsys)
    shown = run("learn", "--leads", "leads.csv", "--outcome-column", "ended", "--won", "won", "--lost", "lost",
                "--against", "present.yaml")  # fmt: skip
    assert shown.code == 1
    assert "did you mean `size`?" in shown.err
    with pytest.raises(DefinitionError):
        learn(tmp_path / "leads.csv", **ASKED, against=tmp_path / "present.yaml")
