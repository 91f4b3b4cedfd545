"""The room as Django knows it."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.consent"
    label = "consent"

    def ready(self) -> None:
        """Say which evidence counts, and hear of merges."""
        from pyrometer.app.consent import withholding
        from pyrometer.app.evidence import followers
        from pyrometer.app.evidence.withholding import register

        register(withholding.Agreed())
        followers.register("consent", join=withholding.join, part=withholding.part)
