"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pyrometer.app.handoff.views import bulk, call, desk, inbox, judging, lead, leads, reps, segments, teams

app_name = "handoff"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", inbox.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/nobody/", inbox.nobody, name="nobody"),
    path("inbox/<int:assignment>/seen/", inbox.seen, name="seen"),
    path("inbox/<int:assignment>/attempt/", desk.attempt, name="attempt"),
    path("inbox/<int:assignment>/verdict/", judging.verdict, name="verdict"),
    path("inbox/verdicts/<int:pk>/", judging.given, name="given"),
    path("leads/", leads.leads, name="leads"),
    path("leads/export/", leads.export, name="export"),
    path("leads/many/", bulk.choose, name="choose"),
    path("leads/many/<int:pk>/", bulk.bulk, name="bulk"),
    path("leads/segments/", segments.segments, name="segments"),
    path("leads/segments/<int:pk>/", segments.segment, name="segment"),
    path("leads/<int:root>/", lead.lead, name="lead"),
    path("leads/<int:root>/assign/", desk.assign, name="assign"),
    path("leads/<int:root>/ending/", desk.ending, name="ending"),
    path("leads/<int:root>/call/", call.call, name="call"),
    path("leads/<int:root>/why/", lead.why, name="why"),
    path("leads/<int:root>/timeline/", lead.more, name="timeline"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.new, name="new-team"),
    path("settings/teams/terms/", teams.terms, name="terms"),
    path("settings/teams/<int:pk>/", teams.team, name="team"),
    path("settings/teams/<int:team>/reps/new/", reps.new, name="new-rep"),
    path("settings/reps/<int:pk>/", reps.rep, name="rep"),
    path("settings/reps/<int:pk>/switch/", reps.switch, name="rep-switch"),
]
