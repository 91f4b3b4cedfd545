"""Settings of the tests: those of the application, with a database in a temporary folder.

`DATABASE=postgresql` (`make test-postgresql`) has the tests start a PostgreSQL for themselves, one in each process. A
`DATABASE_URL` is taken as it is. Neither is handed on to the processes that tests start: these say what they want.
"""

import atexit
import os
import shutil
import tempfile

if "PYROMETER_DATA" not in os.environ:
    os.environ["PYROMETER_DATA"] = tempfile.mkdtemp(prefix="pyrometer-app-")
    atexit.register(shutil.rmtree, os.environ["PYROMETER_DATA"], ignore_errors=True)
os.environ.setdefault("PYROMETER_ORIGIN", "http://testserver")
# A browser that is open for several tests keeps a loop in their thread; no test of ours awaits anything in it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

if os.environ.get("DATABASE", "sqlite") == "postgresql" and "DATABASE_URL" not in os.environ:
    from tests.engines import postgres_url

    os.environ["DATABASE_URL"] = postgres_url()

from pyrometer.app.settings import *  # noqa: F403

os.environ.pop("DATABASE_URL", None)

ALLOWED_HOSTS = ["*"]
# Argon2 takes its time on purpose; whether it is used is tested where that matters.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DELIVERY_THREADS = 0
# WhiteNoise warns where its folder isn't there; what is in it comes from the finders here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
