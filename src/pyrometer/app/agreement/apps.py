"""The room as Django knows it."""

from django.apps import AppConfig


class AgreementConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.agreement"
    label = "agreement"

    def ready(self) -> None:
        """Tell imports what the live definition asks for, and try versions on the leads."""
        from pyrometer.app.agreement import simulating
        from pyrometer.app.agreement.wanting import wants
        from pyrometer.app.capture.imports.wanted import register
        from pyrometer.app.clock import jobs

        register(wants)
        jobs.register("agreement.simulate", simulating.work, patient=True)
