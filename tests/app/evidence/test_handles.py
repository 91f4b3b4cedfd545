"""One spelling for every handle; what is no handle says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.evidence.domains import company_domain, organisation, sort_of
from pyrometer.app.evidence.handles import KINDS, LONGEST, BadHandleError, normalise
from pyrometer.app.evidence.models import HandleKind


def test_the_kinds_are_those_of_the_table() -> None:
    assert tuple(HandleKind.values) == KINDS


@pytest.mark.parametrize(
    ("kind", "written", "meant"),
    [
        ("email", " Ada@ACME.Test ", "ada@acme.test"),
        ("email", "mailto:ada@acme.test", "ada@acme.test"),
        ("email", "<ada@acme.test>", "ada@acme.test"),
        ("email", "ada@xn--bcher-kva.test", "ada@bücher.test"),
        ("email", "ada@Bücher.test", "ada@bücher.test"),
        ("phone", "+49 (0)30 123-4567", "+49301234567"),
        ("phone", "030 1234567", "+49301234567"),
        ("phone", "0049301234567", "+49301234567"),
        ("phone", "tel:+49301234567", "+49301234567"),
        ("phone", "+49 30 1234567 ext. 12", "+49301234567;ext=12"),
        ("social", "https://www.linkedin.com/in/Ada-L/?trk=x", "linkedin:ada-l"),
        ("social", "http://linkedin.com/company/Acme", "linkedin:company/acme"),
        ("social", "https://twitter.com/Ada", "x:ada"),
        ("social", "twitter:@Ada", "x:ada"),
        ("social", "LinkedIn: Ada-L", "linkedin:ada-l"),
        ("social", "@ada@mastodon.test", "mastodon:ada@mastodon.test"),
        ("user", " U-17 ", "U-17"),
        ("anonymous", "a1", "a1"),
    ],
)
def test_one_spelling(kind: str, written: str, meant: str) -> None:
    assert normalise(kind, written, "DE") == meant


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("email:ada.l@gmail.com", "email:adal@gmail.com"),
        ("email:ada+news@acme.test", "email:ada@acme.test"),
        ("phone:+49301234567 x1", "phone:+49301234567 x2"),
        ("user:u1", "user:U1"),
    ],
)
def test_what_only_the_provider_knows_is_not_guessed(one: str, other: str) -> None:
    kind = one.partition(":")[0]
    assert normalise(kind, one.partition(":")[2]) != normalise(kind, other.partition(":")[2])


@pytest.mark.parametrize(
    ("kind", "written", "why"),
    [
        ("email", "ada", "is no email address"),
        ("email", "ada@localhost", "is no email address"),
        ("email", "ada@test", "only one machine knows"),
        ("email", "", "is empty"),
        ("email", "a\0da@acme.test", "NUL"),
        ("phone", "030 1234567", "has no country"),
        ("phone", "+1 55512", "too few or too many digits"),
        ("phone", "call me", "has no country|is no phone number"),
        ("social", "@ada", "doesn't say on which network"),
        ("social", "https://example.com/ada", "on a network that is known"),
        ("social", "https://linkedin.com/in/", "on a network that is known"),
        ("social", "https://[bad/", "is no address of a profile"),
        ("user", "undefined", "which programs send where there is none"),
        ("user", "[object Object]", "which programs send where there is none"),
        ("anonymous", "00000000-0000-0000-0000-000000000000", "which programs send where there is none"),
        ("user", "x" * (LONGEST + 1), "has 255 characters"),
        ("fax", "1", "no handles of the kind 'fax'"),
    ],
)
def test_what_is_no_handle_says_why(kind: str, written: str, why: str) -> None:
    with pytest.raises(BadHandleError, match=why):
        normalise(kind, written)


@given(kind=st.sampled_from(KINDS), text=st.text(max_size=60))
def test_a_normalised_handle_stays_as_it_is(kind: str, text: str) -> None:
    try:
        once = normalise(kind, text, "DE")
    except BadHandleError:
        return
    assert normalise(kind, once, "DE") == once
    assert 0 < len(once) <= LONGEST


@pytest.mark.parametrize(
    ("domain", "sort"),
    [
        ("gmail.com", "free"),
        ("yahoo.co.jp", "free"),
        ("gmx.net", "free"),
        ("mailinator.com", "disposable"),
        ("acme.test", "company"),
        ("yahoo-inc.com", "company"),
        ("students.gmail.example", "company"),
    ],
)
def test_sorts_of_domains(domain: str, sort: str) -> None:
    assert sort_of(domain) == sort


def test_the_company_of_an_address() -> None:
    assert organisation("mail.acme.co.uk") == "acme.co.uk"
    assert company_domain("ada@mail.acme.co.uk") == "acme.co.uk"
    assert company_domain("ada@gmail.com") is None
    assert company_domain("ada@mailinator.com") is None
