"""The list of steps and their forms: in words, with what is wrong beside each, and a way out of every mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from pyrometer.app.nurture.models import CouponList, Programme
from pyrometer.app.nurture.views.drafting import base_of
from pyrometer.app.people.models import User

from .conftest import TEXT
from .test_editing import HERE, kept
from .test_programmes import words

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]


def test_steps_are_told_in_words(programme: Programme, alice: User, client_of: Clients) -> None:
    page = words(client_of(alice), f"{HERE}/steps/")
    for said in ("send hello", "wait 7 days", "if budget is missing", "tell the rep: It keeps quiet.", "if it came"):
        assert said in page, said
    assert "leave: it was enough" in page
    assert "{event:" not in page  # nothing is left as YAML


def test_a_way_is_told_by_its_label(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    labelled = TEXT.replace("- when: {missing: budget}\n", "- when: {missing: budget}\n        label: {en: no money}\n")
    kept(client, programme, labelled)
    assert "if no money" in words(client, f"{HERE}/steps/")


MISSPELT = [
    ("send: hello", "snd: hello", "{snd: hello}", "unknown step `snd`", "did you mean `send`?"),
    ("send: hello", "send: helo", "send helo", "unknown content `helo`", "did you mean `hello`?"),
    ("wait: 1w", "wait: 1ww", "{id: pause, wait: 1ww}", "`1ww` is not a duration", ""),
    ("missing: budget", "mising: budget", "if {mising: budget}", "unknown key `mising`", "did you mean `missing`?"),
    ("wait: 2d", "wiat: 2d", "{wiat: 2d}", "unknown step `wiat`", "did you mean `wait`?"),
]


@pytest.mark.parametrize(("right", "wrong", "shown", "what", "fix"), MISSPELT, ids=[each[1] for each in MISSPELT])
def test_a_misspelt_step_is_kept_and_said_where_it_stands(
    right: str, wrong: str, shown: str, what: str, fix: str, programme: Programme, alice: User, client_of: Clients
) -> None:
    client = client_of(alice)
    text = TEXT.replace(right, wrong)
    saved = client.post(f"{HERE}/edit/", {"text": text, "base": base_of(programme)}, follow=True).content.decode()
    assert "Kept as the draft." in saved
    assert "One thing has to be mended before it can be published." in saved
    programme.refresh_from_db()
    assert programme.draft == text
    page = words(client, f"{HERE}/steps/")
    row = next(each for each in page.split("<li class=")[1:] if shown in each)
    beside = page[page.index(row) :]
    assert what in beside
    assert fix in beside[: beside.index(what) + 400]
    line = text[: text.index(wrong)].count("\n") + 1
    assert f'/edit/#line-{line}" data-line="{line}"' in beside


def test_what_a_form_keeps_says_what_is_still_wrong(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    kept(client, programme, TEXT.replace("send: hello", "send: helo"))
    programme.refresh_from_db()
    given = {"base": base_of(programme), "at": "steps.1", "how": "down"}
    page = client.post(f"{HERE}/steps/arrange/", given, follow=True).content.decode()
    assert "Moved down. One thing has to be mended before it can be published." in page
    programme.refresh_from_db()
    given = {"base": base_of(programme), "send": "hello"}
    page = client.post(f"{HERE}/steps/one/?at=steps.0", given, follow=True).content.decode()
    assert "Kept in the draft." in page
    assert "has to be mended" not in page


def test_an_unknown_step_is_changed_as_text(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    kept(client, programme, TEXT.replace("send: hello", "snd: hello"))
    programme.refresh_from_db()
    form = f"{HERE}/steps/one/?at=steps.0"
    page = words(client, form)
    assert "Step as text" in page
    assert "snd: hello" in page
    assert client.post(form, {"base": base_of(programme), "text": "send: hello"}).status_code == 302
    programme.refresh_from_db()
    assert "snd" not in programme.draft


def test_a_form_says_that_what_stands_there_is_unknown(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    kept(client, programme, TEXT.replace("send: hello", "send: helo"))
    page = words(client, f"{HERE}/steps/one/?at=steps.0")
    assert '<option value="helo" selected>helo (unknown)</option>' in page
    assert '<option value="hello">hello</option>' in page


def test_an_offer_says_what_has_to_be_made_first(
    programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    client, form = client_of(alice), f"{HERE}/steps/one/?at=steps&new=offer"
    page = words(client, form)
    for said, address in (
        ("There is no content for slots yet.", "/nurture/contents/new/?kind=slot"),
        ("There is no slot yet.", "/nurture/slots/new/"),
        ("There is no list of coupons yet.", "/nurture/coupons/new/"),
    ):
        assert said in page
        assert f'<a href="{address}">Make one</a>' in page
        assert client.get(address).status_code == 200
    CouponList.objects.create(name="spring", shared="SPRING", at=now)
    page = words(client, form)
    assert '<option value="spring">spring</option>' in page
    assert "There is no list of coupons yet." not in page
