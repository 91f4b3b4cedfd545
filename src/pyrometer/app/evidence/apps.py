"""The room as Django knows it."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """See the package."""

    name = "pyrometer.app.evidence"
    label = "evidence"
