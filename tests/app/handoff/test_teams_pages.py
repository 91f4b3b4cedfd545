"""The pages on which managers set up teams, reps and terms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.evidence.models import Handle
from pyrometer.app.handoff.due import regain
from pyrometer.app.handoff.models import Assignment, Rep, Team, Terms
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading
from tests.app.handoff.conftest import NewLead

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]

CLOCKS = {"first_response_minutes": 30, "attempts": 4, "between_minutes": 480, "escalate_minutes": 120}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def text(response: Any) -> str:
    """An answer's body."""
    return response.content.decode()


def rep_form(team: Team, **more: Any) -> dict[str, Any]:
    """What a browser sends for a rep."""
    ends = {f"{day}_{end}": "" for day in DAYS for end in ("from", "to")}
    return {"team": team.pk, "capacity": 20, "time_zone": "Europe/Berlin", **ends, **more}


def beside(response: Any, field: str) -> list[str]:
    """What is said beside a field; the page is the form again."""
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert set(errors) == {field}
    return list(errors[field])


def test_an_empty_page_says_what_to_do_first(carol: User, bob: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    assert "/settings/teams/" in text(client.get("/settings/"))
    page = text(client.get("/settings/teams/"))
    assert "Make a team first" in page
    assert "/settings/teams/new/" in page


def test_from_nothing_to_a_rep_who_takes_leads(carol: User, bob: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    made = client.post("/settings/teams/new/", {"name": "North", **CLOCKS})
    team = Team.objects.get()
    assert (team.name, team.first_response_minutes, team.attempts) == ("North", 30, 4)
    # Whoever makes a team wants somebody in it next.
    assert made["Location"] == f"/settings/teams/{team.pk}/reps/new/"
    assert "No rep takes leads" in text(client.get("/settings/teams/"))
    page = text(client.get(made["Location"]))
    assert "Bob" in page
    assert 'name="mon_from" value="09:00"' in page
    added = client.post(
        made["Location"],
        rep_form(
            team,
            user=bob.pk,
            territories="de-80, SE",
            products="Kettles; Pans",
            holidays="de-by",
            away_until="2030-01-07",
            mon_from="08:00",
            mon_to="16:30",
            sat_from="20:00",
            sat_to="00:00",
        ),
    )
    assert added.status_code == 302
    rep = Rep.objects.get()
    assert (rep.user, rep.team, rep.capacity, rep.active) == (bob, team, 20, True)
    assert (rep.territories, rep.products, rep.holidays) == (["DE-80", "SE"], ["Kettles", "Pans"], "DE-BY")
    assert rep.hours == {"mon": ["08:00", "16:30"], "sat": ["20:00", "24:00"]}
    assert rep.away_until == date(2030, 1, 7)
    page = text(client.get("/settings/teams/"))
    assert "Team object" not in text(client.get(f"/settings/reps/{rep.pk}/"))
    for expected in ("Bob", "0 of 20", "DE-80, SE", "Kettles, Pans", "Mon 08:00–16:30, Sat 20:00–24:00", "away until"):
        assert expected in page
    assert "No rep takes leads" not in page
    actions = AuditEntry.objects.order_by("pk").values_list("action", "user")
    assert list(actions) == [("team.saved", carol.pk), ("rep.saved", carol.pk)]


def test_a_form_that_changes_nothing_changes_nothing(carol: User, bobs: Rep, client_of: ClientOf) -> None:
    Rep.objects.update(
        hours={"mon": ["09:00", "24:00"]}, territories=["DE"], time_zone="EST5EDT", away_until=date(2030, 1, 7)
    )
    before = Rep.objects.values().get()
    client = client_of(carol)
    form = client.get(f"/settings/reps/{bobs.pk}/").context["form"]
    shown = {field.html_name: field.value() for field in form}
    sent = {name: getattr(value, "pk", value) for name, value in shown.items()}
    sent = {name: form[name].field.prepare_value(value) for name, value in sent.items()}
    answer = client.post(f"/settings/reps/{bobs.pk}/", {name: "" if v is None else v for name, v in sent.items()})
    assert answer.status_code == 302
    assert Rep.objects.values().get() == before


@pytest.mark.parametrize(
    ("more", "field", "problem"),
    [
        ({"capacity": -1}, "capacity", "greater than or equal to 0"),
        ({"capacity": ""}, "capacity", "required"),
        ({"territories": "Bavaria"}, "territories", "“BAVARIA” is no country"),
        ({"territories": "UK"}, "territories", "GB is the United Kingdom"),
        ({"territories": "DE-8%"}, "territories", "“DE-8%” can't be read"),
        ({"time_zone": "Berlin"}, "time_zone", "Select a valid choice"),
        ({"holidays": "ZZ"}, "holidays", "Write a country with two letters"),
        ({"holidays": "PUBLIC"}, "holidays", "Write a country with two letters"),
        ({"holidays": "DE-XX"}, "holidays", "nobody here knows those of `DE-XX`"),
        ({"mon_from": "09:00"}, "mon_to", "leave both empty"),
        ({"mon_to": "09:00"}, "mon_from", "leave both empty"),
        ({"mon_from": "17:00", "mon_to": "09:00"}, "mon_to", "after the beginning"),
        ({"tue_from": "nine", "tue_to": "17:00"}, "tue_from", "Write a time of day"),
        ({"away_until": "soon"}, "away_until", "Enter a valid date"),
        ({"user": ""}, "user", "required"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    more: dict[str, Any], field: str, problem: str, carol: User, bob: User, team: Team, client_of: ClientOf
) -> None:
    sent = rep_form(team, user=bob.pk) | more
    answer = client_of(carol).post(f"/settings/teams/{team.pk}/reps/new/", sent)
    assert problem in beside(answer, field)[0]
    # The page shows it to eyes and ears, and keeps what was typed.
    assert 'aria-invalid="true"' in text(answer)
    assert not Rep.objects.exists()


def test_who_may_be_added(carol: User, alice: User, bobs: Rep, charlie: User, team: Team, client_of: ClientOf) -> None:
    """Marketing has no inbox, Bob is in a team already, and Charlie left."""
    client = client_of(carol)
    offered = client.get(f"/settings/teams/{team.pk}/reps/new/").context["form"].fields["user"].queryset
    assert list(offered) == [carol]
    for user in (alice, bobs.user, charlie):
        sent = rep_form(team, user=user.pk)
        assert beside(client.post(f"/settings/teams/{team.pk}/reps/new/", sent), "user")
    assert Rep.objects.get() == bobs


@pytest.mark.parametrize(
    ("more", "field", "problem"),
    [
        ({"name": " "}, "name", "required"),
        ({"name": "New business"}, "name", "there is a team called New business already"),
        ({"attempts": 0}, "attempts", "greater than or equal to 1"),
        ({"first_response_minutes": 100_001}, "first_response_minutes", "less than or equal to 100000"),
    ],
)
def test_a_team_that_makes_no_sense(
    more: dict[str, Any], field: str, problem: str, carol: User, team: Team, client_of: ClientOf
) -> None:
    answer = client_of(carol).post("/settings/teams/new/", {"name": "North", **CLOCKS} | more)
    assert problem in beside(answer, field)[0]
    assert Team.objects.get() == team


def test_a_team_is_changed(carol: User, team: Team, client_of: ClientOf) -> None:
    client = client_of(carol)
    assert 'value="New business"' in text(client.get(f"/settings/teams/{team.pk}/"))
    assert client.post(f"/settings/teams/{team.pk}/", {"name": "South", **CLOCKS}).status_code == 302
    changed = Team.objects.get()
    assert (changed.pk, changed.name, changed.first_response_minutes) == (team.pk, "South", 30)


TERMS = {
    "fit_score": "fit", "good_grades": "A", "poor_grades": "C, D", "sales_events": "asked_us", "markets": "se, no",
    "recycle_after": 30, "quiet_after": 40, "let_go_after": 80,
}  # fmt: skip


def test_terms_are_changed(carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    page = text(client.get("/settings/teams/"))
    assert "fit A, B" in page
    assert client.post("/settings/teams/terms/", TERMS).status_code == 302
    saved = Terms.objects.get()
    assert (saved.good_grades, saved.poor_grades, saved.sales_events) == (["A"], ["C", "D"], ["asked_us"])
    assert (saved.markets, saved.recycle_after, saved.let_go_after) == (["SE", "NO"], 30, 80)
    page = text(client.get("/settings/teams/"))
    for expected in ("fit C, D", "asked us", "NO, SE", "looked at again after 30 days"):
        assert expected in page


@pytest.mark.parametrize(
    ("more", "field", "problem"),
    [
        ({"good_grades": "A, E"}, "good_grades", "has no “E”; it has A, B, C, D"),
        ({"sales_events": "asked"}, "sales_events", "has no “asked”; it has asked_us, viewed, met_us"),
        ({"poor_grades": "A"}, "poor_grades", "grade A can't be both"),
        ({"let_go_after": 40}, "let_go_after", "must be later than quiet_after"),
        ({"fit_score": "charm"}, "fit_score", "Select a valid choice"),
        ({"markets": "Sweden"}, "markets", "“SWEDEN” is no country"),
        ({"markets": "SE-11"}, "markets", "can't be read"),
    ],
)
def test_terms_that_make_no_sense(
    more: dict[str, Any], field: str, problem: str, carol: User, client_of: ClientOf
) -> None:
    assert problem in beside(client_of(carol).post("/settings/teams/terms/", TERMS | more), field)[0]
    assert not AuditEntry.objects.exists()


@pytest.fixture
def held(bobs: Rep, new_lead: NewLead) -> Assignment:
    """A lead in Bob's hands."""
    reading = new_lead("hot", stage="sql", name="Ada Byron")
    now = timezone.now()
    return Assignment.objects.create(
        lead=reading.lead, rep=bobs, because="a test", at=now, due_at=now + timedelta(hours=1)
    )


class TestSwitchingOff:
    def test_with_leads_in_hand_it_asks_first(
        self, carol: User, held: Assignment, beas: Rep, client_of: ClientOf
    ) -> None:
        client = client_of(carol)
        address = f"/settings/reps/{held.rep_id}/switch/"
        assert f'href="{address}"' in text(client.get(f"/settings/reps/{held.rep_id}/"))
        for asked in (client.get(address), client.post(address, {"active": "no"})):
            assert "1 lead is in these hands" in text(asked)
            assert "They go to other reps" in text(asked)
        assert Rep.objects.get(pk=held.rep_id).active
        client.post(address, {"active": "no", "sure": "yes"})
        assert not Rep.objects.get(pk=held.rep_id).active
        assert "switched off" in text(client.get("/settings/teams/"))
        regain(timezone.now())
        assert Assignment.objects.get(ended_at=None).rep == beas

    def test_alone_it_says_where_leads_will_wait(self, carol: User, held: Assignment, client_of: ClientOf) -> None:
        page = text(client_of(carol).get(f"/settings/reps/{held.rep_id}/switch/"))
        assert "There is no other rep" in page

    def test_empty_hands_need_no_question(self, carol: User, bobs: Rep, client_of: ClientOf) -> None:
        Rep.objects.update(territories=["DE"], capacity=7, away_until=date(2030, 1, 7))
        before = Rep.objects.values().get()
        client = client_of(carol)
        address = f"/settings/reps/{bobs.pk}/switch/"
        client.post(address, {"active": "no"})
        assert Rep.objects.values().get() == before | {"active": False}
        # While it is off, the form keeps it off.
        client.post(f"/settings/reps/{bobs.pk}/", rep_form(bobs.team))
        assert not Rep.objects.get().active
        client.post(address, {"active": "yes"})
        assert Rep.objects.get().active

    def test_what_cannot_be_read_any_more_is_said(self, carol: User, bobs: Rep, client_of: ClientOf) -> None:
        Rep.objects.update(hours={"mon": ["9", "5"]})
        client = client_of(carol)
        page = client.post(f"/settings/reps/{bobs.pk}/switch/", {"active": "no"}, follow=True)
        assert "no time of day" in text(page)
        assert Rep.objects.get().active


def test_a_rep_whose_account_or_role_takes_no_leads_is_marked(carol: User, bobs: Rep, client_of: ClientOf) -> None:
    client = client_of(carol)
    User.objects.filter(pk=bobs.user_id).update(role="marketing")
    assert "role can&#x27;t work the inbox" in text(client.get("/settings/teams/")).replace("can't", "can&#x27;t")
    User.objects.filter(pk=bobs.user_id).update(is_active=False)
    assert "account is shut" in text(client.get("/settings/teams/"))


def test_what_a_rep_works_on_is_listed_and_can_be_given_away(
    carol: User, held: Assignment, beas: Rep, new_lead: NewLead, client_of: ClientOf
) -> None:
    now = timezone.now()
    other = new_lead("warm", stage="accepted", name="Grace Hopper")
    Assignment.objects.create(lead=other.lead, rep=held.rep, because="a test", at=now, accepted_at=now)
    client = client_of(carol)
    address = f"/settings/reps/{held.rep_id}/"
    page = text(client.get(address))
    assert page.index("To call") < page.index("Ada Byron") < page.index("Accepted, being") < page.index("Grace Hopper")
    given = client.post(f"/leads/{held.lead_id}/assign/", {"rep": beas.pk, "next": address})
    assert given["Location"] == address
    assert "Ada Byron" not in text(client.get(address)).partition("To call")[2]
    assert Reading.objects.get(pk=held.lead_id).stage == "sql"


def test_the_list_takes_as_many_queries_for_many(
    carol: User, team: Team, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        user = User.objects.create_user(email=f"rep{number}@example.com", role="sales", name=f"Rep {number}")
        Rep.objects.create(user=user, team=team)
    client = client_of(carol)
    with django_assert_max_num_queries(12):
        client.get("/settings/teams/")


def test_only_managers_may(alice: User, bob: User, charlie: User, bobs: Rep, team: Team, client_of: ClientOf) -> None:
    for user in (alice, bob, charlie):
        client = client_of(user)
        for address in (
            "/settings/teams/",
            "/settings/teams/new/",
            f"/settings/teams/{team.pk}/",
            f"/settings/teams/{team.pk}/reps/new/",
            "/settings/teams/terms/",
            f"/settings/reps/{bobs.pk}/",
            f"/settings/reps/{bobs.pk}/switch/",
        ):
            for answer in (client.get(address), client.post(address, {"name": "Mine", "active": "no"})):
                # 405: the list takes no POST, whoever sends it.
                assert answer.status_code in ((302,) if user == charlie else (403, 405))
                assert "New business" not in text(answer)
    assert not AuditEntry.objects.exists()
    assert Rep.objects.get().active


class TestOtherPages:
    """Where pages of leads lead to teams, and how marketing hands a lead over."""

    def test_a_manager_without_reps_is_sent_to_teams(
        self, carol: User, bob: User, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        reading = new_lead("hot", name="Ada Byron")
        for address in ("/inbox/", "/inbox/nobody/", f"/leads/{reading.pk}/"):
            assert 'href="/settings/teams/"' in text(client_of(carol).get(address)), address
            assert 'href="/settings/teams/"' not in text(client_of(bob).get(address)), address

    def test_marketing_qualifies_a_lead_by_a_call(
        self, alice: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        reading = new_lead("warm", stage="mql", name="Ada Byron")
        Handle.objects.create(lead=reading.lead, kind="email", value=reading.lead.email, first_seen_at=reading.as_of)
        client = client_of(alice)
        address = f"/leads/{reading.pk}/call/"
        assert f'href="{address}?qualifies=yes"' in text(client.get(f"/leads/{reading.pk}/"))
        assert 'name="qualifies" checked' in text(client.get(f"{address}?qualifies=yes"))
        assert 'name="qualifies" checked' not in text(client.get(address))
        client.post(address, {"qualifies": "on"})
        assert Assignment.objects.get().rep == bobs
        page = text(client.get(f"/leads/{reading.pk}/"))
        assert "with Bob" in page
        assert "Qualify by a call" not in page

    def test_a_customer_is_not_handed_over(
        self, carol: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        page = text(client_of(carol).get(f"/leads/{new_lead('hot', stage='customer').pk}/"))
        assert "Qualify by a call" not in page
        assert "Who takes it?" not in page

    def test_a_manager_sees_what_somebody_works_on(
        self, carol: User, bob: User, held: Assignment, client_of: ClientOf
    ) -> None:
        held.accepted_at = timezone.now()
        held.save()
        page = text(client_of(carol).get(f"/inbox/?rep={held.rep_id}"))
        assert "Accepted, Bob is working on them" in page
        assert "Ada Byron" in page
        assert "Accepted, yours to close" in text(client_of(bob).get("/inbox/"))
