"""The pages: what each of the five people sees and may do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pyrometer.app.agreement import actions
from pyrometer.app.agreement.examining import examine, starter
from pyrometer.app.agreement.models import State, Version
from pyrometer.app.agreement.queries import live
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.agreement.conftest import NOW, SMALL, agreed, starting

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
BROKEN = SMALL.replace("event: asked, within", "event: askd, within")


def page(client: Client, name: str, *args: int, **more: str) -> str:
    answer = client.get(reverse(f"agreement:{name}", args=args), more)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, *args: int, **data: object) -> tuple[int, str]:
    """The status and the page that follows."""
    answer = client.post(reverse(f"agreement:{name}", args=args), data, follow=True)
    return answer.status_code, answer.content.decode()


def test_at_first_it_says_what_to_do(alice: User, bob: User, client_of: Clients) -> None:
    shown = page(client_of(alice), "home")
    assert "Nothing is agreed yet" in shown
    assert "Begin with the example" in shown
    assert "?starter" in shown
    assert "?starter" not in page(client_of(bob), "home")
    assert "Our good lead" in page(client_of(alice), "new")


def test_problems_stand_beside_the_text_with_their_lines(alice: User, client_of: Clients) -> None:
    status, shown = post(client_of(alice), "new", text=BROKEN, note="", check="1")
    assert status == 200
    assert 'data-line="5"' in shown
    assert "unknown event `askd`" in shown
    assert "did you mean `asked`?" in shown
    assert not Version.objects.exists()


def test_what_only_commands_can_do_is_asked_of_nobody(alice: User, client_of: Clients) -> None:
    _, shown = post(client_of(alice), "new", text=starter(), note="", check="1")
    assert "No errors, and every example comes out as agreed" in shown
    assert "--traits" not in shown
    assert "0 errors" not in shown


def test_examples_say_what_was_agreed_and_what_was_found(alice: User, client_of: Clients) -> None:
    _, shown = post(client_of(alice), "new", text=SMALL.replace("age: 7d", "age: 40d"), check="1")
    assert "temperature: hot agreed, cool found" in shown


def test_texts_that_are_markup_stay_texts(alice: User, client_of: Clients) -> None:
    hostile = SMALL.replace("name: Small", 'name: "</textarea><script>alert(1)</script>"')
    client = client_of(alice)
    _, shown = post(client, "new", text=hostile, note="<b>x</b>", check="1")
    assert "<script>alert" not in shown
    _, shown = post(client, "new", text=hostile, note="<b>x</b>", keep="1")
    assert "<script>alert" not in shown
    assert "<b>x</b>" not in shown
    assert "<script>alert" not in page(client, "home")


def test_a_file_is_taken_too(alice: User, client_of: Clients) -> None:
    file = SimpleUploadedFile("d.yaml", b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    status, shown = post(client_of(alice), "new", text="", file=file, keep="1")
    assert status == 200
    assert "Kept as version 1" in shown
    assert Version.objects.get().text == SMALL


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a\x00b", b"", b"x" * 1_000_001])
def test_what_is_no_text_is_refused_with_the_reason(alice: User, client_of: Clients, content: bytes) -> None:
    status, shown = post(client_of(alice), "new", text="", file=SimpleUploadedFile("d.yaml", content), keep="1")
    assert status == 422
    assert 'role="alert"' in shown
    assert not Version.objects.exists()


def test_from_the_draft_to_the_live_version(alice: User, bob: User, carol: User, client_of: Clients) -> None:
    marketing, sales, manager = client_of(alice), client_of(bob), client_of(carol)
    post(marketing, "new", text=starting(), note="the first", keep="1")
    assert "Propose it" in page(marketing, "version", 1)
    assert "Propose it" not in page(sales, "version", 1)
    post(marketing, "propose", 1)
    assert "Sign for marketing" in page(marketing, "version", 1)
    assert "Sign for sales" not in page(marketing, "version", 1)
    post(marketing, "sign", 1, team="marketing")
    assert "yours to give" in page(marketing, "version", 1)
    _, shown = post(sales, "sign", 1, team="sales")
    assert "Both teams signed" in shown
    assert "Publish…" not in shown
    assert "It is the first" in page(manager, "publish", 1)
    _, shown = post(manager, "publish", 1)
    assert "is live" in shown
    told = page(sales, "home")
    for words in ("asked for a demo, tried it, or spoke with us", "Started a trial", "halves every 21 days", "Alice"):
        assert words in told


def test_a_proposed_text_is_not_edited(proposed: Version, alice: User, client_of: Clients) -> None:
    _, shown = post(client_of(alice), "edit", proposed.number, text="other", keep="1")
    assert "its text stays" in shown
    proposed.refresh_from_db()
    assert proposed.text == SMALL


def test_a_version_comes_back_with_a_reason(
    published: Version, alice: User, bob: User, carol: User, client_of: Clients
) -> None:
    agreed(SMALL.replace("30d", "20d"), alice, bob, carol)
    manager = client_of(carol)
    assert "asked within 20 days" in page(manager, "roll-back", 1)
    status, _ = post(manager, "roll-back", 1, reason="")
    assert status == 422
    _, shown = post(manager, "roll-back", 1, reason="too few calls")
    assert "Version 3 is live" in shown
    assert "too few calls" in shown


def test_two_versions_side_by_side(published: Version, alice: User, client_of: Clients) -> None:
    actions.upload(text=SMALL.replace("30d", "20d"), note="", actor=Actor.of(alice), now=NOW)
    shown = page(client_of(alice), "compare", 2)
    assert "asked within 30 days" in shown
    assert "asked within 20 days" in shown
    assert "They mean the same" in page(client_of(alice), "compare", 1, **{"with": "1"})


def test_a_version_is_a_file_too(published: Version, bob: User, client_of: Clients) -> None:
    answer = client_of(bob).get(reverse("agreement:text", args=[1]))
    assert answer.content.decode() == SMALL
    assert answer["Content-Disposition"] == 'attachment; filename="definition-1.yaml"'


@pytest.mark.parametrize("name", ["version", "edit", "text", "compare", "publish", "roll-back"])
def test_a_version_that_is_not_there(name: str, carol: User, client_of: Clients) -> None:
    assert client_of(carol).get(reverse(f"agreement:{name}", args=[77])).status_code == 404


GETS = [("home", ()), ("new", ()), *((name, (1,)) for name in ("version", "edit", "text", "compare", "publish"))]
POSTS = [("new", ()), *((name, (1,)) for name in ("edit", "propose", "sign", "publish", "roll-back"))]


def test_who_left_sees_nothing_and_changes_nothing(signed: Version, charlie: User, client_of: Clients) -> None:
    for client in (Client(), client_of(charlie)):
        for name, args in GETS:
            assert client.get(reverse(f"agreement:{name}", args=args)).status_code in (302, 403)
        for name, args in POSTS:
            data = {"text": SMALL, "keep": "1", "team": "sales", "reason": "x"}
            assert client.post(reverse(f"agreement:{name}", args=args), data).status_code in (302, 403)
    assert Version.objects.get().state == State.SIGNED


def test_sales_reads_and_signs_and_no_more(signed: Version, bob: User, client_of: Clients) -> None:
    client = client_of(bob)
    for name, args in (("new", ()), ("edit", (1,)), ("propose", (1,)), ("publish", (1,)), ("roll-back", (1,))):
        assert client.post(reverse(f"agreement:{name}", args=args), {"text": SMALL}).status_code == 403
    assert live() is None


def test_writes_need_the_token_of_a_form(proposed: Version, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("propose", "sign", "publish"):
        assert client.post(reverse(f"agreement:{name}", args=[1]), {"team": "marketing"}).status_code == 403
    assert proposed.signatures.count() == 0


def test_reading_changes_nothing(signed: Version, carol: User, client_of: Clients) -> None:
    for name in ("propose", "sign"):
        assert client_of(carol).get(reverse(f"agreement:{name}", args=[1])).status_code == 405


def test_nothing_on_the_pages_is_inline(published: Version, alice: User, client_of: Clients) -> None:
    client = client_of(alice)
    for name, args in GETS[:-1]:
        if name in ("text", "edit"):
            continue
        shown = page(client, name, *args)
        assert " style=" not in shown
        assert "<style" not in shown
        assert "onclick" not in shown


MISSPELT = starter().replace("\nprofile:", "\nprofil:").replace("  interest:", "  intrest:")


def test_causes_come_first_and_what_follows_is_folded(alice: User, client_of: Clients) -> None:
    found = examine(MISSPELT)
    assert len(found.errors) > 30
    assert found.causes == 2
    first, second = found.folded[:2]
    assert "`profil`" in first.problem.what
    assert first.followers > 20
    assert "`interest`" in second.problem.what
    assert [problem.line for problem in second.also]
    _, shown = post(client_of(alice), "new", text=MISSPELT, note="", check="1")
    assert "2 things to mend" in shown
    assert f"{first.followers} more follow from it" in shown


def test_it_is_said_which_version_has_the_errors(published: Version, alice: User, client_of: Clients) -> None:
    version = actions.upload(text=MISSPELT, note="", actor=Actor.of(alice), now=NOW)
    shown = page(client_of(alice), "version", version.number)
    assert "before its errors are mended" in shown
    assert "or version 1" not in shown


def test_a_broken_draft_keeps_its_name_and_concerns_who_can_mend_it(
    published: Version, alice: User, bob: User, client_of: Clients
) -> None:
    actions.upload(text=MISSPELT, note="", actor=Actor.of(alice), now=NOW)
    shown = page(client_of(alice), "home")
    assert "Version 2: Our good lead" in shown
    assert "has errors" in shown
    assert "Version 2" not in page(client_of(bob), "home")
