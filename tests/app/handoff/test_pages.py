"""What sales and marketing see and do on the inbox, the list of leads, and a lead's page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.models import Event, Lead, LeadWord, TraitChange
from pyrometer.app.handoff.models import Attempt, Team, Verdict
from pyrometer.app.handoff.views.timeline import timeline
from pyrometer.app.people.models import AuditEntry, User
from tests.app.pages.world import came_in, handed_to, publish, rep_of

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(response: object) -> str:
    """An answer's body."""
    return response.content.decode()  # type: ignore[attr-defined]


class TestInbox:
    def test_an_empty_one_says_what_to_expect(self, bob: User, carol: User, dora: User, client_of: ClientOf) -> None:
        assert "You are in no team yet" in text(client_of(bob).get("/inbox/"))
        assert "Make a team" in text(client_of(carol).get("/inbox/"))
        assert "Invite people" not in text(client_of(carol).get("/inbox/"))
        assert "Invite people" in text(client_of(dora).get("/inbox/"))
        rep_of(bob)
        assert "Make a team" not in text(client_of(carol).get("/inbox/"))
        assert "Nobody to call right now" in text(client_of(bob).get("/inbox/"))

    def test_before_the_first_lead_the_steps_stand_in_order(
        self, alice: User, bob: User, dora: User, client_of: ClientOf
    ) -> None:
        Version.objects.all().delete()
        shown = text(client_of(dora).get("/inbox/"))
        places = [shown.index(name) for name in ("Invite people", "Make a team", "Agree on a definition")]
        assert places == sorted(places)
        assert '<a class="button first" href="/settings/teams/">' in shown
        assert shown.count("✓") == 1
        User.objects.filter(pk=bob.pk).delete()
        assert '<a class="button first" href="/settings/people/">' in text(client_of(dora).get("/inbox/"))
        Team.objects.create(name="New business")
        assert "Add reps to the team" in text(client_of(dora).get("/inbox/"))

    def test_without_a_definition_pages_say_so(self, carol: User, client_of: ClientOf) -> None:
        Version.objects.all().delete()
        client, now = client_of(carol), timezone.now()
        ada = Lead.objects.create(name="Ada Byron", anonymous=False, created_at=now, last_seen_at=now, touched_at=now)
        Lead.objects.update(root=F("pk"))
        LeadWord.objects.create(lead=ada, word="ada")
        assert "definition of a good lead</a> is agreed yet" in text(client.get("/settings/teams/"))
        assert "Looks like" not in text(client.get("/settings/teams/"))
        assert "no definition yet" in text(client.get("/leads/?sort=new"))
        publish(now)
        assert "is agreed yet" not in text(client.get("/settings/teams/"))
        assert "Looks like a customer" in text(client.get("/settings/teams/"))
        assert "Leads are being read" in text(client.get("/leads/"))
        assert "not read yet" in text(client.get("/leads/?q=ada"))

    def test_a_row_says_whom_why_what_to_ask_and_how_long(self, bob: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada Byron", now, job_title="Countess")
        handed_to(rep_of(bob), ada, now)
        page = text(client_of(bob).get("/inbox/"))
        for expected in (
            "Ada Byron",
            "Countess",
            "+30",
            "Asked for a demo",
            "What may it cost?",
            "min left",
            "mailto:",
        ):
            assert expected in page

    def test_overdue_is_said_plainly(self, bob: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        handed_to(rep_of(bob), came_in("Ada Byron", now), now - timedelta(hours=5))
        assert "overdue by 4 h" in text(client_of(bob).get("/inbox/"))

    def test_the_page_asks_for_what_is_new_and_gets_nothing_where_nothing_is(
        self, bob: User, client_of: ClientOf
    ) -> None:
        now = timezone.now()
        publish(now)
        rep = rep_of(bob)
        client = client_of(bob)
        first = client.get("/inbox/", headers={"HX-Request": "true"})
        mark = first["X-Rows"]
        assert client.get(f"/inbox/?seen={mark}", headers={"HX-Request": "true"}).status_code == 204
        handed_to(rep, came_in("Ada Byron", now), now)
        again = client.get(f"/inbox/?seen={mark}", headers={"HX-Request": "true"})
        assert again.status_code == 200
        assert "Ada Byron" in text(again)
        assert "<html" not in text(again)

    def test_an_attempt_is_logged(self, bob: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        held = handed_to(rep_of(bob), came_in("Ada Byron", now), now)
        client = client_of(bob)
        wrong = client.post(f"/inbox/{held.pk}/attempt/", {"channel": "pigeon", "reached": "yes"})
        assert wrong.status_code == 422
        done = client.post(f"/inbox/{held.pk}/attempt/", {"channel": "call", "reached": "no", "note": "engaged"})
        assert done.status_code == 302
        (tried,) = Attempt.objects.all()
        assert (tried.reached, tried.note, tried.by) == (False, "engaged", bob)
        assert "1 attempt" in text(client.get("/inbox/"))

    def test_a_verdict_asks_until_when(self, bob: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        held = handed_to(rep_of(bob), came_in("Ada Byron", now), now)
        client = client_of(bob)
        address = f"/inbox/{held.pk}/verdict/"
        assert "Nobody has tried" in text(client.get(address))
        assert "Choose one of the verdicts" in text(client.post(address, {}))
        assert "Say until when" in text(client.post(address, {"kind": "not_now"}))
        past = {"kind": "not_now", "until": "2020-01-01"}
        assert "choose one to come" in text(client.post(address, past))
        assert not Verdict.objects.exists()
        coming = (now + timedelta(days=40)).date().isoformat()
        client.post(address, {"kind": "not_now", "until": coming, "reason": "timing"})
        (verdict,) = Verdict.objects.all()
        assert (verdict.kind, verdict.reason, verdict.attempted) == ("not_now", "timing", False)
        assert "Ada Byron</a>" not in text(client.get("/inbox/"))

    def test_a_dialog_gets_only_its_inside_and_is_told_where_to_go(self, bob: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        held = handed_to(rep_of(bob), came_in("Ada Byron", now), now)
        client = client_of(bob)
        htmx = {"HX-Request": "true"}
        inside = text(client.get(f"/inbox/{held.pk}/attempt/", headers=htmx))
        assert "<form" in inside
        assert "<html" not in inside
        said = {"channel": "call", "reached": "yes", "next": "https://elsewhere.example/"}
        done = client.post(f"/inbox/{held.pk}/attempt/", said, headers=htmx)
        assert (done.status_code, done["HX-Redirect"]) == (204, "/inbox/")

    def test_a_colleagues_lead_is_not_mine_to_judge(self, bob: User, carol: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        other = User.objects.create_user(email="erin@example.com", role="sales")
        rep_of(bob)
        held = handed_to(rep_of(other), came_in("Ada Byron", now), now)
        assert "Ada Byron" not in text(client_of(bob).get("/inbox/"))
        assert client_of(bob).get(f"/inbox/{held.pk}/verdict/").status_code == 403
        assert client_of(bob).post(f"/inbox/{held.pk}/verdict/", {"kind": "junk"}).status_code == 403
        assert "Ada Byron" in text(client_of(carol).get("/inbox/"))
        assert client_of(carol).get(f"/inbox/{held.pk}/verdict/").status_code == 200

    def test_a_lead_that_nobody_owns_is_given_to_somebody(self, bob: User, carol: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        rep = rep_of(bob)
        ada = came_in("Ada Byron", now)
        handed_to(None, ada, now)
        assert "For the test" in text(client_of(carol).get("/inbox/nobody/"))
        assert client_of(bob).post(f"/leads/{ada.pk}/assign/", {"rep": rep.pk}).status_code == 403
        client_of(carol).post(f"/leads/{ada.pk}/assign/", {"rep": rep.pk})
        assert "Ada Byron" in text(client_of(bob).get("/inbox/"))

    def test_marketing_has_none_and_charlie_sees_nothing(self, alice: User, charlie: User, client_of: ClientOf) -> None:
        assert client_of(alice).get("/inbox/").status_code == 403
        for address in ("/", "/inbox/", "/leads/", "/leads/1/"):
            answer = client_of(charlie).get(address)
            assert answer.status_code in (302, 403)
            assert "inbox" not in answer.get("Location", "/sign-in/").partition("?")[0]


class TestLeads:
    def test_empty_states(self, alice: User, client_of: ClientOf) -> None:
        assert "No leads yet" in text(client_of(alice).get("/leads/"))
        assert "No lead is like that" in text(client_of(alice).get("/leads/?temperature=hot"))

    def test_filters_and_search(self, bob: User, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada Byron", now)
        came_in("Grace Hopper", now, events=("page_viewed",), country="US")
        handed_to(rep_of(bob), ada, now)
        client = client_of(alice)

        def shown(query: str) -> set[str]:
            page = text(client.get(f"/leads/?{query}"))
            return {name for name in ("Ada Byron", "Grace Hopper") if name in page}

        assert shown("") == {"Ada Byron", "Grace Hopper"}
        assert shown("temperature=hot") == {"Ada Byron"}
        assert shown("country=US") == {"Grace Hopper"}
        assert shown("grade=fit:A") == {"Ada Byron"}
        assert shown(f"owner={bob.rep.pk}") == {"Ada Byron"}
        assert shown("q=hopper") == {"Grace Hopper"}
        assert shown("q=ada@kettles.example") == {"Ada Byron"}
        assert shown("seen=1&sort=seen") == {"Ada Byron", "Grace Hopper"}
        assert shown("temperature=boiling&stage=x&sort=y&after=rubbish") == {"Ada Byron", "Grace Hopper"}

    @pytest.mark.parametrize("sort", ["order", "seen", "new"])
    def test_pages_hold_everybody_once(self, sort: str) -> None:
        from pyrometer.app.handoff.views.listing import Asked, page

        now = timezone.now()
        publish(now)
        for number in range(11):
            events = ("demo_requested",) if number % 3 == 0 else ("page_viewed",) * (1 + number % 4)
            came_in(f"Person{number} X", now - timedelta(minutes=number % 5), events=events)
        whole = [lead.pk for lead in page(Asked(sort=sort), now, limit=100).leads]
        assert len(whole) == 11
        walked: list[int] = []
        after = ""
        while True:
            listed = page(Asked(sort=sort), now, after=after, limit=3)
            walked += [lead.pk for lead in listed.leads]
            after = listed.after
            if not after:
                break
        assert walked == whole

    def test_call_order_is_hot_first_then_nearest(self, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        came_in("Cool Person", now, events=("page_viewed",))
        came_in("Warm Person", now, events=("page_viewed",) * 3)
        came_in("Hot Person", now)
        page = text(client_of(alice).get("/leads/"))
        places = [page.index(name) for name in ("Hot Person", "Warm Person", "Cool Person")]
        assert places == sorted(places)

    def test_a_file_is_safe_for_spreadsheets_and_noted(self, alice: User, bob: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        came_in("Ada Byron", now)
        Lead.objects.update(name='=HYPERLINK("http://x.example")', phone="+49305550")
        answer = client_of(alice).post("/leads/export/", {"temperature": "hot"})
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows[0]["name"] == '\'=HYPERLINK("http://x.example")'
        assert rows[0]["phone"] == "'+49305550"
        assert rows[0]["points"] == "50.75"
        assert AuditEntry.objects.get(action="leads.exported").detail == {
            "filters": {"temperature": "hot", "sort": "order"}
        }
        assert client_of(bob).post("/leads/export/").status_code == 403

    def test_a_file_runs_nothing_where_semicolons_part_the_cells(self, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        came_in("Ada Byron", now)
        Lead.objects.update(name="Ann;=cmd|' /C calc'!A0;x")
        text = b"".join(client_of(alice).post("/leads/export/").streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        assert len(rows) == 2
        assert not [cell for row in rows for cell in row if cell.startswith("=")]


class TestLead:
    def test_the_sum_is_exact_and_says_what_is_missing(self, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada Byron", now, events=("page_viewed",) * 3)
        page = text(client_of(alice).get(f"/leads/{ada.pk}/"))
        for expected in ("In our country", "+20.5", "Missing for hot", "interest", "What may it cost?", "Timeline"):
            assert expected in page

    def test_names_are_only_text(self, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada <script>alert(1)</script>", now)
        for address in ("/leads/", f"/leads/{ada.pk}/", f"/leads/{ada.pk}/call/"):
            assert "<script>alert" not in text(client_of(alice).get(address))

    def test_machines_and_retractions_are_marked(self, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada Byron", now, events=("demo_requested", "page_viewed"))
        Event.objects.filter(name="page_viewed").update(bot="too fast for people")
        Event.objects.filter(name="demo_requested").update(retracted_at=now)
        page = text(client_of(alice).get(f"/leads/{ada.pk}/"))
        assert "too fast for people" in page
        assert "taken back" in page

    def test_the_timeline_goes_on_without_a_gap(self) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada Byron", now, events=("page_viewed",) * 25)
        seen: list[tuple[str, int]] = []
        before = ""
        while True:
            part = timeline(ada.pk, before=before, limit=7)
            seen += [
                (moment.kind, moment.row.pk)
                for _, entries in part.days
                for entry in entries
                for moment in entry.moments
            ]
            before = part.before
            if not before:
                break
        assert len(seen) == len(set(seen))
        assert sum(kind == "event" for kind, _ in seen) == 25
        assert sum(kind == "said" for kind, _ in seen) == TraitChange.objects.count()

    def test_a_call_is_written_down_once(self, alice: User, client_of: ClientOf) -> None:
        now = timezone.now()
        publish(now)
        ada = came_in("Ada Byron", now, events=("page_viewed",))
        client = client_of(alice)
        assert "What may it cost?" in text(client.get(f"/leads/{ada.pk}/call/"))
        once = "0b0e7a52-5f3e-4a7e-9d43-3f6f5f0d1c11"
        said = {"once": once, "minutes": "12", "trait-budget": "2500"}
        assert client.post(f"/leads/{ada.pk}/call/", said | {"trait-budget": "lots"}).status_code == 422
        assert client.post(f"/leads/{ada.pk}/call/", said).status_code == 302
        client.post(f"/leads/{ada.pk}/call/", said)
        (answer,) = TraitChange.objects.filter(trait="budget")
        assert (answer.value, answer.source, answer.author) == (2500, "call", alice.email)
        assert Event.objects.filter(name="call_held").count() == 1

    def test_a_lead_that_is_not_there(self, alice: User, client_of: ClientOf) -> None:
        assert client_of(alice).get("/leads/4711/").status_code == 404
