"""Evidence for the benchmarks: events in sessions, in the order of a log, made by DuckDB alone.

Nothing is drawn from a random generator: every value is a hash of (seed, row number), so the same seed and size give
the same files whatever the number of threads.

    python -m benchmarks.generate --events 1e6 --into some/folder
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

FIRST_DAY = "2025-05-27"  # 400 days before AS_OF
AS_OF = "2026-07-01"  # a midnight: everything in `event_files` lies before it
DAY_AFTER = "2026-07-02"
DAYS = 400
EVENTS_PER_SESSION = 10
EVENTS_PER_LEAD = 400 / 3  # 100 million events are of 750,000 leads
EVENTS_PER_FILE = 10_000_000
SKEW = 5  # the busiest lead has about exp(SKEW) / SKEW times the average, the quietest a thirtieth of the busiest


@dataclass(frozen=True)
class Evidence:
    """Where one generated size lives, and how big it is."""

    folder: Path
    events: int
    leads: int

    @property
    def label(self) -> str:
        """The size for people: 1 M events."""
        return f"{self.events / 1e6:g} M events"

    @property
    def event_files(self) -> list[str]:
        """The event files in the order of time."""
        return [str(path) for path in sorted(self.folder.glob("events-*.parquet"))]

    @property
    def profile(self) -> str:
        """The flat file of the leads, one row a lead."""
        return str(self.folder / "profile.parquet")

    @property
    def new_events(self) -> str:
        """One more day of events (0.3 % of the log), which `event_files` do not hold."""
        return str(self.folder / "new-events.parquet")


def generate(
    events: int,
    folder: Path,
    *,
    seed: int = 1,
    message_ids: bool = False,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> Evidence:
    """Write about `events` events, their leads' profile, and one more day of events into a folder.

    Times lie in the 400 days before `AS_OF`. A lead has several sessions, a session about ten events, so (lead, day)
    groups are about a tenth of the events. Files hold ten million events each, roughly in the order of time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    db = connection or duckdb.connect()
    db.execute("SET enable_progress_bar = false")
    leads = _leads(events)
    sessions = max(1, events // EVENTS_PER_SESSION)
    sessions_per_file = EVENTS_PER_FILE // EVENTS_PER_SESSION
    for number, start in enumerate(range(0, sessions, sessions_per_file)):
        stop = min(start + sessions_per_file, sessions)
        _write_events(db, folder / f"events-{number:03}.parquet", start, stop, sessions, leads, seed, message_ids)
    _write_profile(db, folder / "profile.parquet", leads, seed)
    # The night's refresh gets what happened on the as-of day: 0.3 % of the log, after everything above.
    fresh = max(1, round(sessions * 0.003))
    _write_events(
        db, folder / "new-events.parquet", sessions, sessions + fresh, sessions, leads, seed, message_ids, last_day=True
    )
    return Evidence(folder, events, leads)


def ready(events: int, folder: Path) -> Evidence:
    """The evidence of a size, generated unless the folder holds it already."""
    mark = folder / "complete"
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
        generate(events, folder)
        mark.touch()
    return Evidence(folder, events, _leads(events))


def _leads(events: int) -> int:
    return max(10, round(events / EVENTS_PER_LEAD))


def _write_events(
    db: duckdb.DuckDBPyConnection,
    path: Path,
    start: int,
    stop: int,
    sessions: int,
    leads: int,
    seed: int,
    message_ids: bool,
    last_day: bool = False,
) -> None:
    # A session's second in the log follows from its number, so that the log is in the order of time; the jitter keeps
    # it from being perfectly so.
    begins = (
        f"{DAYS * 86_400} + (k - {start}) * 70000 // {stop - start}"
        if last_day
        else f"k * {DAYS * 86_400 - 90_000} // {sessions} + (a >> 50) * 5"
    )
    message = "printf('m-%d-%d', k, j) AS message_id," if message_ids else ""
    db.execute(f"""
        COPY (
            WITH sessions AS (
                SELECT range AS k, hash(range * 4 + {seed * 1_000_003}) AS a FROM range({start}, {stop})
            ),
            placed AS (
                SELECT
                    k,
                    {begins} AS second,
                    (least(({leads} * (exp({SKEW} * (a % 1073741824) / 1073741824.0) - 1) / (exp({SKEW}) - 1))::BIGINT,
                           {leads - 1}) * 7919) % {leads} AS lead,
                    unnest(range(1 + least(60, (-9.0 * ln(((a >> 30) % 1048576 + 1) / 1048577.0))::BIGINT))) AS j
                FROM sessions
            ),
            drawn AS (
                SELECT *, hash(k * 64 + j + {seed * 7_000_003}) AS h FROM placed
            ),
            mixed AS (
                SELECT
                    *,
                    (h % 1000)::INTEGER AS e,
                    ((h >> 10) % 1000)::INTEGER AS p,
                    ((h >> 20) % 1000)::INTEGER AS q,
                    ((h >> 30) % 1048576 + 1) / 1048577.0 AS u
                FROM drawn
            ),
            named AS (
                SELECT
                    *,
                    CASE
                        WHEN e < 560 THEN 'page_viewed'
                        WHEN e < 700 THEN 'email_opened'
                        WHEN e < 770 THEN 'email_clicked'
                        WHEN e < 830 THEN 'asset_downloaded'
                        WHEN e < 880 THEN 'video_watched'
                        WHEN e < 920 THEN 'session_started'
                        WHEN e < 950 THEN 'form_submitted'
                        WHEN e < 970 THEN 'webinar_attended'
                        WHEN e < 985 THEN 'chat_started'
                        WHEN e < 993 THEN 'demo_requested'
                        ELSE 'trial_started'
                    END AS event
                FROM mixed
            )
            SELECT
                printf('L%07d', lead) AS lead_id,
                event,
                TIMESTAMP '{FIRST_DAY}' + to_seconds(second + j * 37) AS occurred_at,
                {message}
                CASE WHEN event = 'page_viewed' THEN
                    CASE WHEN p < 300 THEN 'home' WHEN p < 480 THEN 'docs' WHEN p < 620 THEN 'blog'
                         WHEN p < 720 THEN 'pricing' WHEN p < 800 THEN 'product' WHEN p < 860 THEN 'integrations'
                         WHEN p < 900 THEN 'security' WHEN p < 930 THEN 'customers' WHEN p < 955 THEN 'compare'
                         WHEN p < 975 THEN 'careers' WHEN p < 990 THEN 'roi' END
                END AS topic,
                CASE WHEN event IN ('email_opened', 'email_clicked') THEN
                    CASE WHEN p < 500 THEN 'newsletter' WHEN p < 800 THEN 'nurture' WHEN p < 930 THEN 'sales'
                         ELSE 'partner' END
                END AS channel,
                CASE WHEN event IN ('asset_downloaded', 'video_watched') THEN printf('asset-%03d', (p * q) % 200)
                END AS asset,
                CASE WHEN event = 'asset_downloaded' THEN
                    CASE WHEN q < 250 THEN 'case_study' WHEN q < 550 THEN 'whitepaper' WHEN q < 800 THEN 'datasheet'
                         ELSE 'template' END
                    WHEN event = 'form_submitted' THEN
                    CASE WHEN q < 600 THEN 'contact' WHEN q < 900 THEN 'newsletter' ELSE 'partner' END
                END AS kind,
                CASE WHEN event IN ('page_viewed', 'video_watched') AND q >= 30 THEN least(3600, (-80 * ln(u))::BIGINT)
                END AS seconds
            FROM named
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)
    """)


def _write_profile(db: duckdb.DuckDBPyConnection, path: Path, leads: int, seed: int) -> None:
    db.execute(f"""
        COPY (
            WITH drawn AS (
                SELECT range AS lead, hash(range * 8 + {seed * 3_000_017}) AS h FROM range({leads})
            ),
            mixed AS (
                SELECT lead, h, (h % 100)::INTEGER AS p, ((h >> 10) % 100)::INTEGER AS q,
                       ((h >> 20) % 1048576 + 1) / 1048577.0 AS u, ((h >> 40) % 100)::INTEGER AS r
                FROM drawn
            )
            SELECT
                printf('L%07d', lead) AS lead_id,
                CASE WHEN p < 30 THEN 'software' WHEN p < 45 THEN 'fintech' WHEN p < 65 THEN 'retail'
                     WHEN p < 85 THEN 'other' END AS industry,
                CASE WHEN q < 80 THEN (5 / u)::BIGINT % 50000 END AS employees,
                CASE WHEN r < 10 THEN 'Chief Technology Officer' WHEN r < 25 THEN 'VP Engineering'
                     WHEN r < 45 THEN 'Director of IT' WHEN r < 80 THEN 'Analyst' WHEN r < 90 THEN 'Student' END
                    AS job_title,
                CASE WHEN q < 40 THEN 'DE' WHEN q < 70 THEN 'SE' ELSE 'JP' END AS country,
                CASE WHEN r < 15 THEN 'confirmed' WHEN r < 40 THEN 'possible' WHEN r < 60 THEN 'none' END AS need,
                CASE WHEN p % 3 = 0 THEN (u * 40000)::BIGINT::DOUBLE END AS budget_amount,
                CASE WHEN q % 4 = 0 THEN 'decides' WHEN q % 4 = 1 THEN 'influences' WHEN q % 4 = 2 THEN 'none' END
                    AS influence,
                CASE WHEN p % 2 = 0 THEN DATE '{AS_OF}' + ((u * 600)::INTEGER - 100) END AS buying_on
            FROM mixed
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
    """)


def main() -> None:
    """Write one size from the command line."""
    parser = argparse.ArgumentParser(description="Write the benchmarks' evidence.")
    parser.add_argument("--events", type=float, default=1e6)
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--message-ids", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    made = generate(int(asked.events), asked.into, seed=asked.seed, message_ids=asked.message_ids)
    print(f"{made.events} events of {made.leads} leads in {made.folder}")


if __name__ == "__main__":
    main()
