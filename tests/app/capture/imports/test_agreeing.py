"""Lists that say who agreed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pyrometer.app.capture.imports.mapping import Column, Mapping
from pyrometer.app.capture.models import Import
from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Consent
from pyrometer.app.consent.queries import may_mail
from pyrometer.app.evidence.models import Handle
from tests.app.capture.imports.conftest import NOW

pytestmark = pytest.mark.django_db

Run = Callable[..., Import]

COLUMNS = (Column("Email", "email"), Column("News", "consent", "email", "boolean"), Column("Since", "time"))
WORDS = "Yes, write to me about shifts."
LIST = """Email,News,Since
ada@acme.example,yes,2026-03-02
bob@acme.example,no,2026-03-02
cem@acme.example,,2026-03-02
dan@acme.example,perhaps,2026-03-02
"""


def lead_of(name: str) -> int:
    return Handle.objects.get(kind="email", value=f"{name}@acme.example").lead_id


def words() -> list[tuple[int, bool]]:
    return list(Consent.objects.order_by("pk").values_list("lead_id", "given"))


def test_a_yes_of_a_list_counts_and_is_kept_with_its_proof(imported: Run) -> None:
    source = imported(LIST, columns=COLUMNS, words=WORDS)
    ada, bob = lead_of("ada"), lead_of("bob")
    assert words() == [(ada, True), (bob, False)]
    assert may_mail([ada, bob, lead_of("cem")], now=NOW) == {ada}
    proof = Consent.objects.get(lead=ada)
    assert (proof.text, proof.at, proof.source) == (WORDS, datetime(2026, 3, 2, tzinfo=UTC), "import")
    assert proof.page == "list.csv, alice@example.com"
    # What is neither yes nor no is taken for neither.
    assert (source.created, source.rejected) == (3, 1)


def test_trying_records_nothing(imported: Run) -> None:
    imported(LIST, columns=COLUMNS, words=WORDS, dry=True)
    assert words() == []


def test_known_leads_get_their_word_once(imported: Run) -> None:
    imported("Email,Since\nada@acme.example,2026-03-02\n")
    for changed in (1, 0):
        source = imported("Email,News,Since\nada@acme.example,yes,2026-03-02\n", columns=COLUMNS, words=WORDS)
        assert (source.updated, source.untouched) == (changed, 1 - changed)
    assert words() == [(lead_of("ada"), True)]


@pytest.mark.parametrize("day", ["2026-03-02", "2026-05-30"])
def test_a_list_takes_back_no_no(imported: Run, day: str) -> None:
    imported("Email,Since\nada@acme.example,2026-03-02\n")
    ada, at = lead_of("ada"), datetime(2026, 5, 1, tzinfo=UTC)
    record(lead=ada, purpose="email", given=False, text="", at=at, now=NOW, source="page")
    source = imported(f"Email,News,Since\nada@acme.example,yes,{day}\n", columns=COLUMNS, words=WORDS)
    assert (words(), source.untouched) == ([(ada, False)], 1)


def test_an_older_no_takes_back_no_newer_yes(imported: Run) -> None:
    imported("Email,News,Since\nada@acme.example,yes,2026-05-02\n", columns=COLUMNS, words=WORDS)
    imported("Email,News,Since\nada@acme.example,no,2026-03-02\n", columns=COLUMNS, words=WORDS)
    assert words() == [(lead_of("ada"), True)]
    imported("Email,News,Since\nada@acme.example,no,2026-05-20\n", columns=COLUMNS, words=WORDS)
    assert may_mail([lead_of("ada")], now=NOW) == set()


def test_without_words_there_is_no_proof() -> None:
    assert "write below what they were asked" in Mapping(COLUMNS).problem("leads")
    assert Mapping(COLUMNS, words=WORDS).problem("leads") == ""
    assert "same consent" in Mapping((*COLUMNS, COLUMNS[1]), words=WORDS).problem("leads")
