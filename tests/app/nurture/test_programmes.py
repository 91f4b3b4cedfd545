"""Programmes are drafted, counted, published, paused, moved and ended; what is wrong is refused with words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pyrometer.app.nurture import examining, reaching
from pyrometer.app.nurture.actions import contents, people, programmes, terms
from pyrometer.app.nurture.models import Content, Enrolment, Programme, Reach, Slot, Wording
from pyrometer.app.people.models import AuditEntry
from pyrometer.errors import UsageError
from tests.app.nurture.conftest import (
    CONTENT,
    MARKETING,
    MONDAY,
    Person,
    content,
    draft,
    publish,
    text_of,
    travel,
    work,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STEPS = "- send: one\n- {id: rest, wait: 2w}\n- send: two\n- wait: 1w"


def counted(programme: Programme, now: object = MONDAY) -> Reach:
    reaching.ask(programme, programme.draft, MONDAY)
    while reaching.count(MONDAY):
        pass
    found = reaching.latest(programme, programme.draft, MONDAY)
    assert found is not None
    return found


def test_a_draft_is_kept_whatever_is_wrong_with_it() -> None:
    broken = "format: 1\nprogramme: broken\nname: Broken\nsteps: [{sned: x}]\n"
    kept = programmes.save_draft(text=broken, actor=MARKETING, now=MONDAY)
    assert (kept.key, kept.draft, kept.live) == ("broken", broken, None)
    assert any("sned" in str(problem) for problem in examining.examine(kept.draft).errors)
    with pytest.raises(UsageError, match="error"):
        programmes.publish(programme=kept, actor=MARKETING, now=MONDAY)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format: 1\nname: x\n", "needs a key"),
        ("programme: Not A Key\n", "needs a key"),
        ("programme: series\n", "already"),
        ("x" * 200_001, "letters"),
    ],
)
def test_a_new_programme_needs_a_key_of_its_own(version: object, text: str, said: str) -> None:
    draft(text_of("series", STEPS))
    with pytest.raises(UsageError, match=said):
        programmes.save_draft(text=text, actor=MARKETING, now=MONDAY)
    assert Programme.objects.count() == 1


def test_two_who_edit_at_once_lose_nothing(version: object) -> None:
    first = draft(text_of("series", STEPS))
    seen = first.drafted_at
    programmes.save_draft(text=first.draft + "# a\n", key="series", actor=MARKETING, now=MONDAY + DAY, seen=seen)
    with pytest.raises(UsageError, match="changed it"):
        programmes.save_draft(text=first.draft + "# b\n", key="series", actor=MARKETING, now=MONDAY + DAY, seen=seen)
    assert Programme.objects.get().draft.endswith("# a\n")
    with pytest.raises(UsageError, match="key can't be changed"):
        programmes.save_draft(text=text_of("other", STEPS), key="series", actor=MARKETING, now=MONDAY)


def test_whom_it_reaches_is_counted_before_anything_is_sent(person: Person) -> None:
    for number in range(6):
        person(f"small{number}")
    for number in range(3):
        person(f"large{number}", size=2000)
    person("no", size=2000, agrees=False)
    programme = draft(text_of("large", STEPS, when="{flag: large}", held="50%"))
    with pytest.raises(UsageError, match="counted"):
        programmes.publish(programme=programme, actor=MARKETING, now=MONDAY)
    found = counted(programme)
    assert (found.of_all, found.looked_at, found.would_enter) == (10, 10, 3)
    assert found.reasons == {
        "doesn't fit": 1,
        "whether it should enter isn't known": 5,
        "would leave at once: unsubscribed": 1,
    } or (sum(found.reasons.values()) == 7)
    live = programmes.publish(programme=programme, actor=MARKETING, now=MONDAY)
    assert live.reach == {"would_enter": 3, "held_back": found.held_back, "looked_at": 10, "of_all": 10}
    work(MONDAY)
    assert Enrolment.objects.count() == 3
    assert Enrolment.objects.filter(held_back=True).count() == found.held_back


def test_a_programme_of_everyone_has_to_be_confirmed_with_the_number(person: Person) -> None:
    for number in range(5):
        person(f"lead{number}")
    programme = draft(text_of("all", STEPS))
    counted(programme)
    for sure in (None, 4):
        with pytest.raises(UsageError, match="reach 5 of 5 leads"):
            programmes.publish(programme=programme, actor=MARKETING, now=MONDAY, sure=sure)
    assert not Programme.objects.filter(live__isnull=False).exists()
    programmes.publish(programme=programme, actor=MARKETING, now=MONDAY, sure=5)


def test_a_count_is_of_one_text_and_an_hour(person: Person) -> None:
    person("ada")
    programme = draft(text_of("all", STEPS))
    counted(programme)
    programme = programmes.save_draft(text=programme.draft + "# more\n", key="all", actor=MARKETING, now=MONDAY)
    with pytest.raises(UsageError, match="isn't counted yet"):
        programmes.publish(programme=programme, actor=MARKETING, now=MONDAY, sure=1)
    counted(programme)
    with pytest.raises(UsageError, match="isn't counted yet"):
        programmes.publish(programme=programme, actor=MARKETING, now=MONDAY + DAY, sure=1)
    assert Reach.objects.count() == 1


def test_a_count_that_fails_says_so_and_ends(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    person("ada")
    programme = draft(text_of("all", STEPS))
    reaching.ask(programme, programme.draft, MONDAY)
    Reach.objects.update(text="format: 2\n")
    while reaching.count(MONDAY):
        pass
    found = Reach.objects.get()
    assert found.ended_at == MONDAY
    assert "format" in found.error


def test_counting_goes_on_where_a_killed_worker_left_it(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "BATCH", 2)
    for number in range(5):
        person(f"lead{number}")
    programme = draft(text_of("all", STEPS))
    reaching.ask(programme, programme.draft, MONDAY)
    assert reaching.count(MONDAY) == 2
    Reach.objects.update(claimed_until=MONDAY + timedelta(minutes=1))  # another has it, and is killed
    assert reaching.count(MONDAY) == 0
    later = MONDAY + timedelta(minutes=3)
    assert [reaching.count(later) for _ in range(3)] == [2, 1, 0]
    assert Reach.objects.get().would_enter == 5


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"steps": "- send: nothing"}, "nothing"),
        ({"steps": "- send: one\n- wait: 1w", "when": "{flag: unheard}"}, "unheard"),
        ({"steps": "- {send: one, purpose: nothing-asked}\n- wait: 1w"}, "nothing-asked"),
        ({"steps": "- offer: {coupon: unheard}\n- wait: 1w"}, "unheard"),
        ({"steps": "- offer: {content: one, slot: nowhere}\n- wait: 1w"}, "nowhere"),
        ({"steps": "- send: broken\n- wait: 1w"}, "broken"),
        ({"steps": "- send: vague\n- wait: 1w"}, "vague"),
        ({"steps": "- send: pushy\n- wait: 1w", "when": "{temperature: cool}"}, "pushy"),
    ],
)
def test_what_is_broken_is_never_published(person: Person, change: dict[str, str], said: str) -> None:
    content("one")
    good = CONTENT.format(name="{}", purpose="email")
    for name, text in {
        "broken": good.replace("| default:", "| defolt:"),
        "vague": good.replace("lead.first_name", "lead.frist_name"),
        "pushy": good.replace("pitch: low", "pitch: sales"),
    }.items():
        Content.objects.create(name=name, text=text.replace("{}", name), at=MONDAY)
    programme = programmes.save_draft(
        text=text_of("made", **{"steps": "- wait: 1w", **change}), actor=MARKETING, now=MONDAY
    )
    with pytest.raises(UsageError, match="error"):
        programmes.publish(programme=programme, actor=MARKETING, now=MONDAY)
    found = [problem for problem in examining.examine(programme.draft).errors if said in str(problem)]
    assert found
    assert all(problem.line or problem.file in ("broken", "vague") for problem in found)


def test_people_are_moved_where_that_does_nothing_twice(person: Person) -> None:
    old = publish(text_of("series", STEPS))
    person("ada"), person("bob")
    travel(MONDAY, MONDAY + DAY)
    travel(MONDAY + DAY, MONDAY + 15 * DAY)
    eve = person("eve", at=MONDAY + 15 * DAY)
    travel(MONDAY + 15 * DAY, MONDAY + 16 * DAY)
    new = publish(
        text_of("series", "- send: one\n- {id: rest, wait: 3w}\n- send: three\n- wait: 3d"), MONDAY + 16 * DAY
    )
    now = MONDAY + 16 * DAY
    tried = people.move(programme=old, to=new.live, actor=MARKETING, now=now, try_only=True)
    assert (tried.moved, sum(tried.stays.values())) == (1, 2)
    assert Enrolment.objects.filter(version=new.live).count() == 0
    moved = people.move(programme=old, to=new.live, actor=MARKETING, now=now)
    assert moved == tried
    row = Enrolment.objects.get(version=new.live)
    assert (row.lead_id, row.step, row.since) == (eve.pk, "rest", MONDAY + 15 * DAY)
    travel(now, MONDAY + 36 * DAY)
    row.refresh_from_db()
    assert list(row.done.filter(kind__in=["sent", "moved"]).order_by("pk").values_list("kind", "what")) == [
        ("sent", "one"),
        ("moved", "2"),
        ("sent", "three"),
    ]


def test_a_pause_is_written_down_with_who_did_it(version: object) -> None:
    programme = publish(text_of("series", STEPS))
    programmes.pause(programme=programme, actor=MARKETING, now=MONDAY)
    programmes.pause(programme=programme, actor=MARKETING, now=MONDAY + DAY)
    programme.refresh_from_db()
    assert (programme.paused_at, programme.paused_by) == (MONDAY, "alice@example.com")
    programmes.resume(programme=programme, actor=MARKETING, now=MONDAY + DAY)
    actions = AuditEntry.objects.filter(subject="programme:series").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["nurture.create", "nurture.publish", "nurture.pause", "nurture.resume"]


def test_a_content_keeps_all_its_wordings(version: object) -> None:
    first = content("one")
    text = first.text.replace("enough", "quite enough")
    contents.save(text=text, name="one", actor=MARKETING, now=MONDAY, seen=1)
    contents.save(text=text, name="one", actor=MARKETING, now=MONDAY)  # the same: no new wording
    assert list(Wording.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    with pytest.raises(UsageError, match="changed it"):
        contents.save(text=text + "more", name="one", actor=MARKETING, now=MONDAY, seen=1)
    with pytest.raises(UsageError, match="already"):
        contents.save(text=text, actor=MARKETING, now=MONDAY)
    with pytest.raises(UsageError, match="name can't be changed"):
        contents.save(text=text.replace("name: one", "name: two"), name="one", actor=MARKETING, now=MONDAY)


def test_a_content_that_a_slot_shows_isn_t_removed(version: object) -> None:
    Slot.objects.create(name="hero", choices=[{"content": "one"}], at=MONDAY)
    with pytest.raises(UsageError, match="shown in `hero`"):
        contents.remove(content=content("one"), actor=MARKETING, now=MONDAY)
    assert Content.objects.count() == 1


def test_a_content_that_is_named_isn_t_removed(person: Person) -> None:
    programme = publish(text_of("series", STEPS))
    person("ada")
    work(MONDAY)
    with pytest.raises(UsageError, match="`series` names it"):
        contents.remove(content=Content.objects.get(name="two"), actor=MARKETING, now=MONDAY)
    publish(text_of("series", "- send: three\n- wait: 1w"))
    assert contents.used_by("two") == ["series"], "somebody is still in the version that names it"
    Enrolment.objects.all().delete()
    contents.remove(content=Content.objects.get(name="two"), actor=MARKETING, now=MONDAY)
    assert not Content.objects.filter(name="two").exists()
    assert programme.key == "series"


@pytest.mark.parametrize(
    "fields",
    [
        {"hours": {}},
        {"hours": {"mon": ["18:00", "08:00"]}},
        {"hours": {"moonday": ["08:00", "18:00"]}},
        {"hours": "always"},
        {"time_zone": "Mars/Olympus"},
        {"colour": "red"},
    ],
)
def test_terms_that_let_no_mail_out_are_refused(db: None, fields: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        terms.save_terms(actor=MARKETING, now=MONDAY, **fields)


def test_terms_count_for_the_next_step(person: Person) -> None:
    terms.save_terms(actor=MARKETING, now=MONDAY, hours={"fri": ["10:00", "12:00"]}, time_zone="Europe/Berlin")
    publish(text_of("series", STEPS))
    person("ada")
    travel(MONDAY, MONDAY + 6 * DAY)
    sent = Enrolment.objects.get().done.get(kind="sent").at
    assert f"{sent:%a %H:%M}" == "Fri 08:00"


def test_who_waits_for_hours_goes_by_new_ones_at_once(person: Person) -> None:
    terms.save_terms(actor=MARKETING, now=MONDAY, hours={"fri": ["10:00", "12:00"]}, time_zone="UTC")
    publish(text_of("series", STEPS))
    person("ada")
    travel(MONDAY, MONDAY + DAY)
    waiting = Enrolment.objects.get()
    assert waiting.waits_for == "window"
    friday = waiting.due_at
    # What a mail costs has nothing to do with when it goes.
    terms.save_terms(actor=MARKETING, now=MONDAY + DAY, mail_cost=0.02)
    assert Enrolment.objects.get().due_at == friday
    terms.save_terms(actor=MARKETING, now=MONDAY + DAY, hours={"tue": ["00:00", "24:00"]})
    travel(MONDAY + DAY, MONDAY + DAY + timedelta(hours=1))
    assert Enrolment.objects.get().done.get(kind="sent").at == MONDAY + DAY
