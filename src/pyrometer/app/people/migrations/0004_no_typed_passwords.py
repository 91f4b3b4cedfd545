from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def clear(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """New passwords, typed where the present one was asked for and wrong, were written down with the try."""
    apps.get_model("axes", "AccessAttempt").objects.update(post_data="")


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_role_names"),
        ("axes", "0001_initial"),
    ]

    operations = [migrations.RunPython(clear, migrations.RunPython.noop)]
