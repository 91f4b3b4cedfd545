"""A ClickHouse on loopback: the real engine in a process of its own, behind the HTTP front of `clickhouse_front`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    """A running server: its port, and its process."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, login: str = "default", database: str = "default") -> str:
        """Where it is, for a user."""
        return f"clickhouse://{login}@127.0.0.1:{self.port}/{database}"

    def statements(self) -> str:
        """All that it was asked for, with the addresses of the requests."""
        with urlopen(f"http://127.0.0.1:{self.port}/log") as answer:
            return str(answer.read().decode())


@contextmanager
def clickhouse() -> Iterator[Server]:
    """A new server, empty; it ends with the block, or with the tests if they are killed."""
    command = ["setpriv", "--pdeathsig=KILL", sys.executable, "-m", "tests.servers.clickhouse_front"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the server of chdb didn't start")
        yield Server(int(line), process)
    finally:
        process.kill()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()
