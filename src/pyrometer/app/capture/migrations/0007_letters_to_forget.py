"""Dead letters of an erased lead go after its erasure, in batches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("capture", "0006_lines_and_remarks_of_imports")]
    operations = [
        migrations.CreateModel(
            name="ToForget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handles", models.TextField()),
                ("last", models.BigIntegerField()),
                ("upto", models.BigIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(null=True)),
            ],
        ),
    ]
