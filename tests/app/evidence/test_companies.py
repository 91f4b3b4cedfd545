"""Which company a lead works for: what is known of the lead, and only else what is known of its domain."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from pyrometer.app.evidence.models import Company, Lead
from pyrometer.app.evidence.queries import search
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db


def test_a_lead_shows_its_own_company_whatever_others_of_the_domain_say() -> None:
    rows = [message(f"email:lead{n}@agency.test", traits={"company": f"Bakery {n}"}) for n in range(3)]
    took(*rows, message("email:lead0@agency.test", traits={"company": "X"}, at=NOW + timedelta(minutes=1)))

    shown = dict(Lead.objects.values_list("email", "company_name"))
    assert shown == {"lead0@agency.test": "X", "lead1@agency.test": "Bakery 1", "lead2@agency.test": "Bakery 2"}
    assert Lead.objects.get(email="lead1@agency.test").works_for == "Bakery 1"


def test_a_domain_keeps_the_name_that_was_said_first() -> None:
    took(message("email:ada@acme.test", traits={"company": "Acme"}))
    took(message("email:ada@acme.test", traits={"company": "X"}, at=NOW + timedelta(days=1)))
    took(message("email:bo@acme.test", event="page_viewed"))

    assert Company.objects.get().name == "Acme"
    assert Lead.objects.get(email="bo@acme.test").works_for == "Acme"
    assert Lead.objects.get(email="ada@acme.test").works_for == "X"


def test_the_domain_stands_where_nobody_said_a_name() -> None:
    took(message("email:ada@acme.test", event="page_viewed"))
    assert Lead.objects.get().works_for == "acme.test"


def test_a_company_is_known_without_a_domain_of_its_own_and_leads_are_found_by_it() -> None:
    took(message("email:ada@gmail.com", traits={"company": "Rotavane Ltd"}))
    assert Lead.objects.get().works_for == "Rotavane Ltd"
    assert [lead.email for lead in search("rotavane")] == ["ada@gmail.com"]
    took(message("email:ada@gmail.com", traits={"company": None}, at=NOW + timedelta(days=1)))
    assert Lead.objects.get().works_for == ""
    assert search("rotavane") == []


def test_leads_that_were_there_before_get_their_company_too() -> None:
    took(message("email:ada@agency.test", traits={"company": "Old"}))
    took(message("email:ada@agency.test", traits={"company": {"name": "Bakery  1"}}, at=NOW + timedelta(days=1)))
    took(message("email:bo@agency.test", event="page_viewed"))
    Lead.objects.update(company_name="")
    import_module("pyrometer.app.evidence.migrations.0006_name_the_company_of_a_lead").name(apps, None)
    assert dict(Lead.objects.values_list("email", "company_name")) == {
        "ada@agency.test": "Bakery 1",
        "bo@agency.test": "",
    }
