"""The pages of webhooks."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.delivery import actions
from pyrometer.app.delivery.forms import WebhookForm
from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.delivery.queries import messages_of
from pyrometer.app.people import once
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

PAGE = 50


@allowed("settings.webhooks")
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """All webhooks."""
    found = Webhook.objects.order_by("-active", "pk")
    context = {"page": Paginator(found, PAGE).get_page(request.GET.get("page"))}
    return render(request, "delivery/webhooks/index.html", context)


@allowed("settings.webhooks")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a webhook; the next page shows its secret, and no other ever."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = actions.create_webhook(
                actor=Actor.of(request.user), now=timezone.now(), **form.cleaned_data
            )
        except actions.WrongError as error:
            form.add_error(error.field, error.reason)
        else:
            once.keep(request, f"webhook:{webhook.pk}", secret)
            return redirect("delivery:webhook", webhook.pk)
    return render(request, "delivery/webhooks/edit.html", {"form": form})


@allowed("settings.webhooks")
@never_cache
@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook, and what it was told."""
    found = get_object_or_404(Webhook, pk=pk)
    page = Paginator(messages_of(found), PAGE).get_page(request.GET.get("page"))
    # Looked at again only while a message wasn't tried yet: what somebody has unfolded stays so.
    waits = any(not (row.attempts or row.given_up_at) for row in page)
    context = {"webhook": found, "page": page, "waits": waits}
    if request.htmx:
        return render(request, "delivery/webhooks/messages.html", context)
    context["secret"] = once.take(request, f"webhook:{pk}")
    return render(request, "delivery/webhooks/webhook.html", context)


@allowed("settings.webhooks")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change where it goes, and what it is told."""
    found = get_object_or_404(Webhook, pk=pk)
    form = WebhookForm(request.POST if request.method == "POST" else {"url": found.url, "topics": found.topics})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_webhook(
                actor=Actor.of(request.user),
                webhook=found,
                active=found.active,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except actions.WrongError as error:
            form.add_error(error.field, error.reason)
        else:
            messages.success(request, _("The webhook was changed."))
            return redirect("delivery:webhook", pk)
    return render(request, "delivery/webhooks/edit.html", {"form": form, "webhook": found})


@allowed("settings.webhooks")
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch it on or off."""
    found = get_object_or_404(Webhook, pk=pk)
    actions.change_webhook(
        actor=Actor.of(request.user),
        webhook=found,
        url=found.url,
        topics=found.topics,
        active=request.POST.get("active") == "yes",
        now=timezone.now(),
    )
    messages.success(request, _("The webhook is on.") if found.active else _("The webhook is off."))
    return redirect("delivery:webhook", pk)


@allowed("settings.webhooks")
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it a test message."""
    actions.test_webhook(actor=Actor.of(request.user), webhook=get_object_or_404(Webhook, pk=pk), now=timezone.now())
    messages.success(request, _("A test message is on its way. What came of it appears below."))
    return redirect("delivery:webhook", pk)


@allowed("settings.webhooks")
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it a new secret, once somebody has confirmed that."""
    found = get_object_or_404(Webhook, pk=pk)
    if request.method == "POST":
        secret = actions.rotate_secret(actor=Actor.of(request.user), webhook=found, now=timezone.now())
        once.keep(request, f"webhook:{pk}", secret)
        return redirect("delivery:webhook", pk)
    return render(request, "delivery/webhooks/renew.html", {"webhook": found})


@allowed("settings.webhooks")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it, once somebody has confirmed that."""
    found = get_object_or_404(Webhook, pk=pk)
    if request.method == "POST":
        actions.delete_webhook(actor=Actor.of(request.user), webhook=found, now=timezone.now())
        messages.success(request, _("The webhook was removed."))
        return redirect("delivery:webhooks")
    return render(request, "delivery/webhooks/delete.html", {"webhook": found})


@allowed("settings.webhooks")
@require_POST
def replay(request: HttpRequest, pk: int, outgoing: int) -> HttpResponse:
    """Send a message again."""
    found = get_object_or_404(Webhook, pk=pk)
    row = get_object_or_404(messages_of(found), pk=outgoing)
    if actions.replay(actor=Actor.of(request.user), outgoing=row, now=timezone.now()):
        messages.success(request, _("The message is sent again, under the id that it had."))
    else:
        messages.error(request, _("The message waits to be sent again anyway."))
    return redirect("delivery:webhook", pk)


@allowed("settings.webhooks")
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Mails that wait or were given up, with the reason."""
    stuck = Outgoing.objects.filter(channel="email", done_at__isnull=True).exclude(error="").order_by("-pk")
    context = {
        "page": Paginator(stuck, PAGE).get_page(request.GET.get("page")),
        "mails": settings.MAIL_SERVER is not None,
    }
    return render(request, "delivery/webhooks/mails.html", context)


@allowed("settings.webhooks")
@require_POST
def replay_mail(request: HttpRequest, outgoing: int) -> HttpResponse:
    """Try a mail again that was given up."""
    row = get_object_or_404(Outgoing, pk=outgoing, channel="email")
    if actions.replay(actor=Actor.of(request.user), outgoing=row, now=timezone.now()):
        messages.success(request, _("The mail is sent again."))
    else:
        messages.error(request, _("The mail waits to be sent again anyway."))
    return redirect("delivery:mails")
