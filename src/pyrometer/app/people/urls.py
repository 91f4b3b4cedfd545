"""The room's addresses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from pyrometer.app.people.views import account, hub, keys, links, people, signing_in

app_name = "people"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/code/", signing_in.code, name="code"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("way-back/", links.way_back, name="way-back"),
    path("welcome/<str:token>", links.welcome, name="welcome"),
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/", account.end_sessions, name="end-sessions"),
    path("account/second-factor/", account.factor_on, name="factor-on"),
    path("account/second-factor/off/", account.factor_off, name="factor-off"),
    path("account/recovery-codes/", account.codes, name="codes"),
    path("settings/", hub.hub, name="settings"),
    path("settings/people/", people.people, name="people"),
    path("settings/people/<int:pk>/", people.person, name="person"),
    path("settings/people/<int:pk>/role/", people.role, name="role"),
    path("settings/people/<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/people/<int:pk>/reactivate/", people.reactivate, name="reactivate"),
    path("settings/people/<int:pk>/way-back/", people.link_back, name="link-back"),
    path("settings/people/<int:pk>/second-factor/off/", people.without_factor, name="without-factor"),
    path("settings/invitations/<int:pk>/take-back/", people.take_back, name="take-back"),
    path("settings/keys/", keys.keys, name="keys"),
    path("settings/keys/new/write/", keys.new_write, name="new-write-key"),
    path("settings/keys/new/secret/", keys.new_secret, name="new-secret-key"),
    path("settings/keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
    path("settings/audit/", hub.log, name="audit"),
]
