"""The two ways in without a password: the link of an invitation, and a mailed way back."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pyrometer.app.people import actions, invitations
from pyrometer.app.people.addresses import address_of
from pyrometer.app.people.forms import NewPasswordForm, WayBackForm, WelcomeForm
from pyrometer.app.people.may import anybody
from pyrometer.app.people.models import Invitation, User
from pyrometer.app.people.pace import Pace
from pyrometer.app.people.views.signing_in import enter

ASKED = 10
"""So many ways back may be asked for from one address in a minute: an office has one address for all."""
pace = Pace()


@anybody
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link is for; once name and password are given, use it and let its owner in."""
    now = timezone.now()
    invitation = invitations.find(token, now)
    if invitation is None:
        return _spent(request)
    form = _form(request, invitation)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = invitations.accept(
                invitation=invitation,
                email=given.get("email", ""),
                name=given.get("name", ""),
                password=given["password"],
                now=now,
                # That of the browser, until the account says otherwise.
                language=translation.get_language(),
            )
        except invitations.SpentError:
            return _spent(request)
        return enter(request, user, resolve_url(settings.LOGIN_REDIRECT_URL))
    return render(request, "people/welcome.html", {"form": form, "invitation": invitation})


@anybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def way_back(request: HttpRequest) -> HttpResponse:
    """Mail a way back in; the answer is the same whether anybody has the address. Say so where no mail can be sent."""
    if settings.MAIL_SERVER is None:
        return render(request, "people/no_mail.html")
    form = WayBackForm(request.POST if request.method == "POST" else None)
    asked = request.method == "POST" and form.is_valid()
    if asked and (wait := pace.wait(address_of(request), ASKED)):
        form.add_error(None, _("Too many links were asked for from here. Wait a minute, then try again."))
        response = render(request, "people/way_back.html", {"form": form, "asked": False}, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    if asked:
        actions.way_back(email=form.cleaned_data["email"], now=timezone.now())
    return render(request, "people/way_back.html", {"form": form, "asked": asked})


def _form(request: HttpRequest, invitation: Invitation) -> NewPasswordForm:
    data = request.POST if request.method == "POST" else None
    if invitation.user:
        form = NewPasswordForm(data, user=invitation.user)
    else:
        form = WelcomeForm(data, user=User(email=invitation.email), first=not invitation.email)
    form.fields["password"].label = _("New password") if invitation.user else _("Password")
    return form


def _spent(request: HttpRequest) -> HttpResponse:
    return render(request, "people/spent.html", {"mails": settings.MAIL_SERVER is not None}, status=410)
