"""The pages of nurture in a real browser: for everybody's eyes and hands, with and without the script."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from pyrometer.app.nurture.actions import contents, programmes
from pyrometer.app.nurture.models import Enrolment, Programme, Version
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.nurture.pages.conftest import HELLO, TEXT, inside, released
from tests.app.pages.conftest import Visits
from tests.app.pages.rules import problems
from tests.app.pages.world import publish

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/nurture/programmes/keep-warm/"


@pytest.fixture
def live(dora: User) -> Version:
    """A programme that people are in, with a draft that differs."""
    now, actor = timezone.now(), Actor.of(dora)
    publish(now)
    contents.save(text=HELLO, actor=actor, now=now)
    version = released(programmes.save_draft(text=TEXT, actor=actor, now=now), actor, now)
    later = TEXT.replace("wait: 1w", "wait: 2w")
    programmes.save_draft(key="keep-warm", text=later, actor=actor, now=now + timedelta(seconds=1))
    return version


def people(version: Version, now: datetime) -> list[Enrolment]:
    """Some of each sort."""
    inside(version, 2, now, held_back=True)
    inside(version, 2, now, ended_at=now, standing="left", why="replied", due_at=None)
    return inside(version, 3, now)


@pytest.mark.parametrize(("on", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_pages_are_for_everybody(visits: Visits, live: Version, dora: User, axe: str, on: str, scheme: str) -> None:
    now = timezone.now()
    row = people(live, now)[0]
    visit = visits(dora, on=on, scheme=scheme)
    parts = ["", "edit/", "steps/", "head/", "publish/", "people/", "end/", "versions/1/move/"]
    forms = [f"steps/one/?at=steps&new={kind}" for kind in ("send", "wait", "notify", "branch")]
    addresses = [
        "/nurture/",
        "/nurture/new/",
        *(HERE + part for part in [*parts, *forms, f"try/?lead={row.lead_id}", "people/?standing="]),
        "/nurture/contents/",
        "/nurture/contents/hello/",
        "/nurture/contents/hello/edit/",
        "/nurture/contents/hello/look/",
        "/nurture/contents/hello/delete/",
        "/nurture/contents/images/",
        "/nurture/settings/",
        f"/nurture/enrolments/{row.pk}/remove/",
        f"/leads/{row.lead_id}/",
    ]
    assert problems(visit, axe, addresses) == {}
    assert visit.complaints == []


def test_problems_and_the_picture_follow_what_is_written(visits: Visits, live: Version, dora: User) -> None:
    visit = visits(dora)
    page = visit.open(f"{HERE}edit/")
    page.wait_for_selector("#checked >> text=wait 2 weeks")
    page.fill("#text", TEXT.replace("send: hello", "send: helo"))
    page.wait_for_selector("#checked >> text=did you mean")
    page.wait_for_selector("#checked >> text=send helo")
    assert page.evaluate("document.activeElement.id") == "text"
    # A problem's line leads into the text.
    page.click("#checked a[data-line]")
    assert "send: helo" in page.evaluate("text.value.slice(text.selectionStart, text.selectionEnd)")
    page.fill("#text", TEXT)
    page.wait_for_selector("#checked >> text=No problems")
    page.click("button[name=keep]")
    page.wait_for_selector("text=Kept as the draft")
    assert Programme.objects.get().draft == TEXT
    assert visit.complaints == []


def test_numbers_come_anew_and_the_focus_stays(visits: Visits, live: Version, dora: User) -> None:
    now = timezone.now()
    inside(live, 1, now)
    visit = visits(dora)
    page = visit.open(HERE)
    page.focus("#at-pause")
    inside(live, 4, now)
    page.wait_for_selector("#at-pause:has-text('5 here')")
    assert page.evaluate("document.activeElement.id") == "at-pause"
    assert visit.complaints == []


def test_a_step_is_added_and_moved_by_keys_alone(visits: Visits, live: Version, dora: User) -> None:
    visit = visits(dora)
    page = visit.open(f"{HERE}steps/")
    page.focus("details.add summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # send, then wait
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("#id_for_n")
    page.keyboard.type("5")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("text=Kept in the draft")
    page.focus("button[aria-label='Move down: wait 5 days']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector("text=Moved down")
    assert Programme.objects.get().draft.index("wait: 5d") > Programme.objects.get().draft.index("send: hello")
    assert visit.complaints == []


def test_only_what_a_way_to_wait_needs_is_shown(visits: Visits, live: Version, dora: User) -> None:
    page = visits(dora).open(f"{HERE}steps/one/?at=steps&new=wait")
    assert page.is_visible("#id_for_n")
    assert not page.is_visible("#id_until")
    page.check("input[name=way][value=until]")
    assert page.is_visible("#id_until")
    assert page.is_visible("#id_at_most_n")
    assert not page.is_visible("#id_for_n")


def test_the_mail_in_its_frame_runs_nothing(visits: Visits, live: Version, dora: User) -> None:
    visit = visits(dora)
    page = visit.open("/nurture/contents/hello/look/")
    frame = page.frame_locator("iframe.mail")
    frame.locator("text=Hello Ada").wait_for()
    page.select_option("#language", "de")
    page.click("text=Show")
    page.frame_locator("iframe.mail").locator("text=Guten Tag").wait_for()
    assert visit.complaints == []


def test_it_is_paused_and_people_taken_out_without_the_script(visits: Visits, live: Version, dora: User) -> None:
    inside(live, 2, timezone.now())
    page = visits(dora, scripts=False).open(HERE)
    page.click("main button:has-text('Pause')")
    page.wait_for_selector("text=Paused: nobody enters")
    page.goto(page.url + "people/")
    page.check("input[name=picked] >> nth=0")
    page.click("text=Take out those picked")
    page.fill("#because", "wrong list")
    page.click("button.grave")
    page.wait_for_selector("text=1 taken out")
    assert Enrolment.objects.filter(ended_at__isnull=True).count() == 1


def test_an_image_that_is_too_large_is_refused_before_it_is_sent(visits: Visits, dora: User, tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(30_000_000))
    (tmp_path / "small.png").write_bytes(b"none")
    visit = visits(dora)
    page = visit.open("/nurture/contents/images/")
    page.set_input_files("#file", tmp_path / "large.png")
    assert "smaller than 2 MB" in page.evaluate("document.querySelector('#file').validationMessage")
    page.click("text=Upload")
    page.set_input_files("#file", tmp_path / "small.png")
    page.click("text=Upload")
    page.wait_for_selector("text=the file is none of png")
    assert visit.complaints == []


def test_the_open_tab_stands_in_sight_on_a_phone(visits: Visits, live: Version, dora: User) -> None:
    visit = visits(dora, on="phone")
    where = "const {left, right} = document.querySelector('.tabs [aria-current]').getBoundingClientRect();"
    for address in ("/nurture/", "/nurture/worth/", "/nurture/settings/", f"{HERE}publish/", f"{HERE}edit/"):
        page = visit.open(address)
        page.wait_for_function(f"() => {{ {where} return left >= 0 && right <= innerWidth; }}", timeout=5000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    # What is said of a wide table is read without moving it.
    page = visit.open("/nurture/")
    assert page.evaluate("document.querySelector('caption').getBoundingClientRect().width <= innerWidth")
    assert visit.complaints == []


def test_a_problem_beside_a_step_leads_to_its_line(visits: Visits, live: Version, dora: User) -> None:
    programmes.save_draft(
        key="keep-warm", text=TEXT.replace("send: hello", "snd: hello"), actor=Actor.of(dora), now=timezone.now()
    )
    page = visits(dora).open(f"{HERE}steps/")
    page.click(".rows .problems a")
    page.wait_for_url("**/edit/#line-*")
    page.wait_for_function("text.value.slice(text.selectionStart, text.selectionEnd).includes('snd: hello')")
