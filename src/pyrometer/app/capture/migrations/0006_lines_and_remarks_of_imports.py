"""Rows are told by their lines in the file, and a trial remarks on what is hardly meant so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("capture", "0005_codes_are_shown_once")]
    operations = [
        migrations.AddField(model_name="import", name="line", field=models.PositiveIntegerField(default=0)),
        migrations.AddField(model_name="import", name="remarks", field=models.JSONField(default=list)),
    ]
