"""Readings repeat what lists filter leads by, and an index for each filter has all that a list asks for."""

from datetime import UTC, datetime

from django.db import connection, migrations, models

# One statement: PostgreSQL asks for the lead of a row again that a transaction changes twice, and makes no index before
# it has. Line ends stand around each grade; where there are more than an index has room for, none is told.
_FILL = """
    UPDATE temperature_reading SET
        (country, channel, last_seen_at, anonymous) = (
            SELECT country, channel, last_seen_at, anonymous FROM evidence_lead WHERE id = temperature_reading.lead_id
        ),
        graded = coalesce(({graded}), '')
"""
_GRADED = {
    "sqlite": """
        SELECT char(10) || group_concat(key || ':' || value, char(10)) || char(10) FROM json_each(grades)
        HAVING count(*) > 0 AND length(cast(group_concat(key || ':' || value, char(10)) AS BLOB)) <= 998
    """,
    "postgresql": """
        SELECT chr(10) || string_agg(key || ':' || value, chr(10)) || chr(10) FROM jsonb_each_text(grades)
        HAVING count(*) > 0 AND octet_length(string_agg(key || ':' || value, chr(10))) <= 998
    """,
}
_ALL = [
    "temperature", "missing_count", "-total", "lead", "stage", "country", "channel", "last_seen_at", "graded",
    "anonymous",
]  # fmt: skip


def fill(apps, schema_editor):
    """Give the readings that there are what they repeat of their leads, and their grades as one text."""
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(graded=_GRADED[connection.vendor]))


def _index(name, *first):
    return migrations.AddIndex(
        model_name="reading",
        index=models.Index(
            fields=[*first, *(each for each in _ALL if each not in first)],
            name=f"reading_{name}",
            condition=models.Q(("anonymous", False)),
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("temperature", "0005_what_the_query_said")]

    operations = [
        migrations.AddField("reading", "country", models.CharField(default="", max_length=2)),
        migrations.AddField("reading", "channel", models.CharField(default="", max_length=60)),
        migrations.AddField(
            "reading",
            "last_seen_at",
            models.DateTimeField(default=datetime(1970, 1, 1, tzinfo=UTC)),
            preserve_default=False,
        ),
        migrations.AddField("reading", "anonymous", models.BooleanField(default=True)),
        migrations.AddField("reading", "graded", models.CharField(default="", max_length=1000)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="reading", name="reading_call_order"),
        _index("call_order"),
        _index("by_country", "country"),
        _index("by_channel", "channel"),
        _index("by_stage", "stage"),
        _index("by_seen", "last_seen_at", "lead"),
        _index("by_lead", "lead"),
    ]
