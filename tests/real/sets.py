"""The public data sets, made into files that Pyrometer reads; nothing of them is kept in this repository.

They lie in `../shared/data` beside the repository, or where PYROMETER_SHARED_DATA says. A preparation only renames,
joins and numbers; what is wrong in the data stays wrong.
"""

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("PYROMETER_SHARED_DATA", HERE.parents[2] / "shared" / "data"))

UNDATED = ("--as-of", "2020-01-01")
"""For profiles without a date in them: any day gives the same."""

Outcomes = dict[str, bool]
"""Whether a lead closed, by lead_id; a lead without a decision isn't in it."""


@dataclass(frozen=True)
class RealSet:
    """A prepared set: the definition's name, options of the command line, and how the leads ended."""

    name: str
    leads: Path
    outcomes: Outcomes
    options: tuple[str, ...] = ()

    @property
    def definition(self) -> Path:
        """The definition written for the set."""
        return HERE / f"{self.name}.yaml"


def extraalearn(folder: Path) -> RealSet:
    """The file as it is: its id column is named `ID`."""
    leads = FOLDER / "ExtraaLearn.csv"
    return RealSet("extraalearn", leads, {row["ID"]: row["status"] == "1" for row in _rows(leads)},
                   ("--lead-id", "ID", *UNDATED))  # fmt: skip


def shoppers(folder: Path) -> RealSet:
    """Sessions have no id: they are numbered in the order of the file."""
    rows = [{"lead_id": f"S{n:05d}", **row} for n, row in enumerate(_rows(FOLDER / "online_shoppers_intention.csv"), 1)]
    return RealSet("shoppers", _write(folder / "leads.csv", rows),
                   {row["lead_id"]: row["Revenue"] == "TRUE" for row in rows}, UNDATED)  # fmt: skip


def bank(folder: Path) -> RealSet:
    """Separated by semicolons and without an id: numbered, with commas."""
    rows = [{"lead_id": f"C{n:05d}", **row} for n, row in enumerate(_rows(FOLDER / "bank-full.csv", ";"), 1)]
    return RealSet("bank", _write(folder / "leads.csv", rows), {row["lead_id"]: row["y"] == "yes" for row in rows},
                   UNDATED)  # fmt: skip


def maven(folder: Path) -> RealSet:
    """Opportunities joined with their accounts; dates from MM/DD/YYYY to ISO. Open opportunities have no outcome."""
    leads = folder / "leads.csv"
    query = """
        COPY (
            SELECT p.opportunity_id AS lead_id, p.* EXCLUDE (opportunity_id, engage_date, close_date),
                   strftime(strptime(p.engage_date, '%m/%d/%Y'), '%Y-%m-%d') AS engage_date, a.* EXCLUDE (account)
            FROM read_csv($pipeline, all_varchar = true) AS p
            LEFT JOIN read_csv($accounts, all_varchar = true) AS a USING (account)
            ORDER BY lead_id
        ) TO $leads (HEADER)"""
    files = {"pipeline": FOLDER / "maven-crm/sales_pipeline.csv", "accounts": FOLDER / "maven-crm/accounts.csv"}
    with duckdb.connect() as connection:
        connection.execute(query, {"leads": str(leads), **{name: str(file) for name, file in files.items()}})
    ended = {row["lead_id"]: row["deal_stage"] for row in _rows(leads)}
    return RealSet("maven", leads, {lead: stage == "Won" for lead, stage in ended.items() if stage in ("Won", "Lost")},
                   ("--as-of", "2017-12-31"))  # fmt: skip


def userbehavior(folder: Path, as_of: str = "2017-12-02") -> RealSet:
    """Events under a header, byte for byte, the cut-off last line too. Closed: bought in the two days after `as_of`."""
    raw = FOLDER / "UserBehavior_head.csv"
    events = folder / "events.csv"
    events.write_bytes(b"lead_id,item,category,event,occurred_at\n" + raw.read_bytes())
    rows = list(_rows(events))
    users = sorted({row["lead_id"] for row in rows}, key=int)
    leads = _write(folder / "leads.csv", [{"lead_id": user} for user in users])
    start = datetime.fromisoformat(as_of).replace(tzinfo=UTC).timestamp()
    bought = {
        row["lead_id"] for row in rows if row["event"] == "buy" and start < int(row["occurred_at"]) < start + 2 * 86_400
    }
    return RealSet("userbehavior", leads, {user: user in bought for user in users},
                   ("--events", str(events), "--as-of", as_of))  # fmt: skip


def _rows(path: Path, delimiter: str = ",") -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


PREPARATIONS = {each.__name__: each for each in (extraalearn, shoppers, bank, maven, userbehavior)}
