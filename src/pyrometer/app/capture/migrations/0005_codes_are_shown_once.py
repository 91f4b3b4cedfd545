"""Codes remember the page by which they were given: nobody else is shown them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("capture", "0004_first_language_of_forms")]

    operations = [
        migrations.AddField(
            model_name="coupon", name="nonce", field=models.CharField(blank=True, default="", max_length=24)
        ),
    ]
