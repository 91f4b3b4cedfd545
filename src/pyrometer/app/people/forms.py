"""The forms of the room: what is asked, and what is refused."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.people.keys import SCOPES
from pyrometer.app.people.models import ApiKey, Role, User

ROLES = [
    (Role.MARKETING, gettext_lazy("Marketing: captures leads, edits the agreement and signs it")),
    (Role.SALES, gettext_lazy("Sales: works the inbox, signs the agreement")),
    (Role.MANAGER, gettext_lazy("Manager: does both, publishes, assigns, erases, reads the audit log")),
    (Role.ADMIN, gettext_lazy("Administrator: may do everything, invites people, makes keys and webhooks")),
]


@cache
def time_zones() -> list[tuple[str, str]]:
    """The zones that people choose from: UTC, and those named for a place."""
    places = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name.replace("_", " ")) for name in ("UTC", *places)]


class Form(forms.Form):
    """Labels without colons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


def _password(label: Any, *, new: bool, help_text: Any = "") -> forms.CharField:
    attrs = {"autocomplete": "new-password" if new else "current-password"}
    # As typed: blanks at the ends may be meant. Longer than any password, shorter than what keeps Argon2 busy.
    return forms.CharField(
        label=label, strip=False, max_length=1000, help_text=help_text, widget=forms.PasswordInput(attrs=attrs)
    )


def _wishes() -> str:
    return " ".join(password_validators_help_texts())


class SignInForm(Form):
    """Email and password."""

    email = forms.EmailField(
        label=gettext_lazy("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = _password(gettext_lazy("Password"), new=False)


class CodeForm(Form):
    """A code of the second factor, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=32,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class WayBackForm(Form):
    """Whom to mail a way back in."""

    email = forms.EmailField(
        label=gettext_lazy("Email"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class NewPasswordForm(Form):
    """A new password, twice; checked against the person it is for."""

    password = _password(gettext_lazy("New password"), new=True, help_text=lazy(_wishes, str)())
    again = _password(gettext_lazy("The same again"), new=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Both the same, and good enough."""
        given = super().clean() or self.cleaned_data
        password, again = given.get("password"), given.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ. Type the same one twice."))
        if password:
            self.user.name = given.get("name", self.user.name)
            self.user.email = given.get("email", self.user.email)
            try:
                validate_password(password, self.user)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class WelcomeForm(NewPasswordForm):
    """What a new user says: a name and a password; the first administrator the email, too."""

    email = forms.EmailField(
        label=gettext_lazy("Email"),
        help_text=gettext_lazy("You will sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("email", "name", "password", "again")

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        if not first:
            del self.fields["email"]


class PasswordForm(NewPasswordForm):
    """A change of password: the present one is asked for first."""

    present = _password(gettext_lazy("Present password"), new=False)
    field_order = ("present", "password", "again")


class PresentPasswordForm(Form):
    """The password once more, before something that a stolen session shouldn't be able to do."""

    present = _password(gettext_lazy("Your password"), new=False)


class FactorForm(CodeForm, PresentPasswordForm):
    """The password, and a first code of the app that is to be asked for from now on."""

    field_order = ("code", "present")


class ProfileForm(forms.ModelForm):
    """How somebody wants to be spoken to."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        # Translators: leave this empty once the pages are in your language.
        help_text=gettext_lazy("Questions, dates and numbers follow it. The pages themselves are in English so far."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=time_zones)

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        labels = {"name": gettext_lazy("Name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class InviteForm(Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=gettext_lazy("Email"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=forms.RadioSelect)


class RoleForm(Form):
    """Somebody's role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=forms.RadioSelect)


class DeactivateForm(Form):
    """Which of somebody's secret keys end with the account: all, unless one is left standing."""

    revoked = forms.MultipleChoiceField(
        label=gettext_lazy("Revoke the secret keys that they made, too"),
        required=False,
        help_text=gettext_lazy(
            "They may still know them. Programs that use a key are refused at once: give them a new one first, or take"
            " out the tick and do it soon."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, made: Sequence[ApiKey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if made:
            choices = [(str(key.pk), f"{key.name} ({key.public}_…)") for key in made]
            self.fields["revoked"].choices = choices  # type: ignore[attr-defined]
            self.initial["revoked"] = [value for value, _label in choices]
        else:
            del self.fields["revoked"]


class WriteKeyForm(Form):
    """A write key, and the sites whose pages may use it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("What it is for: the website, the shop …"),
    )
    origins = forms.CharField(
        label=gettext_lazy("Sites"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy(
            "One per line, like https://www.example.com. Only their pages may send with this key. Empty: any page may."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    def clean_origins(self) -> list[str]:
        """Origins as browsers send them: scheme and host, in small letters."""
        return [_origin(line.strip()) for line in self.cleaned_data["origins"].splitlines() if line.strip()]


def _origin(line: str) -> str:
    try:
        parts = urlsplit(line.lower())
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        good = False
    if not good or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValidationError(
            _("“%(line)s” is not a site. Write the scheme and the host only, like https://www.example.com."),
            params={"line": line},
        )
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


class SecretKeyForm(Form):
    """A secret key, and what it may do."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("Which program will use it: the CRM, the data warehouse …"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=[
            ("read", gettext_lazy("Read leads, readings and definitions")),
            ("write", gettext_lazy("Write leads, events, answers, verdicts and outcomes")),
            ("admin", gettext_lazy("Everything, definitions and webhooks too")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one: a key that may do nothing is of no use.")},
    )


class LogForm(Form):
    """What to look for in the audit log."""

    who = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=254)
    what = forms.CharField(label=gettext_lazy("What"), required=False, max_length=120)
    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


assert {value for value, _label in SecretKeyForm.base_fields["scopes"].choices} == set(SCOPES)
