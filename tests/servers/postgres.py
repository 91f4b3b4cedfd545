"""A real PostgreSQL in a temporary folder, on loopback."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
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


class Server:
    """A cluster in a folder, always at the same port; whoever has it may stop and start it."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, _free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            shutil.chown(home, OWNER, OWNER)
        begin = [_program("initdb"), "-D", str(home / "data"), "-U", "postgres", "--encoding=UTF8"]
        subprocess.run(_as_owner([*begin, "--locale=C.UTF-8", "-N"]), check=True, capture_output=True)
        (home / "data" / "pg_hba.conf").write_text(
            "host all guest 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n"
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {"port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.home)}
        options = [part for name, value in (_QUICK | settings).items() for part in ("-c", f"{name}={value}")]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _as_owner([_program("postgres"), "-D", str(self.home / "data"), *options]),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        _wait(self.url, self._process, self.home / "log")

    def stop(self) -> None:
        """Stop it, whoever is still connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None


@contextmanager
def server() -> Iterator[Server]:
    """Give a new server, running."""
    with TemporaryDirectory(prefix="pyrometer-pg-") as folder:
        made = Server(Path(folder))
        try:
            made.start()
            yield made
        finally:
            made.stop()


@contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a new server's database, without a password; local users are trusted, `guest` needs one."""
    with server() as running:
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE guest LOGIN PASSWORD '{PASSWORD}'".encode())
        yield running.url


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
