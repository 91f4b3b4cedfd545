from urllib.parse import urlsplit

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from pyrometer.app.people.sealed import MAILED_LINK, seal


def seal_links(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Links that let somebody in lay in the outbox as they are: those that wait are sealed, those given up go."""
    mails = apps.get_model("delivery", "Outgoing").objects.filter(
        channel="email", done_at__isnull=True, payload__template__in=["invitation", "way_back"]
    )
    for mail in mails.iterator():
        context = dict(mail.payload.get("context", {}))
        link = context.pop("link", "") if mail.given_up_at is None else ""
        sealed = seal(link, purpose=MAILED_LINK) if link else ""
        context.pop("link", None)
        mail.payload = {**mail.payload, "context": context, "sealed_link": sealed}
        mail.save(update_fields=["payload"])


def shorten_urls(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The log kept whole URLs of webhooks, in which there may be a password of the receiver's."""
    entries = apps.get_model("people", "AuditEntry").objects
    for entry in entries.filter(action__startswith="webhook.").iterator():
        detail = dict(entry.detail)
        for holder in (detail, detail.get("before")):
            if isinstance(holder, dict) and "url" in holder:
                parts = urlsplit(str(holder["url"]))
                holder["url"] = f"{parts.scheme}://{parts.netloc}"
        entries.filter(pk=entry.pk).update(detail=detail)


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0002_two_secrets"),
        ("people", "0004_no_typed_passwords"),
    ]

    operations = [
        migrations.RunPython(seal_links, migrations.RunPython.noop),
        migrations.RunPython(shorten_urls, migrations.RunPython.noop),
    ]
