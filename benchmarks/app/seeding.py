"""Fills an empty database fast, for looking at it when it is full.

A block of leads is invented, read by the live definition and handed over as the application does it. All others are
copies of that block made by the database itself, with names, addresses and companies of their own, each copy a few
minutes earlier. So what pages show is what scoring made of such evidence; it may be some hours out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import connection, models
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benchmarks.app.invented import FIRST, REPS, evidence, handed_over, settle
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Company, CompanyWord, Event, Handle, Lead, LeadWord, TraitChange
from pyrometer.app.handoff.models import Assignment, Attempt, Standing, Verdict
from pyrometer.app.temperature.models import Reading, Transition

BLOCK = 2000
APART = 97
"""Seconds by which everything of a copy lies before that of the copy made before it."""
TABLES = (
    Company, CompanyWord, Lead, LeadWord, Handle, TraitChange, Event, Reading, Transition, Assignment, Attempt, Verdict,
    Standing,
)  # fmt: skip
DEFINITION = Path(__file__).parents[2] / "examples" / "b2b-saas" / "definition.yaml"


def seed(leads: int, events: int, now: datetime, say: Callable[[str], None]) -> None:
    """So many leads and events, with answers, readings, transitions, and what sales has and had in its hands."""
    if Lead.objects.exists():
        raise ValueError("the database has leads already; seed an empty one")
    block = min(BLOCK, leads)
    copies = leads // block
    say(f"inventing {block:,} leads, which are read and handed over")
    settle(DEFINITION.read_text(encoding="utf-8"), now)
    evidence(block, events // copies, now)
    handed_over(now)
    Outgoing.objects.all().delete()  # nobody is to get letters about them
    bar = (TextColumn("copying"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    quickly, safely = _QUICKLY[connection.vendor]
    with connection.cursor() as cursor:
        for statement in quickly:
            cursor.execute(statement)
        with Progress(*bar, console=Console(stderr=True)) as progress:
            for number in progress.track(range(1, copies), description=""):
                _copy(number)
        for statement in safely:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            for model in TABLES:
                _count_on(model)


_QUICKLY = {
    "sqlite": (
        ("PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA cache_size=-1000000"),
        ("PRAGMA foreign_keys=ON", "PRAGMA cache_size=-64000", "ANALYZE", "PRAGMA journal_mode=WAL"),
    ),
    "postgresql": (
        ("SET session_replication_role = replica", "SET synchronous_commit = off"),
        ("SET session_replication_role = origin", "VACUUM ANALYZE"),
    ),
}
_most: dict[type[models.Model], int] = {}


def _copy(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for model in TABLES:
            cursor.execute(_statement(model, number), [_last(model)])
        cursor.execute("COMMIT")


def _last(model: type[models.Model]) -> int:
    """The last id of the block; copies keep as far apart."""
    if model not in _most:
        _most[model] = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
    return _most[model]


def _statement(model: type[models.Model], number: int) -> str:
    fields = model._meta.concrete_fields
    named = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field, number) for field in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'INSERT INTO "{table}" ({named}) SELECT {values} FROM "{table}" WHERE "{key}" <= %s'


def _value(model: type[models.Model], field: models.Field, number: int) -> str:
    """What a column of a copy is made of: numbers are moved on, times back, addresses become others."""
    name = f'"{field.column}"'
    target = model if field.primary_key and not field.is_relation else field.related_model
    if target is not None and target in TABLES:
        return f"{name} + {number * _last(target)}"
    if field.column == "rep_id":
        return f"1 + ({name} - 1 + {number}) %% {REPS}"
    if isinstance(field, models.DateTimeField):
        if connection.vendor == "sqlite":
            return f"strftime('%%Y-%%m-%%d %%H:%%M:%%S', {name}, '-{number * APART} seconds')"
        return f"{name} - interval '{number * APART} seconds'"
    if (model, field.column) in _ADDRESSES:
        return f"replace({name}, '.example', 'x{number}.example')"
    if model is Lead and field.column == "name":
        return f"{name} || '{_ending(number)}'"
    if model is LeadWord and field.column == "word":
        firsts = ", ".join(f"'{first.lower()}'" for first in FIRST)
        longer = f"CASE WHEN {name} IN ({firsts}) THEN {name} ELSE {name} || '{_ending(number)}' END"
        return f"CASE WHEN {name} LIKE '%%@%%' THEN replace({name}, '.example', 'x{number}.example') ELSE {longer} END"
    return name


_ADDRESSES = {(Company, "domain"), (Lead, "email"), (Handle, "value")}


def _ending(number: int) -> str:
    """What the surnames of a copy end in: a syllable or two of its own."""
    syllables = [first + vowel for first in "bdfgklmnprstv" for vowel in "aeiou"]
    one, two = divmod(number, len(syllables))
    return syllables[two] + (syllables[one - 1] if one else "")


def _count_on(model: type[models.Model]) -> None:
    """Let a sequence go on behind what was copied."""
    if isinstance(model._meta.pk, models.AutoField):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")
