"""A content made into the mail of a real lead: to be sent, or to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from pyrometer.app.consent.queries import may_mail
from pyrometer.app.delivery.email.content.collecting import Wanted, all_facts, facts, harmless, root_of, roots_of
from pyrometer.app.delivery.email.content.contents import Content
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.rendering import Mail, UnrenderableError, render, render_slot
from pyrometer.app.delivery.email.content.tracking.links import Source, tracked
from pyrometer.app.delivery.email.content.tracking.seeing import all_agreed
from pyrometer.app.delivery.email.content.variables import Block
from pyrometer.app.evidence.models import Lead


@dataclass(frozen=True)
class Made:
    """A mail, and to whom it goes."""

    mail: Mail
    lead: int
    to: str
    unsubscribe: str = ""
    purpose: str = ""
    """What the lead agreed to get it for; empty where nobody has to agree."""

    def payload(self) -> dict[str, Any]:
        """As the outbox takes it."""
        whole = {**self.mail.payload(self.to), "lead": self.lead}
        if self.purpose:
            whole["marketing"] = {"unsubscribe": self.unsubscribe, "purpose": self.purpose}
        return whole


@dataclass(frozen=True)
class Order:
    """A mail that is to be made for a lead, under the key `once` of the outbox.

    `question` and `answers` are what it is asked by this mail; else the question is the next one of the framework.
    """

    content: Content
    lead: int
    once: str
    coupon: str = ""
    question: str = ""
    answers: Block | None = None


def make(content: Content, *, lead: int, once: str, now: datetime, **more: Any) -> Made:
    """The mail of a lead, to be posted under the key `once`; `more` is what else an Order has.

    It is tracked where the lead agreed to that, and made only where it agreed to get it. Raises UnrenderableError, for
    this lead.
    """
    (made,) = make_all([Order(content, lead, once, **more)], now)
    if isinstance(made, UnrenderableError):
        raise made
    return made


def make_all(orders: Sequence[Order], now: datetime) -> list[Made | UnrenderableError]:
    """The mails of some leads, in the order of the orders; where one can't be made, why. A few queries for all."""
    roots = roots_of({order.lead for order in orders})
    may = {
        purpose: may_mail([root.pk for root in roots.values()], purpose, now)
        for purpose in {order.content.purpose for order in orders if order.content.marketing}
    }
    noticed = all_agreed({root.pk for root in roots.values()})
    refused = [_refused(order, roots.get(order.lead), may) for order in orders]
    good = [(order, roots[order.lead]) for order, why in zip(orders, refused, strict=True) if not why]
    wanted = [
        Wanted(root, order.content.purpose, order.content.spoken([root.language]), order.coupon) for order, root in good
    ]
    made = iter(
        _made(order, each, known, noticed=each.root.pk in noticed)
        for (order, _), each, known in zip(good, wanted, all_facts(wanted, now), strict=True)
    )
    return [UnrenderableError(why) if why else next(made) for why in refused]


def _refused(order: Order, root: Lead | None, may: Mapping[str, set[int]]) -> str:
    """Why a lead gets no such mail; empty where it does."""
    if root is None:
        return "the lead was erased"
    if not root.email:
        return "the lead has no address"
    if order.content.marketing and root.pk not in may[order.content.purpose]:
        return f"the lead didn't agree to `{order.content.purpose}`"
    return ""


def _made(order: Order, wanted: Wanted, known: Facts, *, noticed: bool) -> Made | UnrenderableError:
    content, root = order.content, wanted.root
    if order.question:
        known = replace(known, question=order.question, answers=order.answers)
    source = Source(root.pk, order.once, content.name, content.topic)
    try:
        mail = render(
            content,
            known,
            languages=[wanted.language],
            origin=settings.ORIGIN,
            tracked=tracked(source, settings.ORIGIN) if noticed else None,
        )
    except UnrenderableError as error:
        return error
    if not content.marketing:
        return Made(mail, root.pk, root.email)
    return Made(mail, root.pk, root.email, known.links["unsubscribe"], content.purpose)


def preview(content: Content, *, lead: int, language: str = "", now: datetime, coupon: str = "") -> Mail:
    """The mail as a lead would get it, in its language or another, with links that do nothing.

    Raises UnrenderableError with the reason why that lead wouldn't get it. A slot has no subject.
    """
    root = root_of(lead)
    if root is None:
        raise UnrenderableError("the lead was erased")
    spoken = content.spoken(_wanted(language, root.language))
    known = harmless(facts(root, purpose=content.purpose, language=spoken, now=now, coupon=coupon))
    if content.kind == "slot":
        html, text = render_slot(content, known, languages=[spoken], origin=settings.ORIGIN)
        return Mail("", "", text, html, spoken)
    return render(content, known, languages=[spoken], origin=settings.ORIGIN)


def _wanted(*languages: str) -> Iterable[str]:
    return [language for language in languages if language]
