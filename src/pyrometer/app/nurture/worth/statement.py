"""The statement that counts what became of all who entered programmes, in SQL that both databases answer in one go.

The database counts a hundred thousand enrolments and a million transitions quicker than it hands them out.
"""

from __future__ import annotations

from functools import cache

from django.db import connection, models

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Attempt, Outcome
from pyrometer.app.nurture.models import Act, Enrolment
from pyrometer.app.temperature.models import REACHED, Transition

_DAYS = {
    "sqlite": "CAST(julianday({until}) - julianday({since}) AS INTEGER)",
    "postgresql": "CAST(FLOOR(EXTRACT(EPOCH FROM {until} - {since}) / 86400) AS INTEGER)",
}
"""Whole days between two moments, by database."""
COLUMNS = ("what", "programme", "held", "of", "number", "squares", "amount")
"""Of each row that comes back. `of` is the day since entering, the version, or the currency, as `what` needs it."""


@cache
def statement(*, one: bool, version: bool) -> str:
    """The statement: for one programme or all, for one version or all of them.

    It takes by name `before` (who entered later wasn't followed for long enough), `horizon` in days, `programme` and
    `version`. It gives, by programme and group: leads that are compared (`of`); those of whom an outcome came true
    within the horizon, by the day on which it first did (`hot`, `accepted`, `won`); revenue by currency; mails and
    notices; attempts with their squares by lead. And of all until now: draws by version (`drawn`), leads that entered
    with the first moment at which one did (`entered`), and those that can't be compared (`spoiled`).

    A lead counts once in a programme, as it entered first, whatever it did afterwards: by what was meant for it, not by
    what it got. Leads that are one share what became of any of them.
    """
    which = [f"e.{name}_id = %({name})s" for name, asked in (("programme", one), ("version", version)) if asked]
    return _STATEMENT.format(
        which=" AND ".join(which) or "1 = 1",
        enrolment=_table(Enrolment),
        act=_table(Act),
        lead=_table(Lead),
        transition=_table(Transition),
        outcome=_table(Outcome),
        assignment=_table(Assignment),
        attempt=_table(Attempt),
        reached=", ".join(f"'{each}'" for each in REACHED),
        no="0" if connection.vendor == "sqlite" else "FALSE",
        yes="1" if connection.vendor == "sqlite" else "TRUE",
        **{f"days_{name}": _days(column) for name, column in _TIMES.items()},
    )


_TIMES = {"t": "t.at", "o": "o.decided_at", "x": "x.at"}


def _days(column: str) -> str:
    return _DAYS[connection.vendor].format(until=column, since="entry.entered_at")


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


_STATEMENT = """
WITH every AS (
  SELECT e.id, e.programme_id AS programme, e.version_id AS version, l.root_id AS root, e.entered_at,
    e.held_back AS held, e.spoiled, e.by,
    ROW_NUMBER() OVER (PARTITION BY e.programme_id, l.root_id ORDER BY e.entered_at, e.id) AS nth
  FROM {enrolment} e JOIN {lead} l ON l.id = e.lead_id
  WHERE {which}
), entry AS (
  SELECT id, programme, root, held, entered_at FROM every
  WHERE nth = 1 AND spoiled = {no} AND entered_at <= %(before)s
), member AS (
  SELECT entry.programme, entry.root, entry.held, entry.entered_at, m.id AS lead
  FROM entry JOIN {lead} m ON m.root_id = entry.root
), reached AS (
  SELECT entry.programme, entry.root, entry.held,
    CASE t.after WHEN 'hot' THEN 'hot' ELSE 'accepted' END AS what, MIN({days_t}) AS day
  FROM member entry JOIN {transition} t ON t.lead_id = entry.lead AND t.after IN ({reached})
    AND t.at >= entry.entered_at
  WHERE {days_t} < %(horizon)s
  GROUP BY 1, 2, 3, 4
), ended AS (
  SELECT entry.programme, entry.root, entry.held, {days_o} AS day, o.revenue, o.currency
  FROM member entry JOIN {outcome} o ON o.lead_id = entry.lead AND o.won = {yes} AND o.decided_at >= entry.entered_at
  WHERE {days_o} < %(horizon)s
), won AS (
  SELECT programme, root, held, MIN(day) AS day FROM ended GROUP BY 1, 2, 3
), tried AS (
  SELECT entry.programme, entry.root, entry.held, COUNT(*) AS number
  FROM member entry JOIN {assignment} a ON a.lead_id = entry.lead
  JOIN {attempt} x ON x.assignment_id = a.id AND x.at >= entry.entered_at
  WHERE {days_x} < %(horizon)s
  GROUP BY 1, 2, 3
), mine AS (
  SELECT id, programme, held, entered_at FROM entry
  UNION ALL SELECT every.id, entry.programme, entry.held, entry.entered_at
  FROM every JOIN entry ON entry.programme = every.programme AND entry.root = every.root WHERE every.nth > 1
), done AS (
  SELECT entry.programme, entry.held, CASE x.kind WHEN 'told' THEN 'notices' ELSE 'mails' END AS what
  FROM mine entry
  JOIN {act} x ON x.enrolment_id = entry.id AND x.at >= entry.entered_at
    AND (x.kind = 'told' OR (x.kind IN ('sent', 'asked') AND x.taken_at IS NOT NULL))
  WHERE {days_x} < %(horizon)s
)
SELECT 'of', programme, held, CAST(NULL AS TEXT), COUNT(*), CAST(NULL AS BIGINT), CAST(NULL AS NUMERIC)
  FROM entry GROUP BY 2, 3
UNION ALL SELECT what, programme, held, CAST(day AS TEXT), COUNT(*), NULL, NULL FROM reached GROUP BY 1, 2, 3, 4
UNION ALL SELECT 'won', programme, held, CAST(day AS TEXT), COUNT(*), NULL, NULL FROM won GROUP BY 2, 3, 4
UNION ALL SELECT 'revenue', programme, held, currency, COUNT(*), NULL, SUM(revenue) FROM ended
  WHERE revenue IS NOT NULL GROUP BY 2, 3, 4
UNION ALL SELECT 'attempts', programme, held, NULL, SUM(number), SUM(number * number), NULL FROM tried GROUP BY 2, 3
UNION ALL SELECT what, programme, held, NULL, COUNT(*), NULL, NULL FROM done GROUP BY 1, 2, 3
UNION ALL SELECT 'drawn', programme, held, CAST(version AS TEXT), COUNT(*), NULL, NULL FROM every
  WHERE nth = 1 AND by = '' GROUP BY 2, 3, 4
UNION ALL SELECT CASE spoiled WHEN {no} THEN 'entered' ELSE 'spoiled' END, programme, held,
  CAST(MIN(entered_at) AS TEXT), COUNT(*), NULL, NULL FROM every WHERE nth = 1 GROUP BY programme, held, spoiled
"""
