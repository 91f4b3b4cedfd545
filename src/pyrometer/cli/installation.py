"""`pyrometer serve`, `web` and `worker`: the application that a team installs."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Annotated

from cyclopts import Parameter

from pyrometer.errors import UsageError

Host = Annotated[str, Parameter(metavar="ADDRESS", help="Where to listen; a proxy with TLS belongs in front of it.")]
Port = Annotated[int, Parameter(metavar="N", help="The port.")]
Data = Annotated[
    Path | None,
    Parameter(metavar="FOLDER", help="Where the database, the secret and the archive stand (default: pyrometer-data)."),
]


Demo = Annotated[
    Path | None,
    Parameter(
        metavar="FOLDER",
        help="Begin with the example workspace in this folder, and let evidence trickle in. For looking around only.",
    ),
]


Workers = Annotated[
    int | None,
    Parameter(metavar="N", help="How many read and hand over (default: 2, or 1 on a machine with one processor)."),
]


def serve_command(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = None,
    demo: Demo = None,
    workers: Workers = None,
) -> int:
    """Web and workers together, until Ctrl-C."""
    os.environ.setdefault("PYROMETER_ORIGIN", f"http://{host}:{port}")
    return int(_running(data).serve(host, port, demo, workers))


def migrate_command(*, data: Data = None) -> int:
    """Bring the database to this version of Pyrometer."""
    return int(_running(data).migrate())


def web_command(*, host: Host = "127.0.0.1", port: Port = 8000, data: Data = None) -> int:
    """The pages, the API and the wire."""
    return int(_running(data).web(host, port))


def worker_command(*, data: Data = None) -> int:
    """Digest, score, hand over and deliver what is due, until it is told to stop."""
    return int(_running(data).worker())


def dns_command(*, data: Data = None) -> int:
    """Print the records of the DNS that mails need."""
    return int(_running(data).dns())


def link_command(
    email: Annotated[str, Parameter(metavar="EMAIL", help="Whose: the address that they sign in with.")],
    /,
    *,
    without_second_factor: Annotated[
        bool, Parameter(negative=(), help="Also switch off their second factor, if phone and recovery codes are lost.")
    ] = False,
    data: Data = None,
) -> int:
    """Print a link that lets somebody in who can't sign in."""
    return int(_running(data).link(email, without_factor=without_second_factor))


def _running(data: Path | None) -> ModuleType:
    """What runs the application; a clear word where its packages are missing."""
    if data is not None:
        os.environ["PYROMETER_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pyrometer.app.settings")
    try:
        from pyrometer.app import running
    except ModuleNotFoundError as error:
        raise UsageError(f"the application needs {error.name}: pip install 'pyrometer[app]'") from None
    return running
