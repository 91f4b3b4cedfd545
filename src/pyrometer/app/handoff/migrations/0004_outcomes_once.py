"""Outcomes that were noted twice are noted once, and can't be twice again."""

from django.db import migrations, models
from django.db.models import Count, Min

SAME = ("lead", "won", "decided_at", "source")


def keep_the_first(apps, schema_editor):
    outcomes = apps.get_model("handoff", "Outcome").objects
    twice = outcomes.values(*SAME).annotate(count=Count("pk"), first=Min("pk")).filter(count__gt=1).order_by()
    for found in list(twice):
        outcomes.filter(**{name: found[name] for name in SAME}).exclude(pk=found["first"]).delete()


class Migration(migrations.Migration):
    dependencies = [("handoff", "0003_stood_before_merges")]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="outcome",
            constraint=models.UniqueConstraint(fields=("lead", "won", "decided_at", "source"), name="outcome_once"),
        ),
    ]
