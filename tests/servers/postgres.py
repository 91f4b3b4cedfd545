"""A real PostgreSQL in a temporary folder, on loopback."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.servers import lacking

OWNER = "postgres"
"""Whom the server runs as where the tests run as root, which it refuses."""

PASSWORD = "p@ss/w:rd"
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "40"}


@contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a new server's database, without a password; local users are trusted, `guest` needs one."""
    folder = TemporaryDirectory(prefix="pyrometer-pg-")
    home = Path(folder.name)
    if os.geteuid() == 0:
        shutil.chown(home, OWNER, OWNER)
    data, port = home / "data", _free_port()
    subprocess.run(
        _as_owner([_program("initdb"), "-D", str(data), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-N"]),
        check=True,
        capture_output=True,
    )
    settings = _QUICK | {"port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(home)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    (data / "pg_hba.conf").write_text(
        "host all guest 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n"
    )
    log = (home / "log").open("wb")
    server = subprocess.Popen(
        _as_owner([_program("postgres"), "-D", str(data), *options]), stdout=log, stderr=log, stdin=subprocess.DEVNULL
    )
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        _wait(url, server, home / "log")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'".encode())
        yield url
    finally:
        server.terminate()
        server.wait(30)
        log.close()
        folder.cleanup()


def _program(name: str) -> str:
    """A program of the newest PostgreSQL on this machine."""

    def version(path: str) -> int:
        return int(Path(path).parts[-3])

    there = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), key=version) or [shutil.which(name) or ""]
    return there[-1] or lacking(f"PostgreSQL's `{name}` isn't here (Debian and Ubuntu: apt-get install postgresql)")


def _as_owner(command: list[str]) -> list[str]:
    """The command as a user that PostgreSQL accepts; it ends when the tests do, even if they are killed."""
    bound = ["setpriv", "--pdeathsig=TERM"]
    if os.geteuid() == 0:
        owner = pwd.getpwnam(OWNER)
        bound += [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return [*bound, *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server answers: it says so in its log before it does, and a connection waits for the rest."""
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            _pause()
    raise RuntimeError(f"PostgreSQL didn't start:\n{log.read_text(errors='replace')[-2000:]}")


def _pause() -> None:
    """A moment between two attempts to reach a server that is starting."""
    subprocess.run(["sleep", "0.05"], check=True)
