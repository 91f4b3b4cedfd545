"""What names an erased lead in its texts goes after the erasure, in batches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0006_name_the_company_of_a_lead")]
    operations = [
        migrations.CreateModel(
            name="ToForget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=20)),
                ("leads", models.JSONField()),
                ("handles", models.TextField()),
                ("last", models.BigIntegerField()),
                ("upto", models.BigIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
            ],
        ),
    ]
