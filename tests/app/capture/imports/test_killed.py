"""An import whose worker is killed (SIGKILL), wherever it is, goes on exactly where it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
ROWS = 1600

BEGIN = """
import json, os, signal, sys
from datetime import UTC, datetime, timedelta
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from pyrometer.app.capture.imports import actions, running
from pyrometer.app.capture.models import Import
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.people.audit import Actor
NOW = datetime(2026, 6, 1, tzinfo=UTC)
"""
UPLOAD = """
call_command("migrate", verbosity=0)
lines = "".join(
    f"p{n % 700}@acme.example,2026-05-01 {n % 24:02}:{n % 60:02},page_viewed,{n}\\n" for n in range(int(sys.argv[1]))
)
actor = Actor("a test")
text = ("email,time,event,number\\n" + lines).encode()
source = actions.upload(actor=actor, name="list", chunks=[text], kind="events", now=NOW)
assert actions.start(actor=actor, source=source, dry=False, now=NOW)
"""
# Its own process is killed before a certain statement is run, in whatever transaction that stands.
RUN = """
number, later, until = 0, int(sys.argv[1]), int(sys.argv[2])
def watch(execute, sql, params, many, context):
    global number
    number += 1
    if number == until:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(watch):
    while running.run(NOW + timedelta(hours=later)):
        pass
source = Import.objects.get()
print(json.dumps({
    "state": source.state, "done": source.done, "created": source.created, "updated": source.updated,
    "duplicates": source.duplicates, "rejected": source.rejected, "leads": Lead.objects.count(),
    "events": Event.objects.count(),
    "numbers": len({each["number"] for each in Event.objects.values_list("properties", flat=True)}),
}))
"""


def ran(folder: Path, text: str, *arguments: int) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, on the installation of a folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYROMETER_", "DATABASE"))}
    environment |= {"PYROMETER_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
    environment |= {"PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", BEGIN + text, *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_goes_on_exactly_where_it_was(tmp_path: Path) -> None:
    made = ran(tmp_path, UPLOAD, ROWS)
    assert made.returncode == 0, made.stderr
    for hours, statement in enumerate((9, 24, 31)):
        assert ran(tmp_path, RUN, hours, statement).returncode == -signal.SIGKILL
    done = ran(tmp_path, RUN, 9, 0)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "state": "done",
        "done": ROWS,
        "created": 700,
        "updated": ROWS - 700,
        "duplicates": 0,
        "rejected": 0,
        "leads": 700,
        "events": ROWS,
        "numbers": ROWS,
    }
