"""The purposes that every installation has."""

from django.db import migrations

from pyrometer.app.consent.purposes import TEXTS


def make(apps, schema_editor):
    purposes = apps.get_model("consent", "Purpose")
    for slug, texts in TEXTS.items():
        purposes.objects.get_or_create(slug=slug, defaults={"texts": texts})


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
