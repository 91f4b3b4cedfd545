"""A real standalone cluster of Spark on loopback, one master and two workers, started from the jars of pyspark."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyspark

from tests.servers.ports import free_port

HOME = Path(pyspark.__file__).parent
WORKERS = 2


@dataclass(frozen=True)
class Cluster:
    """Where it is, and its processes."""

    url: str
    master: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def cluster(secret: str | None = None) -> Iterator[Cluster]:
    """A cluster whose workers have a core each; with a secret, only who knows it may talk to it."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="pyrometer-spark-", ignore_cleanup_errors=True)))
        url = f"spark://127.0.0.1:{free_port()}"
        port = url.rpartition(":")[2]
        options = ["--host", "127.0.0.1", "--webui-port", "0"]
        settings = {} if secret is None else {"spark.authenticate": "true", "spark.authenticate.secret": secret}
        conf = home / "conf"
        conf.mkdir()
        (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        master = stack.enter_context(_daemon(home, "master", "master.Master", [*options, "--port", port]))
        _wait(home / "master.log", "I have been elected leader", 1, [master])
        options += ["--cores", "1", "--memory", "1g"]
        workers = [
            stack.enter_context(_daemon(home, name, "worker.Worker", [*options, "--work-dir", str(home / name), url]))
            for name in (f"worker{number}" for number in range(WORKERS))
        ]
        _wait(home / "master.log", "Registering worker", WORKERS, [master, *workers])
        yield Cluster(url, master, tuple(workers))


@contextmanager
def _daemon(home: Path, name: str, main: str, options: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the tests, even if they are killed; an executor ends with its worker."""
    environment = os.environ | {
        "SPARK_HOME": str(HOME),
        "SPARK_CONF_DIR": str(home / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(home),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    command = ["setpriv", "--pdeathsig=KILL", str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{main}"]
    with (home / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options], stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)


def _wait(log: Path, words: str, times: int, processes: list[subprocess.Popen[bytes]]) -> None:
    """Until a log says something so many times."""
    until = time.monotonic() + 120
    while log.read_text(errors="replace").count(words) < times:
        if time.monotonic() > until or any(process.poll() is not None for process in processes):
            raise RuntimeError(f"Spark's cluster didn't start:\n{log.read_text(errors='replace')[-3000:]}")
        subprocess.run(["sleep", "0.1"], check=True)
