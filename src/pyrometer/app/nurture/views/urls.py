"""The addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from pyrometer.app.nurture.views import (
    contents,
    editing,
    home,
    images,
    people,
    previews,
    programme,
    publishing,
    reaching,
    settings,
    stepping,
    trying,
)

urlpatterns: list[URLPattern] = [
    path("nurture/", home.home, name="home"),
    path("nurture/new/", home.new, name="new"),
    path("nurture/settings/", settings.settings, name="settings"),
    path("nurture/contents/", contents.contents, name="contents"),
    path("nurture/contents/new/", contents.new, name="new-content"),
    path("nurture/contents/check/", contents.check, name="check-content"),
    path("nurture/contents/images/", images.images, name="images"),
    path("nurture/contents/<slug:name>/", contents.content, name="content"),
    path("nurture/contents/<slug:name>/edit/", contents.edit, name="edit-content"),
    path("nurture/contents/<slug:name>/delete/", contents.delete, name="delete-content"),
    path("nurture/contents/<slug:name>/wordings/<int:number>/", contents.wording, name="wording"),
    path("nurture/contents/<slug:name>/look/", previews.look, name="look"),
    path("nurture/contents/<slug:name>/frame/", previews.frame, name="frame"),
    path("nurture/contents/<slug:name>/test/", previews.test, name="test-mail"),
    path("nurture/enrolments/<int:pk>/remove/", people.remove, name="remove"),
    path("nurture/leads/<int:root>/enrol/", people.enrol, name="enrol"),
    path("nurture/programmes/<slug:key>/", programme.programme, name="programme"),
    path("nurture/programmes/<slug:key>/edit/", editing.edit, name="edit"),
    path("nurture/programmes/<slug:key>/check/", editing.check, name="check"),
    path("nurture/programmes/<slug:key>/steps/", stepping.steps, name="steps"),
    path("nurture/programmes/<slug:key>/steps/one/", stepping.step, name="step"),
    path("nurture/programmes/<slug:key>/steps/arrange/", stepping.arrange, name="arrange"),
    path("nurture/programmes/<slug:key>/head/", stepping.head, name="head"),
    path("nurture/programmes/<slug:key>/try/", trying.try_it, name="try"),
    path("nurture/programmes/<slug:key>/publish/", publishing.publish, name="publish"),
    path("nurture/programmes/<slug:key>/reach/", reaching.reach, name="reach"),
    path("nurture/programmes/<slug:key>/pause/", programme.pause, name="pause"),
    path("nurture/programmes/<slug:key>/resume/", programme.resume, name="resume"),
    path("nurture/programmes/<slug:key>/end/", programme.end, name="end"),
    path("nurture/programmes/<slug:key>/versions/<int:number>/text/", programme.text, name="text"),
    path("nurture/programmes/<slug:key>/versions/<int:number>/move/", programme.move, name="move"),
    path("nurture/programmes/<slug:key>/people/", people.people, name="people"),
    path("nurture/programmes/<slug:key>/people/out/", people.out, name="out"),
]
