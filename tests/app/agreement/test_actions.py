"""From a draft to the live version, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from pyrometer.app.agreement import actions
from pyrometer.app.agreement.comparing import compare
from pyrometer.app.agreement.examining import examine, starter
from pyrometer.app.agreement.models import State, Version
from pyrometer.app.agreement.queries import live, signatures
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.errors import UsageError
from tests.app.agreement.conftest import NOW, SMALL, agreed

pytestmark = pytest.mark.django_db


def lead() -> Lead:
    made = Lead.objects.create(created_at=NOW, last_seen_at=NOW)
    made.root = made
    made.save()
    return made


def logged(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_the_definition_to_begin_with_can_be_proposed(alice: User) -> None:
    version = actions.upload(text=starter(), note="", actor=Actor.of(alice), now=NOW)
    actions.propose(number=version.number, user=alice, now=NOW)
    assert len(examine(starter()).examples) == 4
    assert [problem for problem in examine(starter()).problems if problem.level != "note"] == []


def test_the_whole_way(published: Version) -> None:
    assert live() == published
    assert published.live_at == NOW
    steps = ("upload", "propose", "sign", "sign", "publish")
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [f"agreement.{step}" for step in steps]
    assert {team: each.name for team, each in signatures(published).items() if each} == {
        "marketing": "Alice <alice@example.com>",
        "sales": "Bob <bob@example.com>",
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SMALL.replace("event: asked, within", "event: askd, within"), "errors"),
        (SMALL.replace("age: 7d", "age: 40d"), "Asked last week"),
        (SMALL[: SMALL.index("examples")], "no examples"),
        ("format: [", "errors"),
        ("one line", "errors"),
    ],
)
def test_what_is_not_in_order_is_kept_but_not_proposed(alice: User, text: str, why: str) -> None:
    version = actions.upload(text=text, note="", actor=Actor.of(alice), now=NOW)
    with pytest.raises(UsageError, match=why):
        actions.propose(number=version.number, user=alice, now=NOW)
    version.refresh_from_db()
    assert version.state == State.DRAFT


def test_a_path_is_no_definition(alice: User) -> None:
    version = actions.upload(text="examples/b2b-saas/definition.yaml", note="", actor=Actor.of(alice), now=NOW)
    assert version.fingerprint == ""


def test_a_draft_can_be_mended_and_what_was_proposed_cannot(draft: Version, alice: User) -> None:
    broken = actions.change(number=draft.number, text="nothing", note="", user=alice, now=NOW)
    assert broken.fingerprint == ""
    actions.change(number=draft.number, text=SMALL.replace("\n", "\r\n"), note="mended", user=alice, now=NOW)
    version = actions.propose(number=draft.number, user=alice, now=NOW)
    assert version.text == SMALL
    with pytest.raises(UsageError, match="its text stays"):
        actions.change(number=draft.number, text="other", note="", user=alice, now=NOW)
    version.refresh_from_db()
    assert version.text == SMALL


def test_each_team_signs_for_itself(proposed: Version, alice: User, bob: User) -> None:
    for user, team in ((alice, "sales"), (bob, "marketing"), (alice, "board")):
        with pytest.raises(UsageError):
            actions.sign(number=proposed.number, team=team, user=user, now=NOW)
    assert proposed.signatures.count() == 0
    assert logged("agreement.sign") == 0


def test_one_person_never_signs_for_both(proposed: Version, carol: User, dora: User) -> None:
    actions.sign(number=proposed.number, team="marketing", user=carol, now=NOW)
    with pytest.raises(UsageError, match="One person"):
        actions.sign(number=proposed.number, team="sales", user=carol, now=NOW)
    with pytest.raises(UsageError, match="signed already"):
        actions.sign(number=proposed.number, team="marketing", user=dora, now=NOW)
    assert actions.sign(number=proposed.number, team="sales", user=dora, now=NOW).state == State.SIGNED


def test_who_left_signs_nothing(proposed: Version, charlie: User) -> None:
    with pytest.raises(UsageError):
        actions.sign(number=proposed.number, team="sales", user=charlie, now=NOW)


@pytest.mark.parametrize("step", ["draft", "proposed", "published"])
def test_only_what_both_signed_is_published(step: str, request: pytest.FixtureRequest, carol: User) -> None:
    version = request.getfixturevalue(step)
    with pytest.raises(UsageError, match="both teams"):
        actions.publish(number=version.number, user=carol, now=NOW)


def test_publishing_retires_the_former_and_touches_every_lead(
    published: Version, alice: User, bob: User, carol: User
) -> None:
    mine, merged = lead(), lead()
    Lead.objects.filter(pk=merged.pk).update(root=mine)
    gone = lead()
    Lead.objects.filter(pk=gone.pk).update(erased_at=NOW)
    new = agreed(SMALL.replace("30d", "20d"), alice, bob, carol)
    published.refresh_from_db()
    assert (published.state, published.retired_at, live()) == (State.RETIRED, NOW, new)
    assert list(Lead.objects.filter(touched_at=NOW)) == [mine]


def test_two_versions_are_never_live(published: Version, signed: Version) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(number=99, text=SMALL, name="x", state=State.LIVE, created_at=NOW)


def test_a_former_version_comes_back_as_a_new_one(published: Version, alice: User, bob: User, carol: User) -> None:
    agreed(SMALL.replace("30d", "20d"), alice, bob, carol)
    mine, later = lead(), NOW + timedelta(days=1)
    with pytest.raises(UsageError, match="Say why"):
        actions.roll_back(number=published.number, reason="  ", user=carol, now=later)
    again = actions.roll_back(number=published.number, reason="too few calls", user=carol, now=later)
    assert (again.number, again.text, again.note, again.state) == (3, SMALL, "too few calls", State.LIVE)
    assert again.fingerprint == published.fingerprint
    assert {each.name for each in again.signatures.all()} == {"Alice <alice@example.com>", "Bob <bob@example.com>"}
    mine.refresh_from_db()
    assert mine.touched_at == later
    assert AuditEntry.objects.get(action="agreement.roll_back").detail == {"again": 1, "reason": "too few calls"}
    with pytest.raises(UsageError, match="live before"):
        actions.roll_back(number=again.number, reason="again", user=carol, now=later)


def test_versions_are_compared_in_words_and_line_by_line(draft: Version, alice: User) -> None:
    other = actions.upload(text=SMALL.replace("within: 30d", "within: 20d"), note="", actor=Actor.of(alice), now=NOW)
    found = compare(draft, other)
    assert found.changes is not None
    (change,) = found.changes
    assert (change.what, change.before, change.after) == ("hot", "asked within 30 days", "asked within 20 days")
    assert [row.kind for row in found.rows if row.kind != "same"] == ["gone", "come"]
    broken = actions.upload(text="nothing", note="", actor=Actor.of(alice), now=NOW)
    assert compare(draft, broken).changes is None
    assert compare(draft, draft) == type(found)((), ())
