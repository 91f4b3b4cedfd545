"""Write the evidence of the example workspaces: invented people with plausible journeys, the same bytes for a seed.

    python examples/generate.py --out build/examples --workspace b2b-saas

Each workspace gets a folder with `leads.csv`, `traits.csv` (the dated log of answers), `events.csv` or `events.jsonl`,
and `outcomes.csv` (how each lead ended: won, lost or still open). Nothing is dated from the clock: all of it happens
before midnight UTC of `--until`, and a longer run (`--leads`) keeps the journeys of a shorter one.
"""

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path

from generator import WORKSPACES, make, write


def main() -> None:
    """Parse the arguments, make each workspace asked for, and say what was written."""
    parser = argparse.ArgumentParser(description="Write the evidence of the example workspaces.")
    parser.add_argument("--out", type=Path, required=True, help="folder that gets one folder per workspace")
    parser.add_argument("--workspace", choices=sorted(WORKSPACES), help="only this one (default: all)")
    parser.add_argument("--leads", type=int, default=300, help="leads per workspace (default: 300)")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other people (default: 7)")
    parser.add_argument(
        "--until", type=date.fromisoformat, default=date(2026, 6, 30), help="last midnight, UTC (default: 2026-06-30)"
    )
    args = parser.parse_args()
    until = datetime.combine(args.until, time(), UTC)
    for name in [args.workspace] if args.workspace else sorted(WORKSPACES):
        stories = make(name, leads=args.leads, seed=args.seed, until=until)
        for path, rows in write(args.out / name, stories, WORKSPACES[name].events_format):
            print(f"{path}  {rows} rows")


if __name__ == "__main__":
    main()
