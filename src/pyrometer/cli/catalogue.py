"""What each command says of itself; a new command is an entry here and a module of its name."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent


@dataclass(frozen=True)
class Command:
    """A command's function, its help (the first line stands in the list of commands) and examples of its use."""

    target: str
    help: str
    examples: tuple[str, ...]


COMMANDS = {
    "check": Command(
        "check:check_command",
        "Find every problem of a definition, and of the data.\n\n"
        "Shows each problem at once: where, what, why and the likely fix. With --leads, --events or --traits also what "
        "the data say: columns and events the definition doesn't know, values that differ only by case, traits never "
        "filled, repeated ids, times that can't be read. The exit code is 1 if there are errors.",
        (
            "pyrometer check definition.yaml",
            "pyrometer check definition.yaml --leads leads.csv --events events.csv",
        ),
    ),
    "score": Command(
        "score:score_command",
        "Score leads: cool, warm or hot, why, and what is missing.\n\n"
        "Who to call first stands on top: the hottest, then those with the least missing, then the highest scores. "
        "The scores are as of a moment, by default that of the latest evidence.",
        (
            "pyrometer score definition.yaml --leads leads.csv --events events.csv --top 20",
            "pyrometer score definition.yaml --leads leads.csv --events events/*.parquet \\\n    --out scores.csv",
            "zcat more.csv.gz | pyrometer score definition.yaml --leads leads.csv \\\n"
            "    --events - --as-of 2026-06-30 --format jsonl",
        ),
    ),
    "explain": Command(
        "explain:explain_command",
        "Tell one lead's story.\n\n"
        "Its temperature, its scores line by line, every gate leaf by leaf with the values found, what is missing, "
        "and the next question to ask.",
        ("pyrometer explain definition.yaml L-1042 --leads leads.csv --events events.csv",),
    ),
    "assure": Command(
        "assure:assure_command",
        "Test a definition with its own examples.\n\n"
        "Scores the leads under `examples` and compares them with what both teams agreed on, with the reasons. The "
        "exit code is 1 if one comes out otherwise.",
        ("pyrometer assure definition.yaml",),
    ),
    "simulate": Command(
        "simulate:simulate_command",
        "Try a changed definition before it is published.\n\n"
        "Scores the same evidence by both definitions and shows who changes temperature and what made the difference: "
        "a bound, a condition, or points, rule by rule. With outcomes also how those leads really ended, and how many "
        "leads would have become hot each week.",
        (
            "pyrometer simulate definition.yaml changed.yaml --leads leads.csv --events events.csv",
            "pyrometer simulate definition.yaml changed.yaml --archive leads-archive --capacity 40/week \\\n"
            "    --out changes.csv",
        ),
    ),
    "compile": Command(
        "compile:compile_command",
        "Write a definition as SQL.\n\n"
        "One query with named steps, a rule a line, to read or to paste into a warehouse. It reads the relations "
        "`profile` and `events`, and its head says which columns. With --dbt it becomes a model with a seed and tests.",
        (
            "pyrometer compile definition.yaml --dialect postgres --out scores.sql",
            "pyrometer compile definition.yaml --dialect snowflake --dbt path/to/project",
        ),
    ),
    "fingerprint": Command(
        "fingerprint:fingerprint_command",
        "Print the identity of a definition.\n\n"
        "It changes with the meaning, not with comments, labels or the order of keys. Every score carries it.",
        ("pyrometer fingerprint definition.yaml",),
    ),
    "tally": Command(
        "tally:tally_app",
        "Count events once, to score from the counts many times.\n\n"
        "A tally holds what a definition asks of events, summed by lead and day. Points, cooling, caps, thresholds and "
        "the moment may then change without reading an event again.",
        (
            "pyrometer tally build definition.yaml --events events.parquet --tally tally/",
            "pyrometer score definition.yaml --leads leads.csv --tally tally/",
        ),
    ),
    "archive": Command(
        "archive:archive_app",
        "Keep evidence for good: append to it, score from it, erase leads.\n\n"
        "An archive is a folder, or a URL of an object storage, with Delta Lake tables of events, answers, outcomes "
        "and retractions. Appending a file again adds nothing. Nothing is edited: what was wrong is taken back. A lead "
        "that is erased is gone from every file.",
        (
            "pyrometer archive append leads-archive --events events.csv --traits traits.csv",
            "pyrometer score definition.yaml --archive leads-archive",
            "pyrometer archive erase leads-archive L-1042",
        ),
    ),
    "backtest": Command(
        "backtest:backtest_command",
        "Judge a definition by the past.\n\n"
        "Scores leads as they stood at past dates, with only what was known then, and compares with what became of "
        "them: who was won, by temperature and by score, how early hot told, how much work it would have made. With "
        "--against, two definitions over the same leads and dates; with --capacity, the bound of hot that a team can "
        "follow up.",
        (
            "pyrometer backtest definition.yaml --leads leads.csv --events events.csv \\\n"
            "    --outcomes outcomes.csv --from 2025-07-31 --to 2026-06-30",
            "pyrometer backtest new.yaml --against old.yaml --archive leads-archive \\\n"
            "    --from 2026-01-05 --to 2026-06-29 --every week --capacity 40/week",
        ),
    ),
    "learn": Command(
        "learn:learn_command",
        "Learn a definition from leads whose outcome is known.\n\n"
        "Reads a flat export, one row a lead, or dated events and traits with outcomes; and writes at most 12 rules "
        "with whole points, each with its evidence. In dated evidence a lead is seen as it was known before its "
        "decision, and how fast events cool is learned, too. Columns that seem to know the outcome are set aside and "
        "named. The exit code is 3 where there is too little to learn from, or nothing to learn; then no definition is "
        "written.",
        (
            "pyrometer learn --leads export.csv --outcome-column stage --won Won --lost Lost \\\n"
            "    --date-column created --out definition.yaml",
            "pyrometer learn --leads leads.csv --events events.csv --traits traits.csv --outcomes outcomes.csv \\\n"
            "    --against definition.yaml --out learned.yaml",
        ),
    ),
    "profile": Command(
        "profile:profile_command",
        "Tell which leads close more often: the ideal customer.\n\n"
        "Compares decided leads by trait, geography, channel and behaviour, with counts and rates in which small "
        "groups don't win by chance. What seems to know the outcome is set apart. The exit code is 3 where there are "
        "too few won or lost leads to compare.",
        (
            "pyrometer profile --leads export.csv --outcome-column stage --won Won --lost Lost",
            "pyrometer profile definition.yaml --leads leads.csv --events events.csv \\\n    --outcomes outcomes.csv",
            "pyrometer profile definition.yaml --archive leads-archive",
        ),
    ),
    "programme": Command(
        "programme:programme_command",
        "Check a nurture programme, draw it, and try it on a made-up lead.\n\n"
        "Shows every problem: unknown names, steps that nobody comes to, loops without a wait, waits that may never "
        "end, a sales pitch to the cool; and the steps from top to bottom. With --story, what a made-up lead would get "
        "and when, over a year; nothing is sent. The exit code is 1 if there are errors.",
        (
            "pyrometer programme win-back.yaml --definition definition.yaml --contents contents/",
            "pyrometer programme educate --definition definition.yaml --story story.yaml",
        ),
    ),
    "schema": Command(
        "schema:schema_command",
        "Write the JSON Schema of the language, for editors.\n\n"
        "With it an editor completes and checks a definition as one types. The definition's first line then is\n\n"
        "# yaml-language-server: $schema=lead-definition.schema.json",
        ("pyrometer schema --out lead-definition.schema.json",),
    ),
    "serve": Command(
        "installation:serve_command",
        "Run the application: web and worker, on SQLite.\n\n"
        "Captures leads, keeps their temperature current, and shows both teams who to call and why. The first start "
        "prints a link that makes the first administrator.",
        ("pyrometer serve --data pyrometer-data",),
    ),
    "web": Command(
        "installation:web_command",
        "Run the pages, the API and the wire alone.\n\n"
        "Any number of them may share a PostgreSQL with any number of workers (docs/running.md).",
        ("pyrometer web --host 127.0.0.1 --port 8000",),
    ),
    "worker": Command(
        "installation:worker_command",
        "Run a worker alone: it digests, scores, hands over and delivers.",
        ("pyrometer worker --data pyrometer-data",),
    ),
    "migrate": Command(
        "installation:migrate_command",
        "Bring the application's database to this version.",
        ("pyrometer migrate --data pyrometer-data",),
    ),
    "dns": Command(
        "installation:dns_command",
        "Print the records that a domain needs before mailboxes believe its mails.\n\n"
        "The key that signs them (DKIM), as PYROMETER_DKIM_DOMAIN, PYROMETER_DKIM_SELECTOR and PYROMETER_DKIM_KEY name "
        "it, and what SPF and DMARC look like beside it (docs/running.md).",
        ("pyrometer dns",),
    ),
    "link": Command(
        "installation:link_command",
        "Let somebody in who can't sign in.\n\n"
        "Prints a link that works once, within an hour, and lets them choose a new password. For the administrator who "
        "is locked out, and wherever no mail server is set up; what is done so stands in the audit log.",
        ("pyrometer link ada@example.com --data pyrometer-data",),
    ),
}


def example_text(examples: tuple[str, ...]) -> str:
    """The examples as the end of a help text."""
    title = "Example:" if len(examples) == 1 else "Examples:"
    return "\n".join((title, *(indent(example, "  ") for example in examples)))
