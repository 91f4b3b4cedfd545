"""Definitions written by hand against data that nobody here made: what a user would see, end to end."""

import csv
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.real.command import Reading, pyrometer, residuals, score
from tests.real.sets import FOLDER, HERE, PREPARATIONS, RealSet, maven, userbehavior

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the public data sets are not in {FOLDER}; PYROMETER_SHARED_DATA can say where"
)

ROWS = {"extraalearn": 4_612, "shoppers": 12_330, "bank": 45_211, "maven": 8_800, "userbehavior": 815}
NULL_CONTROL = "maven"
BANDS = ("hot", "warm", "cool")


@dataclass(frozen=True)
class Scored:
    """A set and its readings."""

    real: RealSet
    readings: list[Reading]

    def of(self, lead_id: str) -> Reading:
        """One lead's reading."""
        return next(reading for reading in self.readings if reading["lead_id"] == lead_id)

    def closed(self, band: str) -> tuple[int, int, int]:
        """Of a temperature: leads, those decided, those won."""
        leads = [reading["lead_id"] for reading in self.readings if reading["temperature"] == band]
        decided = [self.real.outcomes[lead] for lead in leads if lead in self.real.outcomes]
        return len(leads), len(decided), sum(decided)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Scored]:
    """Each set, prepared and scored once."""
    known: dict[str, Scored] = {}

    def get(name: str) -> Scored:
        if name not in known:
            folder = tmp_path_factory.mktemp(name)
            real = PREPARATIONS[name](folder)
            known[name] = Scored(real, score(real.definition, real.leads, folder / "out.jsonl", *real.options))
        return known[name]

    return get


Get = Callable[[str], Scored]
every_set = pytest.mark.parametrize("name", list(PREPARATIONS))


@every_set
def test_the_definition_is_sound_and_its_examples_come_out(name: str) -> None:
    definition = HERE / f"{name}.yaml"
    assert "error" not in pyrometer("check", definition).stdout
    pyrometer("assure", definition)


@every_set
def test_every_lead_comes_out_once(name: str, scored: Get) -> None:
    leads = Counter(reading["lead_id"] for reading in scored(name).readings)
    assert len(leads) == ROWS[name]
    assert set(leads.values()) == {1}


@every_set
def test_the_sums_are_exact(name: str, scored: Get) -> None:
    assert residuals(scored(name).readings) == []


@every_set
def test_the_table_ends_with_how_many_there_are_of_each(name: str, scored: Get) -> None:
    real, readings = scored(name).real, scored(name).readings
    counts = Counter(reading["temperature"] for reading in readings)
    shown = pyrometer("score", real.definition, "--leads", real.leads, *real.options, "--top", 5).stdout
    summary = ", ".join(f"{counts[band]:,} {band}" for band in BANDS)
    assert f"{summary} of {len(readings):,} leads" in shown
    assert shown.index("hot") < shown.index(summary)


@every_set
def test_hotter_leads_close_more_often(name: str, scored: Get) -> None:
    rates = []
    for band in BANDS:
        _, decided, won = scored(name).closed(band)
        assert decided >= 100
        rates.append(won / decided)
    if name == NULL_CONTROL:  # nothing in there foretells the win: a difference beyond chance would be a leak
        (_, hot, _), (_, cool, _) = scored(name).closed("hot"), scored(name).closed("cool")
        error = math.sqrt(rates[0] * (1 - rates[0]) / hot + rates[2] * (1 - rates[2]) / cool)
        assert abs(rates[0] - rates[2]) < 3 * error
    else:
        assert all(warmer > cooler for warmer, cooler in pairwise(rates)), rates


@every_set
def test_the_readme_says_what_comes_out(name: str, scored: Get) -> None:
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    for band in BANDS:
        leads, decided, won = scored(name).closed(band)
        assert f"| {name} | {band} | {leads:,} | {decided:,} | {won:,} | {100 * won / decided:.1f} % |" in readme


@every_set
def test_one_lead_is_explained_to_the_last_point(name: str, scored: Get) -> None:
    real, readings = scored(name).real, scored(name).readings
    lead = next(reading for reading in readings if reading["temperature"] == "warm")
    story = pyrometer("explain", real.definition, lead["lead_id"], "--leads", real.leads, *real.options).stdout
    assert lead["lead_id"] in story
    assert "warm" in story
    for name_of_score, points in lead["scores"].items():
        assert re.search(rf"{re.escape(name_of_score)} {re.escape(str(points))}\b", story), story
    for item in lead["missing"]:
        assert item["what"] in story


def test_columns_that_nobody_asked_for_are_named(scored: Get) -> None:
    left_out = {"extraalearn": "status", "shoppers": "PageValues", "bank": "duration", "maven": "close_value"}
    for name, column in left_out.items():
        real = scored(name).real
        options = [each for each in real.options if each in ("--lead-id", "ID")]
        assert f"`{column}`" in pyrometer("check", real.definition, "--leads", real.leads, *options).stdout


def test_a_repeated_lead_is_refused_with_its_rows(tmp_path: Path) -> None:
    original = (FOLDER / "ExtraaLearn.csv").read_text(encoding="utf-8")
    twice = tmp_path / "twice.csv"
    twice.write_text(original + original.split("\n")[1] + "\n", encoding="utf-8")
    done = pyrometer("score", HERE / "extraalearn.yaml", "--leads", twice, "--lead-id", "ID", exit_code=2)
    assert re.search(r"EXT001.* 2\b.*4,?614\b", done.stderr)
    assert done.stdout == ""


def test_an_id_column_by_another_name_is_asked_for() -> None:
    done = pyrometer("score", HERE / "extraalearn.yaml", "--leads", FOLDER / "ExtraaLearn.csv", exit_code=2)
    assert "`lead_id`" in done.stderr
    assert "--lead-id" in done.stderr


def test_a_file_with_semicolons_is_understood() -> None:
    done = pyrometer("score", HERE / "bank.yaml", "--leads", FOLDER / "bank-full.csv", exit_code=2)
    assert "`balance`, `housing`" in done.stderr  # columns, so only the id is missing


def test_a_file_without_a_header_is_told_from_one_without_ids(tmp_path: Path) -> None:
    real = userbehavior(tmp_path)
    raw = FOLDER / "UserBehavior_head.csv"
    done = pyrometer("score", real.definition, "--leads", real.leads, "--events", raw, exit_code=2)
    assert "lack a header" in done.stderr


def test_identical_sessions_get_identical_readings(scored: Get) -> None:
    sessions = scored("shoppers")
    with sessions.real.leads.open(encoding="utf-8", newline="") as file:
        rows = {row.pop("lead_id"): tuple(row.values()) for row in csv.DictReader(file)}
    first: dict[tuple[str, ...], Reading] = {}
    repeats = 0
    for reading in sessions.readings:
        twin = first.setdefault(rows[reading["lead_id"]], reading)
        repeats += twin is not reading
        assert {**reading, "lead_id": ""} == {**twin, "lead_id": ""}
    assert repeats == 125


def test_minus_one_is_never_and_not_a_number_of_days(scored: Get) -> None:
    calls = scored("bank")
    with calls.real.leads.open(encoding="utf-8", newline="") as file:
        never = {row["lead_id"] for row in csv.DictReader(file) if row["pdays"] == "-1"}
    assert len(never) == 36_954
    for reading in calls.readings:
        (line,) = [line for line in reading["contributions"] if line["rule"] == "Spoke with us before"]
        assert (line["points"] == 0) == (reading["lead_id"] in never)


def test_unknown_is_not_no(scored: Get) -> None:
    calls = scored("bank")
    with calls.real.leads.open(encoding="utf-8", newline="") as file:
        outcome = {row["lead_id"]: row["poutcome"] for row in csv.DictReader(file)}
    states = {(outcome[reading["lead_id"]], reading["criteria"]["need"]) for reading in calls.readings}
    assert states == {("success", "met"), ("failure", "unmet"), ("unknown", "unknown"), ("other", "unknown")}


def test_values_that_the_definition_does_not_know_are_reported(scored: Get) -> None:
    real = scored("maven").real
    shown = pyrometer("check", real.definition, "--leads", real.leads).stdout
    assert "1,480 rows with `GTXPro` for `GTX Pro` in `product`" in shown
    assert "write `GTX Pro`" in shown
    assert "`technolgy`" in shown


def test_american_dates_are_reported_and_taken_as_unknown(tmp_path: Path) -> None:
    leads = maven(tmp_path).leads
    american = re.sub(r"\b(201\d)-(\d\d)-(\d\d)\b", r"\2/\3/\1", leads.read_text(encoding="utf-8"))
    leads.write_text(american, encoding="utf-8")
    shown = pyrometer("check", HERE / "maven.yaml", "--leads", leads).stdout
    assert re.search(r"8,300 values of `engage_date`", shown)
    assert re.search(r"row 2: `\d\d/\d\d/201\d`", shown)
    readings = score(HERE / "maven.yaml", leads, tmp_path / "out.jsonl", "--as-of", "2017-12-31")
    assert {reading["criteria"]["timeline"] for reading in readings} == {"unknown"}


def test_a_last_line_that_was_cut_off_is_reported(scored: Get) -> None:
    real = scored("userbehavior").real
    shown = pyrometer("check", real.definition, "--leads", real.leads, "--events", real.options[1]).stdout
    assert "row 84,477" in shown
    assert "without `occurred_at`" in shown


def test_what_happens_later_changes_nothing(scored: Get, tmp_path: Path) -> None:
    shop = scored("userbehavior")
    header, *lines = Path(shop.real.options[1]).read_text(encoding="utf-8").split("\n")
    known = [line for line in lines if line.count(",") == 4 and int(line.rsplit(",", 1)[1]) < 1_512_172_800]
    events = tmp_path / "known.csv"
    events.write_text("\n".join([header, *known, ""]), encoding="utf-8")
    assert 0 < len(known) < len(lines)
    then = score(shop.real.definition, shop.real.leads, tmp_path / "out.jsonl", "--events", events,
                 "--as-of", "2017-12-02")  # fmt: skip
    assert _by_lead(then) == _by_lead(shop.readings)


def test_an_event_sent_twice_counts_once(scored: Get, tmp_path: Path) -> None:
    shop = scored("userbehavior")
    header, *lines = Path(shop.real.options[1]).read_text(encoding="utf-8").split("\n")
    numbered = [f"{line},m{number}" for number, line in enumerate(lines) if line.count(",") == 4]
    events = tmp_path / "twice.csv"
    events.write_text("\n".join([f"{header},message_id", *numbered, *reversed(numbered), ""]), encoding="utf-8")
    once = score(shop.real.definition, shop.real.leads, tmp_path / "out.jsonl", "--events", events,
                 "--as-of", "2017-12-02")  # fmt: skip
    assert _by_lead(once) == _by_lead(shop.readings)


def test_without_a_time_it_is_that_of_the_latest_evidence(tmp_path: Path) -> None:
    real = userbehavior(tmp_path)
    done = pyrometer("score", real.definition, "--leads", real.leads, "--events", real.options[1], "--top", 1)
    assert "2017-12-03 15:59:23" in done.stdout + done.stderr


def _by_lead(readings: list[Reading]) -> dict[str, Reading]:
    return {reading["lead_id"]: reading for reading in readings}
