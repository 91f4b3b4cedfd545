"""What the web server runs."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from pyrometer.app.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pyrometer.app.settings")
application = get_wsgi_application()
# Views come with their addresses, which would else wait for the first request.
import_module(settings.ROOT_URLCONF)
settle()
