"""One's own account: profile, password, sessions, second factor."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.people import actions, factor, once, pictures, totp
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.forms import FactorForm, PasswordForm, PresentPasswordForm, ProfileForm
from pyrometer.app.people.may import allowed
from pyrometer.app.people.models import User


@allowed("account")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The page with everything; a POST saves the profile."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=_me(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        # What comes next is said in the language that was chosen just now.
        translation.activate(form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return redirect("people:account")
    return render(request, "people/account.html", {"form": form, "codes_left": request.user.recovery_codes.count()})


@allowed("account")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; this session goes on, all others end."""
    user = _me(request)
    form = PasswordForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid() and _knows_password(request, form):
        actions.change_password(user=user, password=form.cleaned_data["password"], now=timezone.now())
        update_session_auth_hash(request, user)
        messages.success(request, _("The password is changed. Whoever was signed in elsewhere has to sign in again."))
        return redirect("people:account")
    return render(request, "people/password.html", {"form": form})


@allowed("account")
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = _me(request)
    actions.end_sessions(user=user, now=timezone.now())
    update_session_auth_hash(request, user)
    messages.success(request, _("All other sessions have ended."))
    return redirect("people:account")


@allowed("account")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor_on(request: HttpRequest) -> HttpResponse:
    """Show the secret as a picture and as text; ask for a first code, which shows that the app has it.

    And for the password: who sits at somebody's open session must not be able to shut its owner out.
    """
    user = _me(request)
    if user.totp_secret:
        return redirect("people:account")
    # The same picture again after a wrong code, and in a second tab.
    secret = once.look(request, "factor") or totp.new_secret()
    once.keep(request, "factor", secret)
    form = FactorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _knows_password(request, form):
        codes = factor.switch_on(user=user, secret=secret, code=form.cleaned_data["code"], now=timezone.now())
        if codes is not None:
            once.take(request, "factor")
            update_session_auth_hash(request, user)
            once.keep(request, "codes", "\n".join(codes))
            messages.success(request, _("From now on you will be asked for a code when you sign in."))
            return redirect("people:codes")
        form.add_error("code", _("This isn't the code. Is the clock of your phone right? Try the next one."))
    address = totp.address(secret, user.email)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    context = {"form": form, "picture": pictures.qr_code(address), "secret": spaced, "address": address}
    return render(request, "people/factor_on.html", context)


@allowed("account")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def factor_off(request: HttpRequest) -> HttpResponse:
    """Ask for no codes any more, after the password."""
    form = PresentPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _knows_password(request, form):
        user = _me(request)
        factor.switch_off(actor=Actor.of(user), user=user, now=timezone.now())
        messages.success(request, _("You sign in with your password alone now."))
        return redirect("people:account")
    return render(request, "people/factor_off.html", {"form": form})


@allowed("account")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Show new recovery codes, once; a POST, with the password, makes others."""
    user = _me(request)
    if not user.totp_secret:
        return redirect("people:account")
    form = PresentPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _knows_password(request, form):
        once.keep(request, "codes", "\n".join(factor.renew_codes(user=user, now=timezone.now())))
        return redirect("people:codes")
    kept = once.take(request, "codes") if request.method == "GET" else None
    return render(request, "people/codes.html", {"form": form, "codes": kept.split("\n") if kept else []})


def _me(request: HttpRequest) -> User:
    """The user as a row of their own: what a form writes into it doesn't show in the shell before it is saved."""
    return User.objects.get(pk=request.user.pk)


def _knows_password(request: HttpRequest, form: PasswordForm | PresentPasswordForm | FactorForm) -> bool:
    """Whether the present password is right; counted as at sign-in, so that it can't be guessed from a session."""
    if authenticate(request, email=request.user.email, password=form.cleaned_data["present"]):
        return True
    form.add_error("present", _("This isn't your password."))
    return False
