"""The links in mails: a yes is confirmed, and a no is said, without signing in."""

from __future__ import annotations

import contextlib

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pyrometer.app.consent import actions, links
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.views.public import language_for, page, root_of, spent, too_fast
from pyrometer.app.consent.words import in_language, say
from pyrometer.app.people.addresses import exact_address_of
from pyrometer.app.people.may import anybody
from pyrometer.errors import UsageError


@anybody
@csrf_exempt  # the token is the authority: nobody's session has any say here
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a double opt-in. Looking at it confirms nothing: mail scanners look at every link."""
    found = links.confirmed(token)
    language = language_for(request, found.lead.root if found else None)
    if slow := too_fast(request, language):
        return slow
    if found is None:
        return spent(request, language)
    now = timezone.now()
    if request.method == "POST":
        actions.confirm(consent=found, now=now)
    done = found.confirmed_at is not None
    choices = links.choices(found.lead_id, now) if done else ""
    text = found.text or in_language(found.purpose.texts, language, found.purpose.slug)
    return page(request, "confirm", language, text=text, done=done, choices=choices)


@anybody
@csrf_exempt  # the token is the authority, and mail programs post without a page (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every mail. Looking at it changes nothing; a click on its page, or of the mail program, does."""
    found = links.unsubscribed(token)
    root = root_of(found[0]) if found else None
    language = language_for(request, root)
    if found is None:
        return spent(request, language)
    lead, slug = found
    now = timezone.now()
    done = request.method == "POST"
    if done:
        # Erased meanwhile is more than was asked for.
        with contextlib.suppress(UsageError):
            actions.record(
                lead=lead,
                purpose=slug,
                given=False,
                text="",
                at=now,
                now=now,
                address=exact_address_of(request),
                source="unsubscribe",
                page="/unsubscribe/",
            )
    purpose = Purpose.objects.filter(slug=slug).first()
    name = in_language(purpose.names, language, slug) if purpose else slug
    choices = links.choices(root.pk, now) if root is not None and links.fresh(token) else ""
    text = say(language, "unsubscribed" if done else "unsubscribe_text", purpose=name)
    return page(request, "unsubscribe", language, text=text, done=done, choices=choices)
