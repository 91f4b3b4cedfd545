"""Writing a programme: as text, by forms, two at a time; trying it on a lead, and publishing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from pyrometer.app.consent import actions as consent
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import programmes
from pyrometer.app.nurture.models import Content, CouponList, Enrolment, Programme, Version
from pyrometer.app.nurture.views.drafting import base_of
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.definition.source import read_text
from tests.app.pages.world import came_in

from .conftest import TEXT, counted
from .test_programmes import words

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
HERE = "/nurture/programmes/keep-warm"


def kept(client: Client, programme: Programme, text: str, **more: str) -> object:
    """What comes of keeping a text."""
    return client.post(f"{HERE}/edit/", {"text": text, "base": base_of(programme), **more})


def tree(programme: Programme) -> dict[str, object]:
    """The draft as it stands now."""
    programme.refresh_from_db()
    found = read_text(programme.draft).tree
    assert isinstance(found, dict)
    return found


def test_a_text_is_kept_as_it_was_written(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    text = TEXT.replace("1w", "3w") + "# at the end\n"
    assert kept(client, programme, text.replace("\n", "\r\n")).status_code == 302
    programme.refresh_from_db()
    assert programme.draft == text


def test_problems_stand_with_their_lines_while_one_writes(
    programme: Programme, alice: User, client_of: Clients
) -> None:
    client = client_of(alice)
    page = client.post(f"{HERE}/check/", {"text": TEXT.replace("send: hello", "send: helo")}).content.decode()
    assert 'data-line="12"' in page
    assert "did you mean `hello`" in page
    assert "send helo" in page  # the picture stands beside it all the same
    programme.refresh_from_db()
    assert programme.draft == TEXT
    broken = client.post(f"{HERE}/check/", {"text": "format: 1\nsteps: [\n"}).content.decode()
    assert "not valid YAML" in broken
    assert 'class="picture"' not in broken


@pytest.mark.parametrize(
    "text", ["", "\0", "- a\n- b\n", "x: &a 1\ny: *a\n", "\t\n", "format: 1\nprogramme: keep-warm\n", "🙂: 漢字\n"]
)
def test_no_text_breaks_the_pages(text: str, programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    assert client.post(f"{HERE}/check/", {"text": text}).status_code == 200
    answer = kept(client, programme, text)
    assert answer.status_code in (302, 422)  # type: ignore[attr-defined]
    for part in ("", "steps/", "head/", "try/", "publish/", "people/", "edit/"):
        assert client.get(f"{HERE}/{part}").status_code in (200, 302), part
    assert client.get("/nurture/").status_code == 200


def test_a_text_of_a_million_letters_is_refused_at_once(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    text = TEXT + "# " + "x" * 1_000_000
    answer = kept(client, programme, text)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "it wasn&#x27;t kept" in answer.content.decode()  # type: ignore[attr-defined]
    assert "letters" in client.post(f"{HERE}/check/", {"text": text}).content.decode()
    long = TEXT + "# " + "x" * 100_000
    assert "too long to be checked while" in client.post(f"{HERE}/check/", {"text": long}).content.decode()


def test_hostile_words_are_only_words(programme: Programme, alice: User, client_of: Clients) -> None:
    evil = "<img src=x onerror=alert(1)>"
    text = TEXT.replace("it was enough", evil).replace("It keeps quiet.", f'"{evil}"').replace("cooled off", evil)
    client = client_of(alice)
    assert kept(client, programme, text).status_code == 302  # type: ignore[attr-defined]
    for part in ("", "steps/", "publish/", "edit/", "try/"):
        page = words(client, f"{HERE}/{part}")
        assert "<img src=x" not in page, part


def test_two_who_write_lose_nothing(programme: Programme, alice: User, carol: User, client_of: Clients) -> None:
    before = base_of(programme)
    hers = TEXT.replace("it was enough", "enough")
    assert client_of(carol).post(f"{HERE}/edit/", {"text": hers, "base": before}).status_code == 302
    mine = TEXT.replace("wait: 1w", "wait: 4w")
    answer = client_of(alice).post(f"{HERE}/edit/", {"text": mine, "base": before})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "carol@example.com" in page
    assert "wait: 4w" in page  # mine is still there
    assert "leave: enough" in page  # and hers beside it
    assert "leave: enough" in str(read_text(Programme.objects.get().draft) and Programme.objects.get().draft)
    again = programme
    again.refresh_from_db()
    assert kept(client_of(alice), again, mine).status_code == 302  # type: ignore[attr-defined]
    # A form that was opened before is refused, too.
    stale = {"base": before, "at": "steps.0", "how": "down"}
    page = client_of(carol).post(f"{HERE}/steps/arrange/", stale, follow=True).content.decode()
    assert "Somebody changed the draft meanwhile" in page


def test_steps_are_moved_and_taken_out_with_their_comments(
    programme: Programme, alice: User, client_of: Clients
) -> None:
    client = client_of(alice)
    page = words(client, f"{HERE}/steps/")
    assert "at=steps.2.branch.0.then.0" in page
    client.post(f"{HERE}/steps/arrange/", {"base": base_of(programme), "at": "steps.0", "how": "down"})
    found = tree(programme)
    assert [next(iter(step)) for step in found["steps"]][:2] == ["id", "send"]  # type: ignore[index,attr-defined]
    assert "# Keeps in touch." in programme.draft
    client.post(f"{HERE}/steps/arrange/", {"base": base_of(programme), "at": "steps.2.else.0", "how": "out"})
    assert "else" not in tree(programme)["steps"][2]  # type: ignore[index]
    assert "# the first" in programme.draft


STEPS = [
    ("send", {"send": "hello", "asks": "criterion:budget"}, {"send": "hello", "asking": "budget"}),
    ("wait", {"way": "for", "for_n": "3", "for_unit": "d"}, {"wait": "3d"}),
    ("wait", {"way": "day", "day": ["tue", "thu"], "at": "09:30"}, {"wait": {"day": ["tue", "thu"], "at": "09:30"}}),
    (
        "wait",
        {"way": "date", "date": "recycle_on", "days": "-3", "at_most_n": "8", "at_most_unit": "w"},
        {"wait": {"date": "recycle_on", "before": "3d", "at_most": "8w"}},
    ),
    (
        "wait",
        {"way": "until", "until": "event: page_viewed\nwithin: 7d", "at_most_n": "2", "at_most_unit": "w"},
        {"wait": {"until": {"event": "page_viewed", "within": "7d"}, "at_most": "2w"}},
    ),
    (
        "ask",
        {"asks": "own", "question_en": 'How: "so"?', "question_de": "Wie?", "trait": "budget"},
        {"ask": {"question": {"en": 'How: "so"?', "de": "Wie?"}, "trait": "budget"}},
    ),
    ("offer", {"coupon": "spring", "for_n": "2", "for_unit": "w"}, {"offer": {"coupon": "spring", "for": "2w"}}),
    ("notify", {"to": "rep", "say_en": "# no"}, {"notify": {"to": "rep", "say": {"en": "# no"}}}),
    ("set", {"trait": "budget", "value": "yes"}, {"set": {"budget": "yes"}}),
    ("leave", {"because": "enough"}, {"leave": "enough"}),
    (
        "leave",
        {"because": "later", "then": "recycle", "after": "90"},
        {"leave": {"because": "later", "then": "recycle", "after": "90d"}},
    ),
    ("go", {"go": "pause"}, {"go": "pause"}),
    ("branch", {"text": "branch:\n  - when: {temperature: cool}\n    then: [{wait: 1d}]\n"}, None),
]  # fmt: skip


@pytest.mark.parametrize("at", ["steps", "steps.1", "steps.2.branch.0.then", "steps.2.else.0", "steps.3.then"])
@pytest.mark.parametrize(("kind", "given", "said"), STEPS, ids=[f"{n}-{kind}" for n, (kind, *_) in enumerate(STEPS)])
def test_every_step_is_added_at_every_depth_and_changed_again(
    at: str,
    kind: str,
    given: dict[str, object],
    said: object,
    programme: Programme,
    alice: User,
    client_of: Clients,
    now: datetime,
) -> None:
    CouponList.objects.create(name="spring", shared="SPRING", at=now)
    client = client_of(alice)
    form = f"{HERE}/steps/one/?at={at}&new={kind}"
    words(client, form)
    answer = client.post(form, {"base": base_of(programme), **given})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    *before, last = at.split(".")
    place = [*before, str(int(last) + 1)] if last.isdecimal() else [*before, last, "0"]
    found: object = tree(programme)
    for part in place:
        found = found[int(part)] if part.isdecimal() else found[part]  # type: ignore[index]
    if said is not None:
        assert found == said
    # The form shows what was written, and writing that again changes nothing.
    once = programme.draft
    page = client.get(f"{HERE}/steps/one/?at={'.'.join(place)}")
    shown = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, "", [])}
    again = client.post(f"{HERE}/steps/one/?at={'.'.join(place)}", {"base": base_of(programme), **shown})
    assert again.status_code == 302, again.content.decode()[-3000:]
    programme.refresh_from_db()
    assert read_text(programme.draft).tree == read_text(once).tree


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("wait", {"way": "for"}, "Say how long it waits"),
        ("wait", {"way": "until", "until": "a: [", "for_unit": "d"}, "not valid YAML"),
        ("leave", {"because": "x", "then": "recycle"}, "Say after how many days"),
        ("ask", {"asks": "own"}, "Write your question"),
        ("branch", {"text": "- a"}, "A step begins with what it does"),
        ("send", {}, "required"),
        ("offer", {}, "Say what is offered"),
    ],
)
def test_what_a_form_lacks_is_said(
    kind: str, given: dict[str, str], said: str, programme: Programme, alice: User, client_of: Clients
) -> None:
    answer = client_of(alice).post(f"{HERE}/steps/one/?at=steps&new={kind}", {"base": base_of(programme), **given})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    programme.refresh_from_db()
    assert programme.draft == TEXT


@pytest.mark.parametrize("at", ["", "steps.99", "name", "steps.0.send", "steps..1", "steps.2.branch", "__class__"])
def test_no_place_but_a_steps_own(at: str, programme: Programme, alice: User, client_of: Clients) -> None:
    assert client_of(alice).get(f"{HERE}/steps/one/", {"at": at}).status_code == 404


def test_who_enters_is_picked(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    page = client.get(f"{HERE}/head/")
    shown = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, "", [])}
    assert shown["temperature"] == ["warm"]
    assert shown["held_back"] == "20"
    client.post(f"{HERE}/head/", {"base": base_of(programme), **shown})
    programme.refresh_from_db()
    assert programme.draft == TEXT  # nothing was changed, so nothing was written anew
    shown |= {"missing": ["budget"], "did": "page_viewed", "did_within": "30"}
    shown |= {"priority": "70", "name_en": 'Keep "them"'}
    answer = client.post(f"{HERE}/head/", {"base": base_of(programme), **shown})
    assert answer.status_code == 302, answer.content.decode()
    found = tree(programme)
    assert found["enter"]["when"] == {  # type: ignore[index]
        "all": [{"temperature": "warm"}, {"missing": "budget"}, {"event": "page_viewed", "within": "30d"}]
    }
    assert "  priority: 70\n" in programme.draft  # a number, without quotes
    assert "\n\n  " not in programme.draft
    assert found["enter"]["held_back"] == "20%"  # type: ignore[index]
    assert found["name"]["en"] == 'Keep "them"'  # type: ignore[index]
    nobody = {**shown, "temperature": [], "missing": [], "did": ""}
    answer = client.post(f"{HERE}/head/", {"base": base_of(programme), **nobody})
    assert "Pick who enters" in answer.content.decode()


def test_what_is_more_than_picks_stays_text(programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    more = TEXT.replace("when: {temperature: warm}", "when: {not: {temperature: hot}}")
    kept(client, programme, more)
    programme.refresh_from_db()
    page = client.get(f"{HERE}/head/")
    assert "It is more than can be picked" in page.content.decode()
    shown = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, "", [])}
    shown["when"] = "temperature: cool"
    client.post(f"{HERE}/head/", {"base": base_of(programme), **shown})
    assert tree(programme)["enter"]["when"] == {"temperature": "cool"}  # type: ignore[index]


def test_a_lead_is_tried_and_nothing_happens_to_it(
    programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    lead = came_in("Ada Byron", now, events=("page_viewed",) * 3)
    client = client_of(alice)
    assert "Ada Byron" in words(client, f"{HERE}/try/?q=ada")
    page = words(client, f"{HERE}/try/?lead={lead.pk}")
    assert "It wouldn't enter now: gave no consent" in page
    agreed = {"purpose": "email", "given": True, "text": "Yes?", "source": "hand"}
    consent.record(lead=lead.pk, at=now, now=now, **agreed)  # type: ignore[arg-type]
    page = words(client, f"{HERE}/try/?lead={lead.pk}")
    assert "It would enter now" in page
    assert "send hello" in page
    assert "budget is missing" not in page
    assert "tell the rep: It keeps quiet." in page
    assert "leaves: it was enough" in page
    assert "doesn't hold:</span>leaves: cooled off: cool" in page
    assert not Enrolment.objects.exists()
    assert not Outgoing.objects.filter(channel="email").exists()


def test_publishing_waits_for_the_count_and_asks_where_it_is_everybody(
    programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    client = client_of(alice)
    page = words(client, f"{HERE}/publish/")
    assert "Counting" in page
    base = {"base": base_of(programme)}
    early = client.post(f"{HERE}/publish/", base)
    assert early.status_code == 422
    assert "isn&#x27;t counted yet" in early.content.decode()
    while reaching.count(now):
        pass
    assert "0 leads would enter now" in words(client, f"{HERE}/reach/")
    # A count that is through stands for an hour, unless somebody asks for another one.
    client.post(f"{HERE}/reach/")
    assert "0 leads would enter now" in words(client, f"{HERE}/reach/")
    assert client.post(f"{HERE}/reach/", {"again": "1"}).url == f"{HERE}/publish/"
    assert "Counting" in words(client, f"{HERE}/reach/")
    while reaching.count(now):
        pass
    assert client.post(f"{HERE}/publish/", base).status_code == 302
    programme.refresh_from_db()
    assert programme.live is not None
    assert programme.live.published_by == "alice@example.com"
    assert "what is live already" in words(client, f"{HERE}/publish/")


def test_what_is_broken_says_whom_it_would_have_reached(
    programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    client = client_of(alice)
    kept(client, programme, TEXT.replace("send: hello", "send: nothing"))
    assert "Counting" in words(client, f"{HERE}/publish/")
    while reaching.count(now):
        pass
    for page in (words(client, f"{HERE}/publish/"), words(client, f"{HERE}/reach/")):
        assert "0 leads would enter now" in page
        assert "Publish it" not in page
    programme.refresh_from_db()
    kept(client, programme, TEXT.replace("temperature: warm", "flag: nothing"))
    page = words(client, f"{HERE}/publish/")
    assert "unknown flag" in page
    assert "once it is known who enters" in page


def test_a_segment_of_everyone_needs_its_number(
    programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    counted(programme, now)
    found = reaching.latest(programme, programme.draft, now)
    assert found is not None
    type(found).objects.filter(pk=found.pk).update(would_enter=80, held_back=16, of_all=100, looked_at=100)
    client = client_of(alice)
    page = words(client, f"{HERE}/publish/")
    assert "80 leads would enter now" in page
    assert "64 get it, 16 are held back" in page
    assert "a segment of everyone" in page
    base = {"base": base_of(programme)}
    assert client.post(f"{HERE}/publish/", base).status_code == 422
    assert client.post(f"{HERE}/publish/", {**base, "sure": "79"}).status_code == 422
    assert not Version.objects.exists()
    assert client.post(f"{HERE}/publish/", {**base, "sure": "80"}).status_code == 302
    assert Version.objects.get().reach["would_enter"] == 80


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("{{ lead.first_name | default", "{{ lead.frist_name | default"), "frist_name"),
        (("this is", "{% if %} this is"), "content"),
        (("purpose: email", "purpose: nothing"), "there is no purpose"),
    ],
)
def test_broken_contents_keep_it_back(
    change: tuple[str, str], said: str, programme: Programme, alice: User, client_of: Clients, now: datetime
) -> None:
    hello = Content.objects.get()
    Content.objects.update(text=hello.text.replace(*change))
    client = client_of(alice)
    page = words(client, f"{HERE}/publish/")
    assert "Not yet" in page
    assert said in page
    assert "/nurture/contents/hello/edit/" in page
    assert client.post(f"{HERE}/publish/", {"base": base_of(programme)}).status_code == 422
    assert not Version.objects.exists()


def test_a_purpose_that_nobody_is_asked_for_keeps_it_back(
    programme: Programme, alice: User, client_of: Clients
) -> None:
    client = client_of(alice)
    kept(client, programme, TEXT.replace("purpose: email", "purpose: emial"))
    assert "there is no purpose `emial`" in words(client, f"{HERE}/publish/")


def test_a_draft_that_changed_meanwhile_is_looked_at_again(
    programme: Programme, alice: User, carol: User, client_of: Clients, now: datetime
) -> None:
    base = base_of(programme)
    later = now + timedelta(minutes=1)
    programmes.save_draft(key="keep-warm", text=TEXT.replace("1w", "2w"), actor=Actor.of(carol), now=later)
    answer = client_of(alice).post(f"{HERE}/publish/", {"base": base})
    assert "Somebody changed the draft meanwhile" in answer.content.decode()


def test_what_differs_is_said_in_words(live: Version, programme: Programme, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    kept(client, programme, TEXT.replace("wait: 1w", "wait: 2w").replace("held_back: 20%", "held_back: 10%"))
    page = words(client, f"{HERE}/publish/")
    assert "wait 7 days" in page
    assert "wait 2 weeks" in page
    assert "Held back" in page
    programme.refresh_from_db()
    kept(client, programme, TEXT + "# only a comment\n")
    assert "It does the same as what is live" in words(client, f"{HERE}/publish/")
