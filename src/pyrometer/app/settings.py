"""Django's settings. All that an installation may choose comes from the environment (`docs/running.md`)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from pyrometer.app.database import database
from pyrometer.app.delivery.email import return_path
from pyrometer.app.delivery.email.dkim import signer
from pyrometer.app.delivery.email.numbers import at_least_one
from pyrometer.app.delivery.email.server import server
from pyrometer.app.delivery.returns import secret
from pyrometer.app.delivery.returns.box import box
from pyrometer.app.secret import secret_key

HERE = Path(__file__).resolve().parent

FOLDER = Path(os.environ.get("PYROMETER_DATA") or "pyrometer-data").absolute()
"""Where the SQLite database, the secret and the archive stand."""

ORIGIN = os.environ.get("PYROMETER_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
"""How browsers reach the pages; links in mails begin with it."""

REGION = (os.environ.get("PYROMETER_REGION") or "").strip().upper() or None
"""The country (DE) of phone numbers that are written without one; None: such numbers are no handles."""

ARCHIVE = os.environ.get("PYROMETER_ARCHIVE", "on").strip().lower() not in ("off", "no", "0")
"""Whether evidence is kept in an archive, too, from which is learned."""

PROXIES = int(os.environ.get("PYROMETER_PROXIES") or 0)
"""How many proxies of ours a request passes; each adds the address it was called from to X-Forwarded-For."""

SECURE = ORIGIN.startswith("https://")
DEBUG = False
SECRET_KEY = secret_key(os.environ.get("PYROMETER_SECRET"), FOLDER)
ALLOWED_HOSTS = [host for host in os.environ.get("PYROMETER_HOSTS", "").split(",") if host] or ["*"]
CSRF_TRUSTED_ORIGINS = [ORIGIN]

ROOMS = (
    "people", "evidence", "capture", "consent", "agreement", "temperature", "handoff", "nurture", "delivery", "api",
    "clock",
)  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    *(f"pyrometer.app.{room}" for room in ROOMS),
]

MIDDLEWARE = [
    "pyrometer.app.capture.wire.door.Door",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pyrometer.app.headers.SafeHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pyrometer.app.bodies.BoundedBodies",
    "pyrometer.app.people.gate.SignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "pyrometer.app.urls"
WSGI_APPLICATION = "pyrometer.app.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL"), FOLDER)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
"""Hours for which an address and a person together may not sign in after so many failures."""
AXES_LOCKOUT_PARAMETERS = [["ip_address", "username"], ["ip_address"]]
AXES_HANDLER = "pyrometer.app.people.failures.FailureHandler"
AXES_USERNAME_FORM_FIELD = "email"
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["password", "again", "present", "code"]
"""Every field that a secret is typed into: what was tried is written down without it."""
AXES_CLIENT_IP_CALLABLE = "pyrometer.app.people.addresses.address_of"
AXES_LOCKOUT_CALLABLE = "pyrometer.app.people.views.signing_in.locked_out"
PEOPLE_POST = "pyrometer.app.delivery.outbox.post"
"""Where the room of people posts its letters; delivery stands above it, and can't be imported there."""

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False  # the proxy in front does that; /healthz must answer without
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("sv", "Svenska"), ("ja", "日本語")]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = ["pyrometer.app.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = FOLDER / "static"
WHITENOISE_USE_FINDERS = True

MAIL_SERVER = server(os.environ.get("PYROMETER_SMTP"))
MAIL_FROM = os.environ.get("PYROMETER_MAIL_FROM") or f"Pyrometer <pyrometer@{urlsplit(ORIGIN).hostname}>"
MAIL_SIGNER = signer(os.environ)
"""What signs mails with DKIM; None: nothing does."""
MAIL_BOUNCES = return_path.checked(os.environ.get("PYROMETER_MAIL_BOUNCES"))
"""Where bounces return to, with the mail's token put in; empty: to the sender."""
MAIL_BOX = box(os.environ.get("PYROMETER_IMAP"))
MAIL_SECRET = secret.checked(os.environ.get("PYROMETER_MAIL_SECRET"))
"""What signs returned mails that are posted here, or comes with them; empty: none are taken."""
MAIL_PACE = at_least_one("PYROMETER_MAIL_PACE", None)
"""Marketing mails a minute to each receiving domain; None: as many as there are."""
MAIL_SOFT_BOUNCES = at_least_one("PYROMETER_MAIL_SOFT_BOUNCES", 5)
"""After so many mails in a row that came back for now, an address gets no more."""
DELIVERY_THREADS = 4
"""How many deliveries a worker has under way at once, beside its loop; 0: one after the other, in it."""
WEBHOOK_NETWORKS = tuple(filter(None, os.environ.get("PYROMETER_WEBHOOK_NETWORKS", "").split(",")))
"""Networks that are not public and that webhooks may reach all the same: 10.1.0.0/16,fd00::/8."""
API_RATE = int(os.environ.get("PYROMETER_API_RATE") or 600)
"""Calls of the API a minute and key, in each process."""

MEDIA_ROOT = FOLDER / "files"
"""What people upload, until it is read; web and worker both need to reach it. Of it only the images of mails are
served, by names that nobody guesses."""
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

WIRE_RATE = float(os.environ.get("PYROMETER_WIRE_RATE", "5000"))
"""Messages a second that one write key may send to one web process; four times as many at once."""

HOLD_FACTOR = float(os.environ.get("PYROMETER_HOLD_FACTOR") or 1)
"""How much longer than usual a worker may keep what it has claimed; more on a slow machine. What a killed worker had
claimed is free again after that."""

LOG_LEVEL = os.environ.get("PYROMETER_LOG") or "WARNING"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # What visitors mistype, and what they may not, is answered to them; whoever runs it hears of it when asking for it.
    "loggers": {"django.request": {"level": "ERROR" if LOG_LEVEL == "WARNING" else LOG_LEVEL}},
}
