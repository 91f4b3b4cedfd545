"""Indexes that end in the lead: ties are in call order on every database, and a stage's leads are read from it alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("temperature", "0003_sweep_in_two_rounds")]

    operations = [
        migrations.RemoveIndex(model_name="reading", name="reading_call_order"),
        migrations.RemoveIndex(model_name="reading", name="reading_stage"),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["temperature", "missing_count", "-total", "lead"], name="reading_call_order"),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["stage", "stage_since", "lead"], name="reading_stage"),
        ),
    ]
