"""The company that was said of a lead itself, beside that of its domain; for the leads that are there already, too."""

from django.db import migrations, models

STEP = 1000


def name(apps, schema_editor):
    """Write what was said last of each root, a thousand leads at a time."""
    leads = apps.get_model("evidence", "Lead").objects
    answers = apps.get_model("evidence", "TraitChange").objects.filter(trait="company", retracted_at__isnull=True)
    after = 0
    while True:
        told = answers.filter(lead__root__gt=after, lead__erased_at__isnull=True)
        roots = list(told.order_by("lead__root").values_list("lead__root", flat=True).distinct()[:STEP])
        if not roots:
            return
        after = roots[-1]
        latest = {}
        for root, value in (
            answers.filter(lead__root__in=roots)
            .order_by("occurred_at", "received_at", "pk")
            .values_list("lead__root", "value")
        ):
            value = value.get("name") if isinstance(value, dict) else value
            latest[root] = " ".join(value.split())[:200] if isinstance(value, str) else ""
        rows = list(leads.filter(pk__in=roots))
        for row in rows:
            row.company_name = latest.get(row.pk, "")
        leads.bulk_update(rows, ["company_name"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0005_spell_the_words")]
    operations = [
        migrations.AddField(
            model_name="lead",
            name="company_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.RunPython(name, migrations.RunPython.noop),
    ]
