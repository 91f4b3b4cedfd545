"""Webhooks: who is told of what, with what result, and again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import actor_of, door
from pyrometer.app.api.fields import Given, Id
from pyrometer.app.api.once import once, once_with_secret
from pyrometer.app.api.problems import Problem
from pyrometer.app.delivery import actions
from pyrometer.app.delivery.models import TOPICS, Delivery, Webhook
from pyrometer.app.delivery.webhook.channel import message_id

router = Router(tags=["webhooks"])

Topic = Literal[TOPICS]  # type: ignore[valid-type]
Url = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^https?://[!-~]+$")]
Topics = Annotated[list[Topic], Field(max_length=20)]
ADMIN = door("admin", "settings.webhooks")


class WebhookGiven(Given):
    """A webhook to be made. No topics: all of them."""

    url: Url
    topics: Topics = []


class WebhookChange(Given):
    """What changes; what is left out stays."""

    url: Url | None = None
    topics: Topics | None = None
    active: bool | None = None


class WebhookShape(BaseModel):
    """A webhook, without its secret."""

    id: int
    url: str
    topics: list[str]
    active: bool
    off_because: str
    failing_since: datetime | None
    created_at: datetime


class WebhookWithSecret(WebhookShape):
    """A webhook with its secret, which is shown this once."""

    secret: str


class Posted(BaseModel):
    """A message that was put into the outbox; its id is the header `webhook-id`."""

    message: str


class DeliveryShape(BaseModel):
    """One try. `outgoing` is the message, which may be replayed."""

    id: int
    outgoing: int
    message: str
    at: datetime
    status: int | None
    error: str
    milliseconds: int


@router.get("", response=Page[WebhookShape], auth=ADMIN, operation_id="list_webhooks")
def list_webhooks(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[WebhookShape]:
    """All webhooks."""
    return page(Webhook.objects.all(), lambda rows: [_shape(row) for row in rows], cursor=cursor, limit=limit)


@router.post("", response={201: WebhookWithSecret}, auth=ADMIN, operation_id="create_webhook")
@once_with_secret
def create_webhook(request: HttpRequest, webhook: WebhookGiven) -> Status:
    """Make a webhook. The answer holds its secret, which nobody sees again."""
    try:
        made, secret = actions.create_webhook(
            actor=actor_of(request), url=webhook.url, topics=webhook.topics, now=timezone.now()
        )
    except actions.WrongError as error:
        raise _wrong(error) from None
    return Status(201, WebhookWithSecret(**dict(_shape(made)), secret=secret))


@router.get("/{webhook}", response=WebhookShape, auth=ADMIN, operation_id="read_webhook")
def read_webhook(request: HttpRequest, webhook: Id) -> WebhookShape:
    """One webhook."""
    return _shape(_found(webhook))


@router.patch("/{webhook}", response=WebhookShape, auth=ADMIN, operation_id="change_webhook")
@once
def change_webhook(request: HttpRequest, webhook: Id, change: WebhookChange) -> WebhookShape:
    """Change a webhook, or switch it off and on."""
    found = _found(webhook)
    try:
        actions.change_webhook(
            actor=actor_of(request),
            webhook=found,
            url=found.url if change.url is None else change.url,
            topics=found.topics if change.topics is None else change.topics,
            active=found.active if change.active is None else change.active,
            now=timezone.now(),
        )
    except actions.WrongError as error:
        raise _wrong(error) from None
    return _shape(found)


@router.delete("/{webhook}", response={204: None}, auth=ADMIN, operation_id="delete_webhook")
@once
def delete_webhook(request: HttpRequest, webhook: Id) -> Status:
    """Remove a webhook with its deliveries."""
    actions.delete_webhook(actor=actor_of(request), webhook=_found(webhook), now=timezone.now())
    return Status(204, None)


@router.post("/{webhook}/secret", response=WebhookWithSecret, auth=ADMIN, operation_id="renew_webhook_secret")
@once_with_secret
def renew_webhook_secret(request: HttpRequest, webhook: Id) -> WebhookWithSecret:
    """Give a webhook a new secret. For a day the former one signs, too."""
    found = _found(webhook)
    secret = actions.rotate_secret(actor=actor_of(request), webhook=found, now=timezone.now())
    return WebhookWithSecret(**dict(_shape(found)), secret=secret)


@router.post("/{webhook}/test", response={202: Posted}, auth=ADMIN, operation_id="test_webhook")
@once
def test_webhook(request: HttpRequest, webhook: Id) -> Status:
    """Send a message of the type `test`."""
    posted = actions.test_webhook(actor=actor_of(request), webhook=_found(webhook), now=timezone.now())
    return Status(202, Posted(message=message_id(posted)))


@router.get("/{webhook}/deliveries", response=Page[DeliveryShape], auth=ADMIN, operation_id="list_deliveries")
def list_deliveries(request: HttpRequest, webhook: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[DeliveryShape]:
    """The tries to tell a webhook, the latest first."""
    rows = Delivery.objects.filter(webhook=_found(webhook)).select_related("outgoing")
    return page(rows, _deliveries, cursor=cursor, limit=limit, newest=True)


@router.post("/{webhook}/deliveries/{delivery}/replay", response={202: Posted}, auth=ADMIN, operation_id="replay")
@once
def replay(request: HttpRequest, webhook: Id, delivery: Id) -> Status:
    """Send the message of a delivery again, under the id it had."""
    found = Delivery.objects.filter(webhook=_found(webhook), pk=delivery).select_related("outgoing").first()
    if found is None:
        raise Problem(404, f"there is no delivery {delivery} of this webhook")
    if not actions.replay(actor=actor_of(request), outgoing=found.outgoing, now=timezone.now()):
        raise Problem(409, "it waits to be tried again anyway")
    return Status(202, Posted(message=message_id(found.outgoing.once)))


def _found(webhook: int) -> Webhook:
    found = Webhook.objects.filter(pk=webhook).first()
    if found is None:
        raise Problem(404, f"there is no webhook {webhook}")
    return found


def _wrong(error: actions.WrongError) -> Problem:
    return Problem(422, error.reason, errors=[(f"body.{error.field}", error.reason)])


def _shape(row: Webhook) -> WebhookShape:
    return WebhookShape(
        id=row.pk,
        url=row.url,
        topics=row.topics,
        active=row.active,
        off_because=row.off_because,
        failing_since=row.failing_since,
        created_at=row.created_at,
    )


def _deliveries(rows: Sequence[Delivery]) -> list[DeliveryShape]:
    return [
        DeliveryShape(
            id=row.pk,
            outgoing=row.outgoing_id,
            message=message_id(row.outgoing.once),
            at=row.at,
            status=row.status,
            error=row.error,
            milliseconds=row.milliseconds,
        )
        for row in rows
    ]
