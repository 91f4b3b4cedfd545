"""How quickly pages answer when the database is full: in a process of its own, server time only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.postgres import postgres

TIMES = 60
ROOT = Path(__file__).parents[2]
PAGES = {
    "inbox": "/inbox/",
    "lead list": "/leads/",
    "lead list, filtered": "/leads/?temperature=hot&country=DE",
    "lead list, searched": "/leads/?q=p4{number}@",
    "lead page": "/leads/{number}/",
}
_TIMED = """
import time
from statistics import quantiles
from datetime import UTC, datetime
from django.test import Client
from pyrometer.app.people.models import User
from pyrometer.app.handoff.models import Assignment, Rep, Team
from pyrometer.app.temperature.models import Reading
now = datetime.now(UTC)
user = User.objects.create_user(email="bob@example.com", role="manager")
rep = Rep.objects.create(user=user, team=Team.objects.create(name="all"))
hot = Reading.objects.filter(temperature="hot").values_list("pk", flat=True)[:40]
given = [Assignment(lead_id=lead, rep=rep, because="seeded", at=now, due_at=now) for lead in hot]
Assignment.objects.bulk_create(given)
client = Client()
client.force_login(user)
found = {}
for name, address in PAGES.items():
    took = []
    for number in range(TIMES):
        begun = time.perf_counter()
        answer = client.get(address.format(number=1000 + number * 37))
        took.append(time.perf_counter() - begun)
        assert answer.status_code == 200, (address, answer.status_code)
    found[name] = quantiles(took[1:], n=20)[-1]
print(json.dumps(found))
"""


def measured(kind: str, leads: int, events: int, say: Callable[..., Any]) -> dict[str, float]:
    """The 95th percentile of each page's seconds."""
    with TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        if kind == "sqlite":
            return _measured({"PYROMETER_DATA": folder}, leads, events, say)
        with postgres() as url:
            return _measured({"PYROMETER_DATA": folder, "DATABASE_URL": url}, leads, events, say)


def _measured(more: dict[str, str], leads: int, events: int, say: Callable[..., Any]) -> dict[str, float]:
    environment = {**os.environ, **more, "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
    say(f"filling {'PostgreSQL' if 'DATABASE_URL' in more else 'SQLite'}")
    seeding = [sys.executable, "-m", "benchmarks.app", "--seed", "--leads", str(leads), "--events", str(events)]
    subprocess.run(seeding, env=environment, check=True, cwd=ROOT)
    say("asking for pages")
    begin = f"import json, django\ndjango.setup()\nPAGES, TIMES = {PAGES!r}, {TIMES}\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + _TIMED], env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    return {name: float(seconds) for name, seconds in json.loads(done.stdout).items()}
