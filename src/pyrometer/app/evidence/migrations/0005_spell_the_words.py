"""The words of leads and companies that are there already."""

from functools import partial

from django.db import migrations, models

from pyrometer.app.evidence.words import words_of

STEP = 1000


def spell(apps, schema_editor):
    """Write them, a thousand rows at a time."""
    model = partial(apps.get_model, "evidence")
    roots = model("Lead").objects.filter(root=models.F("pk"), erased_at__isnull=True)
    handles = model("Handle").objects.exclude(kind="anonymous")
    for rows in _steps(roots):
        known = {root: [] for root, _ in rows}
        for root, value in handles.filter(lead__root__in=known).values_list("lead__root", "value"):
            known[root].append(value)
        _write(model("LeadWord"), "lead_id", [(root, words_of(name, known[root])) for root, name in rows])
    for rows in _steps(model("Company").objects.exclude(name="")):
        _write(model("CompanyWord"), "company_id", [(company, words_of(name)) for company, name in rows])


def _steps(rows):
    """Ids and names, in steps."""
    after = 0
    while found := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", "name")[:STEP]):
        after = found[-1][0]
        yield found


def _write(model, column, owners):
    model.objects.bulk_create([model(**{column: owner, "word": word}) for owner, words in owners for word in words])


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_words_to_search_by")]
    operations = [migrations.RunPython(spell, migrations.RunPython.noop)]
