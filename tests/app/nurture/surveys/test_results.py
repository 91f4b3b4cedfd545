"""The pages that show what came of questions, and the file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import charting, results
from pyrometer.app.nurture.surveys.answering import answer, answer_next
from pyrometer.app.nurture.surveys.ignoring import WAIT, ignored
from pyrometer.app.nurture.surveys.questions import Choice, Question
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.intervals import wilson

from .conftest import Ask, NewLead, handed, programme_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def asked(new_lead: NewLead, ask: Ask) -> list[Asked]:
    """Four were asked long ago: two answered, one of them twice; one ignored it, one never got it; one is new."""
    now = timezone.now()
    old = now - 2 * WAIT
    rows = [ask(new_lead(name), at=old) for name in ("ada", "bea", "cleo", "dido")]
    rows.append(ask(new_lead("eve"), at=now))
    for row in rows[:3]:
        handed(row, old)
    handed(rows[3], old, bounced="hard")
    answer(asked=rows[0], value="none", now=old)
    answer(asked=rows[0], value="confirmed", now=old + timedelta(hours=1))
    answer(asked=rows[1], value="confirmed", now=old)
    answer_next(first=rows[1], criterion="budget", value="50", now=old)
    ignored(now)
    return rows


def test_how_many_were_asked_answered_and_ignored(asked: list[Asked]) -> None:
    need, budget = results.groups(timezone.now(), "en")
    assert (need.asked, need.answered, need.ignored, need.lapsed, need.waiting, need.followed) == (5, 2, 1, 1, 1, 0)
    # Who was asked a moment ago is in no share yet.
    assert (need.settled.part, need.settled.whole) == (2, 3)
    assert need.settled.interval == wilson(2 / 3, 3)
    assert (budget.asked, budget.answered, budget.followed, budget.settled.whole) == (0, 0, 1, 0)
    assert results.answers(need) == [("confirmed", 2)]
    fresh = Asked.objects.get(pk=asked[4].pk)
    answer(asked=fresh, value="possible", now=timezone.now())
    need = results.groups(timezone.now(), "en")[0]
    assert (need.answered, need.settled.part, need.settled.whole) == (3, 2, 3)


def test_own_words_are_one_question_in_whatever_order_and_a_programme_of_its_own(new_lead: NewLead, ask: Ask) -> None:
    now = timezone.now()
    other = programme_of("renewal")
    one = ask(new_lead("ada"), "", at=now, question={"en": "What is missing?", "de": "Was fehlt?"})
    two = ask(new_lead("bea"), "", at=now, question={"de": "Was fehlt?", "en": "What is missing?"}, by=other)
    ask(new_lead("cleo"), "", at=now, question={"en": "What else?"}, by=other)
    answer(asked=one, value="a lid", now=now)
    answer(asked=two, value="a spout", now=now)
    missing, _ = results.groups(now, "de")
    assert (missing.words, missing.asked, missing.answered) == ("Was fehlt?", 2, 2)
    assert [row.answer for row in results.texts(missing)] == ["a spout", "a lid"]
    assert [row.answer for row in results.texts(missing, "renewal")] == ["a spout"]
    assert [group.asked for group in results.groups(now, "en", "renewal")] == [1, 1]
    assert results.programmes() == ["renewal", "welcome"]


def test_the_pages(client_of: ClientOf, bob: User, charlie: User, asked: list[Asked]) -> None:
    page = client_of(bob)
    text = page.get("/nurture/surveys/").content.decode()
    assert "What goes wrong today?" in text
    assert "67 %" in text
    need = results.groups(timezone.now(), "en")[0]
    one = page.get(f"/nurture/surveys/{need.key}/").content.decode()
    assert "Confirmed" in one
    assert "100 %" in one
    assert "style=" not in one
    # What there isn't filters nothing, and the last page is the last.
    assert "What goes wrong today?" in page.get("/nurture/surveys/?programme=nonsense&page=99").content.decode()
    assert page.get("/nurture/surveys/nonsense/").status_code == 404
    # Sales sees what was asked, and takes no files of leads away.
    assert page.post("/nurture/surveys/export/").status_code == 403
    assert "Export" not in text
    for away in (Client(), client_of(charlie)):
        assert away.get("/nurture/surveys/").status_code == 302
        assert away.post("/nurture/surveys/export/").status_code == 302


def test_before_anybody_was_asked(client_of: ClientOf, bob: User) -> None:
    text = client_of(bob).get("/nurture/surveys/").content.decode()
    assert "Nobody was asked anything yet" in text
    assert "<table" not in text


def test_texts_are_listed_page_by_page_and_escaped(client_of: ClientOf, bob: User, new_lead: NewLead, ask: Ask) -> None:
    now = timezone.now()
    question = {"en": "What is missing?"}
    for number in range(30):
        row = ask(new_lead(f"lead{number}"), "", at=now, question=question)
        answer(asked=row, value=f"<i>lid</i> {number:02}\nand more", now=now + timedelta(seconds=number))
    (group,) = results.groups(now, "en")
    page = client_of(bob)
    first = page.get(f"/nurture/surveys/{group.key}/").content.decode()
    assert "&lt;i&gt;lid&lt;/i&gt; 29<br>and more" in first
    assert "<i>lid" not in first
    assert "lid&lt;/i&gt; 04" not in first
    second = page.get(f"/nurture/surveys/{group.key}/?page=2").content.decode()
    assert "lid&lt;/i&gt; 04" in second


def test_a_form_has_a_line_too(client_of: ClientOf, bob: User, new_lead: NewLead, ask: Ask) -> None:
    ask(new_lead(), "", at=timezone.now(), form="demo")
    (group,) = results.groups(timezone.now(), "en")
    assert group.words == "demo"
    assert client_of(bob).get(f"/nurture/surveys/{group.key}/").status_code == 200


def test_the_file_runs_nothing(
    client_of: ClientOf, alice: User, asked: list[Asked], new_lead: NewLead, ask: Ask
) -> None:
    now = timezone.now()
    evil = ask(new_lead("mallory"), "", at=now, question={"en": "What is missing?"})
    answer(asked=evil, value='=HYPERLINK("http://x.example")', now=now)
    sent = client_of(alice).post("/nurture/surveys/export/", {"programme": "welcome"})
    text = b"".join(sent).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(StringIO(text)))
    assert len(rows) == 7
    assert {row["programme"] for row in rows} == {"welcome"}
    by_lead = {row["lead"]: row for row in rows if not row["on the page"]}
    assert by_lead[str(evil.lead_id)]["answer"] == '\'=HYPERLINK("http://x.example")'
    assert by_lead[str(asked[0].lead_id)]["answer"] == "confirmed"
    assert by_lead[str(asked[2].lead_id)]["ignored"] != ""
    assert by_lead[str(asked[3].lead_id)]["did not arrive"] != ""
    (budget,) = [row for row in rows if row["on the page"]]
    assert (budget["criterion"], budget["answer"]) == ("budget", "50")
    assert AuditEntry.objects.get(action="surveys.exported").detail == {"programme": "welcome", "question": ""}
    need = results.groups(now, "en")[0]
    one = b"".join(client_of(alice).post("/nurture/surveys/export/", {"question": need.key}))  # type: ignore[arg-type]
    assert len(list(csv.DictReader(StringIO(one.decode("utf-8-sig"))))) == 5


@pytest.mark.parametrize(
    ("question", "answers", "found"),
    [
        (Question("?", "yes", choices=(Choice("yes", "Yes"), Choice("no", "No"))), [(True, 3), (False, 1)],
         {"Yes": 3, "No": 1}),
        (Question("?", "choice", choices=(Choice("a", "A"), Choice("b", "B"))), [("b", 2), ("old", 1)],
         {"A": 0, "B": 2, "old": 1}),
        (Question("?", "integer"), [(5, 1), (1, 2)], {"1": 2, "5": 1}),
        (Question("?", "number"), [(each / 10, 1) for each in range(10)],
         {"0 – < 0.2": 2, "0.2 – < 0.4": 2, "0.4 – < 0.6": 2, "0.6 – < 0.8": 2, "0.8 – < 1": 2}),
        (Question("?", "date"), [("2026-11-03", 1), ("2027-01-05", 2)], {"2026-11": 1, "2026-12": 0, "2027-01": 2}),
        (Question("?", "date"), [("2020-11-03", 1), ("2027-01-05", 2)], {"2020": 1, "2027": 2}),
        (Question("?"), [("text", 1)], {}),
        (Question("?", "number"), [], {}),
    ],
)  # fmt: skip
def test_answers_as_bars(question: Question, answers: charting.Counted, found: dict[str, int]) -> None:
    assert {bar.label: bar.share.part for bar in charting.bars(question, answers)} == found
