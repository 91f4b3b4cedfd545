"""Makes the mails of programmes as they are handed over, so that they say what is true then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pyrometer.app.delivery.composing import Composed, UnsendableReason
from pyrometer.app.delivery.email.content.collecting import roots_of
from pyrometer.app.delivery.email.content.contents import PITCHES
from pyrometer.app.delivery.email.content.contents import Content as MailContent
from pyrometer.app.delivery.email.content.making import Order, make_all
from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.delivery.email.content.rendering import UnrenderableError
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.carrying import once
from pyrometer.app.nurture.models import Asked, Content, Offered
from pyrometer.app.nurture.slots import coupons
from pyrometer.app.nurture.slots.checking import bears
from pyrometer.app.nurture.surveys.mails import asking_content, asking_parts
from pyrometer.app.nurture.texts import mail_of
from pyrometer.app.temperature.models import Reading
from pyrometer.nurture import SERVICE


def compose(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, Composed]:
    """What some mails say, by their row; where one can't be written, why, in words."""
    names = {str(row.payload.get("content") or "") for row in rows}
    texts = dict(Content.objects.filter(name__in=names).values_list("name", "text"))
    roots, asked = roots_of({int(row.payload["lead"]) for row in rows}), _asked(rows)
    drawn = _coupons(rows, roots, now)
    warmth = dict(Reading.objects.filter(pk__in=[root.pk for root in roots.values()]).values_list("pk", "temperature"))
    orders: dict[int, Order] = {}
    found: dict[int, Composed] = {}
    for row in rows:
        try:
            order = _order(row, texts, roots.get(int(row.payload["lead"])), asked.get(_act(row)), now)
            _fits(order.content, warmth.get(roots[order.lead].pk))
            orders[row.pk] = replace(order, coupon=drawn[row.pk].code or "" if row.pk in drawn else "")
        except (ContentError, UnrenderableError) as error:
            found[row.pk] = UnsendableReason(str(error))
    for pk, made in zip(orders, make_all(list(orders.values()), now), strict=True):
        found[pk] = _reason(made, drawn.get(pk)) if isinstance(made, UnrenderableError) else made.payload()
    return found


def _reason(error: UnrenderableError, drawn: coupons.Drawn | None) -> UnsendableReason:
    """Why a mail can't be written. Where it lacks the code, why there is none says more than what it lacks."""
    if drawn is not None and drawn.why and error.lacks == "coupon":
        return UnsendableReason(coupons.REASONS[drawn.why] % drawn.list_name)
    return UnsendableReason(str(error))


def _fits(content: MailContent, temperature: str | None) -> None:
    """Raises UnrenderableError for a sales pitch to the cool: while mails wait, contents change, and leads cool."""
    if PITCHES.index(content.pitch) - bears(temperature) > 1:
        raise UnrenderableError(f"`{content.name}` is a sales pitch, and the lead is cool")


def _order(row: Outgoing, texts: Mapping[str, str], root: Lead | None, asked: Asked | None, now: datetime) -> Order:
    name, lead = str(row.payload.get("content") or ""), int(row.payload["lead"])
    if root is None:
        raise UnrenderableError("the lead was erased")
    if name and name not in texts:
        raise UnrenderableError(f"there is no content `{name}` any more")
    if row.payload.get("asks") and asked is None:
        raise UnrenderableError("what it asks is gone")
    purpose = str((row.payload.get("marketing") or {}).get("purpose") or SERVICE)
    if name and mail_of(texts[name]).purpose != purpose:
        # It was worded anew since somebody checked the programme; what was asked is whether this purpose is agreed to.
        raise UnrenderableError(f"`{name}` is for `{mail_of(texts[name]).purpose}` by now, and not for `{purpose}`")
    if asked is None:
        return Order(mail_of(texts[name]), lead, row.once)
    content = mail_of(texts[name]) if name else asking_content(asked, root.language, purpose)
    parts = asking_parts(asked, root, content.spoken([root.language]), now)
    return Order(content, lead, row.once, question=parts.question, answers=parts.block)


def _coupons(rows: Sequence[Outgoing], roots: Mapping[int, Lead], now: datetime) -> dict[int, coupons.Drawn]:
    """The codes of mails whose programme offered one before: the last offer counts, and gives its lead one code."""
    enrolments = {_act(row)[0] for row in rows}
    offers = list(Offered.objects.filter(enrolment__in=enrolments).exclude(coupon="").order_by("act"))
    found: dict[int, coupons.Drawn] = {}
    for row in rows if offers else ():
        enrolment, act = _act(row)
        before = [each for each in offers if each.enrolment_id == enrolment and each.act < act]
        root = roots.get(int(row.payload["lead"]))
        if before and root is not None and (before[-1].until is None or now < before[-1].until):
            # For the root, too: leads that are taken apart don't share a code, and one may have got it for both.
            key = f"{once(enrolment, before[-1].act)}:{root.pk}"
            found[row.pk] = coupons.draw(before[-1].coupon, root.pk, key, now)
    return found


def _act(row: Outgoing) -> tuple[int, int]:
    about = row.payload["about"]
    return int(about["enrolment"]), int(about["act"])


def _asked(rows: Sequence[Outgoing]) -> dict[tuple[int, int], Asked]:
    """The questions that mails ask, by enrolment and act."""
    wanted = [_act(row) for row in rows if row.payload.get("asks")]
    found = Asked.objects.filter(enrolment__in=[enrolment for enrolment, _ in wanted])
    return {(each.enrolment_id or 0, each.act): each for each in found}
