"""Reading outcomes: of a lead's rows the latest counts, and only if it says won or lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyrometer.archive import Snapshot, snapshot_of, steadily
from pyrometer.archive.sight import Sight
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence import DataNote, Field, Naming, Source, clip, some
from pyrometer.evidence.checks import note_rows, strangers, unreadable
from pyrometer.evidence.quote import ident, literals
from pyrometer.evidence.reading import Input, read
from pyrometer.evidence.table import FILE, ROW
from pyrometer.evidence.times import timestamp

WON = ("won",)
LOST = ("lost",)
"""What a file says of won and of lost leads, unless told otherwise."""

OUTCOMES = "outcomes"
"""The relation of decided leads."""

FIELDS = ("outcome", "decided_at", "amount", "received_at", "message_id")
"""The columns of outcomes that may go by another name, beside the lead's id."""

_OF_BOTH = ("received_at", "message_id")
_SAID = "said_outcomes"
_SHOWN = 6
"""How many of a file's own words are shown."""


OPEN = ("open", "pending", "in progress", "in process", "undecided", "new", "running", "active", "none", "n/a", "-")
"""What files say of leads that aren't decided; nobody means won or lost by it."""


@dataclass(frozen=True)
class Outcomes:
    """How many leads ended how, and what was odd about the rows.

    `won` and `lost` are numbers of leads, `open` those of whom the latest row says neither; `undated` are decided leads
    without the time of it; `notes` what there is to say of the file.
    """

    won: int
    lost: int
    open: int
    undated: int
    notes: tuple[DataNote, ...]


def read_outcomes(
    engine: DuckDBEngine,
    source: Source | None = None,
    *,
    archive: str | Path | Snapshot | None = None,
    won: Collection[str] = WON,
    lost: Collection[str] = LOST,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    leads: str | None = None,
    now: datetime | None = None,
) -> Outcomes:
    """Makes the relation `outcomes(lead_id, won, decided_at, known_at, amount)` of a file or rows, or of an archive.

    One row a decided lead: what was learned of it last, by `received_at`, where that isn't told by `decided_at`, then
    by its place in the file; a row without any time is as old as the newest of those above it. So a correction counts,
    and a lead whose latest row is neither won nor lost has none. `won` and `lost` are the words for these (case and
    outer spaces don't count), all others mean open. Times are UTC; `known_at` is when we learned of it, where the
    source doesn't say `decided_at`. `leads` is a relation with the ids that there are: outcomes of others are kept and
    told. With `now`, outcomes of later are told. Raises EvidenceError where rows can't be read, none is decided,
    or no row says won or lost though it has other values that could mean it; UsageError where the words or the source
    make no sense.

    >>> with DuckDBEngine() as engine:
    ...     rows = [{"lead_id": "Ada", "outcome": "Won", "decided_at": "2026-05-02"}, {"lead_id": "Bo", "outcome": ""}]
    ...     found = read_outcomes(engine, rows)
    ...     print(found.won, found.lost, found.open, engine.run("SELECT lead_id, won FROM outcomes"))
    1 0 1 [('Ada', True)]
    """
    words = _words(won, lost)
    if (source is None) == (archive is None):
        raise UsageError("give outcomes as a file, or an archive that holds some")
    fields = _fields(Naming(lead_id, {name: to for name, to in (columns or {}).items() if name in FIELDS}))
    if archive is None:
        return _read(engine, source, fields, words, leads, now)
    if isinstance(archive, Snapshot):
        return _read(engine, _archived(engine, archive), fields, words, leads, now)
    return steadily(
        lambda: {"archive": snapshot_of(archive)},
        lambda opened: _read(engine, _archived(engine, opened["archive"]), fields, words, leads, now),
        again=lambda: None,
    )


def of_evidence(columns: Mapping[str, str], *definitions: Definition) -> dict[str, str]:
    """The named columns that evidence can have: without those of outcomes, where no trait or property is called so."""
    return {
        name: to
        for name, to in columns.items()
        if name not in FIELDS
        or name in _OF_BOTH
        or any(name in each.profile or name in each.properties for each in definitions)
    }


def _words(won: Collection[str], lost: Collection[str]) -> dict[str, list[str]]:
    words = {
        "won": [word.strip().lower() for word in won if word.strip()],
        "lost": [word.strip().lower() for word in lost if word.strip()],
    }
    for kind, said in words.items():
        if not said:
            raise UsageError(f"no word for {kind} leads: give the values that mean {kind}, such as `{kind}`")
    both = sorted(set(words["won"]) & set(words["lost"]))
    if both:
        raise UsageError(f"`{both[0]}` can't mean won and lost")
    return words


def _fields(naming: Naming) -> list[Field]:
    return [
        naming.lead(),
        naming.field("outcome", "text", required=True),
        naming.field("decided_at", "time"),
        naming.field("amount", "number"),
        naming.field("received_at", "time"),
        naming.field("message_id", "text"),
    ]


def _archived(engine: DuckDBEngine, snapshot: Snapshot) -> Source:
    table = snapshot.tables.get("outcomes")
    sight = Sight(engine, snapshot.place, snapshot.tables, None, None)
    found = None if table is None else sight.table(table, table.files(), "true")
    if found is None:
        raise UsageError(
            f"the archive {snapshot.place} holds no outcomes: append some with `pyrometer archive append "
            f"{snapshot.place} --outcomes FILE`, or give a file of them"
        )
    return found


def _read(
    engine: DuckDBEngine,
    source: Source | None,
    fields: list[Field],
    words: Mapping[str, list[str]],
    leads: str | None,
    now: datetime | None,
) -> Outcomes:
    con = engine.connection
    given = engine.interruptibly(lambda: read(con, "raw_outcomes", source, fields, label="outcomes"))
    assert given is not None
    said = "lower(trim(coalesce(outcome, '')))"
    state = " ".join(f"WHEN {said} IN ({literals(each)}) THEN '{kind}'" for kind, each in words.items())
    above = f"OVER (PARTITION BY lead_id ORDER BY {FILE}, {ROW} ROWS UNBOUNDED PRECEDING)"
    newest = ", ".join(
        f"coalesce({time}, CASE WHEN {ROW} IS NOT NULL THEN max({time}) {above} END) AS newest_{time}"
        for time in ("known_at", "decided_at")
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {_SAID} AS SELECT lead_id, CASE {state} ELSE 'open' END AS state,"
        " decided_at, coalesce(received_at, decided_at) AS known_at, amount,"
        f" {FILE}, {ROW}, outcome FROM {ident(given.relation)} WHERE lead_id IS NOT NULL"
    )
    notes = list(given.notes)
    notes += engine.interruptibly(lambda: unreadable(con, given))
    _refuse_none(engine, given, words)
    notes += _odd(engine, given, words, now)
    if leads is not None:
        notes += engine.interruptibly(lambda: strangers(con, given, ident(leads)))
    # Where rows have no place of their own, as in an archive, what they say puts equal ones in order.
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {_SAID}_last AS"
        f" SELECT * FROM (SELECT *, {newest} FROM {_SAID}) QUALIFY row_number() OVER"
        " (PARTITION BY lead_id ORDER BY newest_known_at DESC NULLS LAST, newest_decided_at DESC NULLS LAST,"
        f" {FILE} DESC, {ROW} DESC, outcome, amount DESC) = 1"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {OUTCOMES} AS"
        " SELECT lead_id, state = 'won' AS won, decided_at, known_at, amount"
        f" FROM {_SAID}_last WHERE state <> 'open' ORDER BY lead_id"
    )
    counts = dict(engine.run(f"SELECT state, count(*) FROM {_SAID}_last GROUP BY state"))
    ((undated,),) = engine.run(f"SELECT count(*) FROM {OUTCOMES} WHERE decided_at IS NULL")
    for name in (f"{_SAID}_last", _SAID):
        engine.run(f"DROP TABLE {name}")
    if undated:
        what = f"{undated:,} decided lead{'s' * (undated > 1)} without `decided_at`"
        why = "nothing tells which moments came before the decision"
        notes.append(DataNote("note", given.label, what, why, count=undated))
    return Outcomes(counts.get("won", 0), counts.get("lost", 0), counts.get("open", 0), undated, tuple(notes))


def _refuse_none(engine: DuckDBEngine, given: Input, words: Mapping[str, list[str]]) -> None:
    """Raises EvidenceError where no row is decided, with the words that the file has instead."""
    if engine.run(f"SELECT 1 FROM {_SAID} WHERE state <> 'open' LIMIT 1"):
        return
    if not engine.run(f"SELECT 1 FROM {_SAID} LIMIT 1"):
        raise EvidenceError(f"{given.label}: there is no outcome in it")
    found = engine.run(f"SELECT outcome FROM {_SAID} WHERE outcome IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1")
    meant = " or ".join(f"`{word}`" for each in words.values() for word in each)
    there = some([text for (text,) in found], _SHOWN) or "nothing at all"
    raise EvidenceError(
        f"{given.label}: no outcome is {meant}; the column says {there}: name what means won and lost with --won and "
        "--lost"
    )


def _refuse_half(engine: DuckDBEngine, given: Input, kind: str, words: list[str]) -> None:
    """Raises EvidenceError where no row says won (or lost) and another value is there that could have been meant.

    Without this, a misspelt word would make all of the other kind: 100 % won.
    """
    found = engine.run(
        f"SELECT outcome, state = 'open' AND lower(trim(outcome)) NOT IN ({literals(OPEN)}) FROM {_SAID}"
        " WHERE trim(coalesce(outcome, '')) <> '' GROUP BY ALL ORDER BY count(*) DESC, 1"
    )
    if not any(other for _, other in found):
        return
    meant = " or ".join(f"`{clip(word)}`" for word in words)
    raise EvidenceError(
        f"{given.label}: no outcome says {meant}, so no lead would be {kind}; the column says"
        f" {some([text for text, _ in found], _SHOWN)}: --{kind} names the values that mean {kind}"
    )


def _odd(engine: DuckDBEngine, given: Input, words: Mapping[str, list[str]], now: datetime | None) -> list[DataNote]:
    """Words that no row says, rows that are there twice, leads with several outcomes, and outcomes of the future."""
    notes = []
    states = {state for (state,) in engine.run(f"SELECT DISTINCT state FROM {_SAID}")}
    for kind in ("won", "lost"):
        if kind not in states:
            _refuse_half(engine, given, kind, words[kind])
            meant = " or ".join(f"`{clip(word)}`" for word in words[kind])
            notes.append(DataNote("warning", given.label, f"no lead is {kind}: no outcome says {meant}"))
    again = "lead_id, state, decided_at, known_at, amount"
    ((repeats,),) = engine.run(
        "SELECT coalesce(sum(times - 1), 0) FROM"
        f" (SELECT count(*) AS times FROM {_SAID} WHERE state <> 'open' GROUP BY {again} HAVING count(*) > 1)"
    )
    if repeats:
        what = f"{int(repeats):,} row{'s' * (repeats > 1)} that say{'s' * (repeats == 1)} again what another says"
        notes.append(DataNote("note", given.label, what, why="counted once", count=int(repeats)))
    ((several,),) = engine.run(
        f"SELECT count(*) FROM (SELECT lead_id FROM {_SAID} WHERE state <> 'open'"
        " GROUP BY lead_id HAVING count(DISTINCT (state, decided_at)) > 1)"
    )
    if several:
        what = f"{several:,} lead{'s' * (several > 1)} with more than one outcome"
        notes.append(DataNote("note", given.label, what, why="the latest counts", count=several))
    ((torn,),) = engine.run(
        f"SELECT count(*) FROM (SELECT lead_id FROM {_SAID} WHERE state <> 'open'"
        " GROUP BY lead_id, decided_at HAVING count(DISTINCT state) > 1)"
    )
    if torn:
        what = f"{torn:,} lead{'s' * (torn > 1)} both won and lost at the same time"
        why = "the row that came last counts"
        notes.append(DataNote("warning", given.label, what, why, "say when each was decided", torn))
    if now is not None:
        notes += engine.interruptibly(
            lambda: note_rows(
                engine.connection,
                given,
                f"decided_at > {timestamp(now)} AND lower(trim(outcome)) IN"
                f" ({literals([word for each in words.values() for word in each])})",
                "decided in the future",
                why="nobody knows that yet",
                fix="is it the day that somebody hopes for?",
                text="CAST(decided_at AS VARCHAR)",
            )
        )
    return notes
