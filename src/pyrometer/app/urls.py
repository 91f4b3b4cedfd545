"""All pages: each room's, under the room's own addresses."""

from __future__ import annotations

from django.urls import include, path

from pyrometer.app.health import healthz, metrics

urlpatterns = [
    # The wire first: it is asked most.
    path("", include("pyrometer.app.capture.urls")),
    path("healthz", healthz),
    path("metrics", metrics),
    path("", include("pyrometer.app.handoff.urls")),
    path("", include("pyrometer.app.nurture.urls")),
    path("", include("pyrometer.app.people.urls")),
    path("", include("pyrometer.app.evidence.urls")),
    path("", include("pyrometer.app.agreement.urls")),
    path("", include("pyrometer.app.consent.urls")),
    path("", include("pyrometer.app.delivery.urls")),
    path("api/v1/", include("pyrometer.app.api.urls")),
]
handler500 = "pyrometer.app.failing.failed"
