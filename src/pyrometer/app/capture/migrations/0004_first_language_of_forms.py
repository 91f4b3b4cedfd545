"""Forms keep their first language: PostgreSQL doesn't keep the order of texts."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """The first as it stands."""
    for form in apps.get_model("capture", "Form").objects.only("texts"):
        form.language = next(iter(form.texts), "")[:2]
        form.save(update_fields=["language"])


class Migration(migrations.Migration):
    dependencies = [("capture", "0003_brought_by_imports")]

    operations = [
        migrations.AddField(
            model_name="form", name="language", field=models.CharField(blank=True, default="", max_length=2)
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
