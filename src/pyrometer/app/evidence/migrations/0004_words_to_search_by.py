"""Words by which leads are found; indexes that say twice what another says go."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0003_find_by_channel_and_country")]

    operations = [
        migrations.CreateModel(
            name="LeadWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=80)),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="evidence.lead",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["word", "lead"], name="lead_word", opclasses=["varchar_pattern_ops", "int8_ops"]
                    ),
                    models.Index(
                        fields=["lead", "word"], name="word_of_lead", opclasses=["int8_ops", "varchar_pattern_ops"]
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=80)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="words", to="evidence.company"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word"], name="company_word", opclasses=["varchar_pattern_ops"]),
                ],
            },
        ),
        migrations.AlterField(
            model_name="lead",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="leads",
                to="evidence.company",
            ),
        ),
        migrations.RemoveIndex(model_name="lead", name="lead_country"),
        migrations.AddIndex(model_name="lead", index=models.Index(fields=["country", "channel"], name="lead_country")),
        migrations.AlterField(
            model_name="event",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="events",
                to="evidence.lead",
            ),
        ),
        migrations.AlterField(
            model_name="traitchange",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="trait_changes",
                to="evidence.lead",
            ),
        ),
    ]
