"""When leads were asked by mail whether a yes was theirs.

Their own pages and the API did as they said it, and so did forms where there was an address: whether there was isn't
known any more, and those of forms are taken for asked. On the site nobody was.
"""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    asked = Q(source__startswith="form:") | Q(source__in=("preferences", "api"))
    consents = apps.get_model("consent", "Consent").objects.filter(asked, given=True, basis="double opt-in")
    consents.update(asked_at=Coalesce(F("recorded_at"), F("at")))


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_first_editions"), ("evidence", "0008_replies")]
    operations = [
        migrations.AddField(model_name="consent", name="asked_at", field=models.DateTimeField(null=True)),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("asked_at__isnull", False)), fields=["asked_at"], name="consent_asked"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
