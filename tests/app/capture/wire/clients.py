"""Client libraries of others, as they are: where they stand, and what each of them is to do and to have done."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

from tests.app.faults.installation import PATIENCE
from tests.servers import lacking
from tests.servers.web import Quiet, serving

FOLDER = Path(__file__).parents[2] / "clients"


def installed(package: str) -> None:
    """See to it that a library is there."""
    if not (FOLDER / "node_modules" / package).is_dir():
        lacking(f"{package} is not installed (npm ci --ignore-scripts --prefix tests/app/clients)")


def node(script: str, *arguments: str) -> None:
    """Run one of the scripts to its end, which has to be a good one."""
    program = shutil.which("node")
    if program is None:
        lacking("Node (Debian: apt-get install nodejs)")
    done = subprocess.run(
        [program, script, *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=2 * PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr


@contextmanager
def site() -> Iterator[str]:
    """A site of somebody's, on loopback, with pages that load the libraries."""

    class Handler(Quiet, SimpleHTTPRequestHandler):
        """Gives out files."""

    with serving(partial(Handler, directory=str(FOLDER))) as port:
        yield f"http://127.0.0.1:{port}"
