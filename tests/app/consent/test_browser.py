"""The pages of capture and consent in a real browser, for everybody's eyes and hands, by day and by night."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from pyrometer.app.capture.imports import actions, running
from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.models import DeadLetter, Form, Import
from pyrometer.app.consent import actions as consent
from pyrometer.app.consent import links
from pyrometer.app.consent.queries import DOUBLE
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.pages.conftest import Visits, axe, browser, visits  # noqa: F401
from tests.app.pages.rules import broken, problems
from tests.app.pages.world import came_in, publish

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "Email,Budget,Seats,Note\nbea@kettles.example,1,2,\nnobody,n/a,2,a long note\neve@kettles.example,,many,x\n"
WAYS = (
    "/capture/",
    "/capture/imports/",
    "/capture/forms/",
    "/capture/forms/new",
    "/capture/snippet/",
    "/capture/by-hand/",
    "/capture/dead-letters/",
    "/settings/consent/",
    "/settings/consent/new/",
    "/settings/consent/email/",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    """Uploaded files stand here."""
    settings.MEDIA_ROOT = tmp_path / "files"


def imported(user: User, *, upto: str) -> Import:
    """A list that was uploaded, tried, or read."""
    now, actor = timezone.now(), Actor.of(user)
    source = actions.upload(actor=actor, name="From the fair.csv", chunks=[LIST.encode()], kind="leads", now=now)
    mapping = Mapping.of(source.mapping)
    columns = tuple(replace(each, type="number") if each.name == "Seats" else each for each in mapping.columns)
    source = actions.settle(actor=actor, source=source, mapping=replace(mapping, columns=columns), now=now)
    if upto != "uploaded":
        assert actions.start(actor=actor, source=source, dry=upto == "tried", now=now)
        while upto != "running" and running.run(now):
            pass
    return source


@pytest.mark.parametrize(("on", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_pages_are_for_everybody(visits: Visits, dora: User, axe: str, on: str, scheme: str) -> None:  # noqa: F811
    now = timezone.now()
    visit = visits(dora, on=on, scheme=scheme)
    assert problems(visit, axe, ["/capture/", "/capture/imports/", "/capture/forms/", "/capture/snippet/"]) == {}
    publish(now)
    key = keys.create(actor=Actor.of(dora), kind="write", name="The shop", now=now).key
    ada = came_in("Ada Byron", now, note="a note")
    letter = DeadLetter.objects.create(key=key, body={"type": "trak"}, reason="unknown type `trak`", received_at=now)
    texts = {"en": {"title": "Ask for a demo", "thanks": "We call you."}}
    fields = [{"trait": "industry", "type": "choice", "options": [{"value": "care", "label": {}}]}]
    form = Form.objects.create(
        kind="popup", slug="demo", name="Demo", texts=texts, fields=fields, purposes=["email"], offer={"codes": ["A"]}
    )
    asked = consent.record(
        lead=ada.pk, purpose="email", given=True, text="Write to me.", at=now, now=now, basis=DOUBLE, source="form:demo"
    )
    done, tried, waits = (imported(dora, upto=upto) for upto in ("done", "tried", "uploaded"))
    addresses = [
        *WAYS,
        f"/capture/imports/{done.pk}/",
        f"/capture/imports/{done.pk}/leads/",
        f"/capture/imports/{done.pk}/leads/?what=changed",
        f"/capture/imports/{tried.pk}/",
        f"/capture/imports/{waits.pk}/",
        f"/capture/forms/{form.pk}/",
        f"/capture/forms/{form.pk}/preview",
        f"/capture/dead-letters/{letter.pk}/drop/",
        "/f/demo",
        f"/leads/{ada.pk}/",
        links.confirm(asked),
        links.unsubscribe(ada.pk, "email"),
        "/unsubscribe/nonsense/",
    ]
    assert problems(visit, axe, addresses) == {}
    # Chromium notes a page that says 404 as a failed load; there is nothing else.
    assert [text for text in visit.complaints if "404" not in text] == []


def test_a_list_becomes_leads_before_ones_eyes(visits: Visits, dora: User, axe: str, tmp_path: Path) -> None:  # noqa: F811
    publish(timezone.now())
    visit = visits(dora)
    page = visit.open("/capture/imports/")
    file = tmp_path / "fair.csv"
    file.write_text(LIST, encoding="utf-8")
    page.set_input_files("#file", file)
    with page.expect_navigation():
        page.click("text=Upload and look")
    assert page.input_value("select[name=to-1]") == "trait:budget"
    assert "country" in page.inner_text(".lacking")
    with page.expect_navigation():
        page.click("button[value=start]")
    page.wait_for_selector("text=Reading")
    while running.run(timezone.now()):
        pass
    page.wait_for_selector("#outcome")
    page.click(".tiles a >> nth=0")
    page.wait_for_selector("a:text-is('bea@kettles.example')")
    page.goto(visit.origin + "/capture/forms/new")
    page.fill("#name", "Demo")
    page.fill("#slug", "demo")
    with page.expect_navigation():
        page.click("button.first:text-is('Keep')")
    # What went well looks like it, and is told to who doesn't see it.
    assert "The form is kept." in page.inner_text("[role=status]")
    assert broken(page, axe) == []
    assert visit.complaints == []
