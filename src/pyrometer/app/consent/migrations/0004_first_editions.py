"""The first edition of each purpose, as it has been so far: profiling counted until somebody said no.

Who said no is read anew, without what isn't to count; the archive is gone through for everybody.
"""

from django.db import migrations
from django.utils import timezone

from pyrometer.app.consent.purposes import START

KEPT = ("names", "texts", "basis", "reason", "covers", "active")


def make(apps, schema_editor):
    purposes = apps.get_model("consent", "Purpose")
    editions = apps.get_model("consent", "Edition")
    for purpose in purposes.objects.all():
        for name, value in START.get(purpose.slug, {}).items():
            if name != "texts":
                setattr(purpose, name, value)
        purpose.save()
        editions.objects.create(purpose=purpose, number=1, **{name: getattr(purpose, name) for name in KEPT})
    consents = apps.get_model("consent", "Consent").objects
    if consents.exists():
        refused = consents.filter(given=False).values("lead__root_id")
        apps.get_model("evidence", "Lead").objects.filter(pk__in=refused).update(touched_at=timezone.now())
        apps.get_model("evidence", "Cursor").objects.get_or_create(name="consent.archive")


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_purposes_with_their_basis"), ("evidence", "0007_what_is_to_be_forgotten")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
