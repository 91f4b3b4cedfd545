"""Users, the links that invite them, API keys, and the audit log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy


class Role(models.TextChoices):
    """What somebody may do; `pyrometer.app.people.may` says what each role may."""

    MARKETING = "marketing", gettext_lazy("Marketing")
    SALES = "sales", gettext_lazy("Sales")
    MANAGER = "manager", gettext_lazy("Manager")
    ADMIN = "admin", gettext_lazy("Administrator")


class Users(BaseUserManager["User"]):
    """Makes users; their address is their name."""

    def create_user(self, *, email: str, role: str, name: str = "", password: str | None = None) -> User:
        """A user who can sign in; without a password only by a one-time link."""
        user = self.model(email=self.normalize_email(email).lower(), role=role, name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of an address, in whatever case it is written."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in by email."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=12, choices=Role)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    totp_secret = models.CharField(max_length=200, blank=True)
    """For a second factor; sealed with the installation's secret, empty without one."""
    totp_step = models.BigIntegerField(default=0)
    """The half-minute of the code that was used last; an earlier code, or the same one again, isn't taken."""
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    wrong_code_at = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    """Counted up to end all sessions of this user."""

    USERNAME_FIELD = "email"
    objects = Users()

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session has to agree with: a new password ends the others, and so does a new epoch."""
        value = f"{self.epoch}:{self.password}"
        return salted_hmac("pyrometer.people.session", value, secret=secret, algorithm="sha256").hexdigest()


class RecoveryCode(models.Model):
    """A code that works once in place of the second factor, for who lost the phone; only a digest is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)


class Invitation(models.Model):
    """A link that works once: a new user's first way in, or somebody's way back."""

    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the link's token; the token itself is kept nowhere."""
    email = models.EmailField(blank=True)
    """Whom it is for; empty where the first user says it."""
    role = models.CharField(max_length=12, choices=Role)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class KeyKind(models.TextChoices):
    """A write key stands in web pages and only writes; a secret key is for servers."""

    WRITE = "write"
    SECRET = "secret"


class ApiKey(models.Model):
    """A key for programs. Of a secret key only a digest is kept; a write key is public anyway."""

    kind = models.CharField(max_length=8, choices=KeyKind)
    name = models.CharField(max_length=100)
    public = models.CharField(max_length=64, unique=True)
    """The write key itself, or the first letters of a secret key, by which people tell keys apart."""
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    scopes = models.JSONField(default=list)
    origins = models.JSONField(default=list)
    """Sites whose pages may use a write key; empty: any."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """Who changed what. Written in the transaction of the change; never changed."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=254)
    """Who it was, in words: it outlives the user."""
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, db_index=True)
    """`lead:42`, `version:3` …"""
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it; an entry that exists can't be written again."""
        if self.pk:
            raise TypeError("an audit entry is never changed")
        super().save(*args, **kwargs)
