"""Contents for the tests, and what is known of their leads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pyrometer.app.delivery.email.content.contents import Content
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.delivery.email.content.rendering import Mail, render

ORIGIN = "http://testserver"
ENDING = f"{ORIGIN}/unsubscribe/x/"
FACTS = Facts(
    lead={"name": "Ada Byron", "first_name": "Ada"},
    traits={"employees": 120, "interests": ["looms", "numbers"]},
    company={"name": "Acme"},
    rep={"name": "Bob Sales", "email": "bob@example.com"},
    question="When would you start?",
    links={"unsubscribe": ENDING},
    forms={"demo": f"{ORIGIN}/f/demo?k=secret"},
)


def text(body: str, subject: str = "Hello", **fields: str) -> str:
    """A content as it is written; `fields` of the front matter."""
    matter = {"name": "hello", "purpose": "email", **fields}
    lines = [f"{name}: {value}" for name, value in matter.items()]
    return "\n".join(["---", *lines, f"subject: {subject!r}" if subject else "pitch: low", "---", body])


def content(body: str, subject: str = "Hello", **fields: str) -> Content:
    """A content."""
    return read(text(body, subject, **fields))


def mail(body: str, subject: str = "Hello", facts: Facts = FACTS, **fields: str) -> Mail:
    """The mail of a content for a lead."""
    return render(content(body, subject, **fields), facts, origin=ORIGIN)


def knowing(**traits: Any) -> Facts:
    """The lead with other traits; `name` is its name."""
    name = traits.pop("name", None)
    facts = replace(FACTS, traits=traits)
    return replace(facts, lead={**FACTS.lead, "name": name}) if name is not None else facts
