"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

from pyrometer.app.api.calls import (
    consents,
    definitions,
    enrolments,
    evidence,
    handoff,
    leads,
    programmes,
    readings,
    webhooks,
)
from pyrometer.app.api.document import guarded, new_api, no_such_address

api = new_api()
api.add_router("/leads", leads.router)
api.add_router("", evidence.router)
api.add_router("", readings.router)
api.add_router("", consents.router)
api.add_router("", handoff.router)
api.add_router("/definitions", definitions.router)
api.add_router("", programmes.router)
api.add_router("", enrolments.router)
api.add_router("/webhooks", webhooks.router)

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = list(api.urls[0])
for pattern in urlpatterns:
    assert isinstance(pattern, URLPattern)
    pattern.callback = guarded(pattern.callback)
urlpatterns.append(re_path(r"^.*$", no_such_address, name="nothing"))
