"""An object storage of its own on loopback: an HTTP server that speaks S3."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

SECRET = "secret-key-that-nobody-may-see"


@dataclass(frozen=True)
class Storage:
    """Where it listens, and the environment of those who use it."""

    address: str
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "somebody",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def bucket(self, name: str) -> str:
        """A new bucket; its URL."""
        urllib.request.urlopen(urllib.request.Request(f"{self.address}/{name}", method="PUT")).close()
        return f"s3://{name}"


@pytest.fixture(scope="module")
def storage_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    server = Path(sys.executable).with_name("moto_server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("storage") / "log").open("wb")
    process = subprocess.Popen([server, "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            with suppress(OSError):
                urllib.request.urlopen(address, timeout=1).close()
                break
        yield Storage(address, process)
    finally:
        process.terminate()
        process.wait(30)
        log.close()


@pytest.fixture
def storage(storage_server: Storage, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """The storage, with this process's environment set for it."""
    for name, value in storage_server.environment.items():
        monkeypatch.setenv(name, value)
    return storage_server
