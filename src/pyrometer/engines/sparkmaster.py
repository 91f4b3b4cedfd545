"""A Spark session of our own: on a master that answers, quiet, and stopped when it is done with."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pyrometer.engines.address import Address, is_secret, without_secrets
from pyrometer.engines.sparkwatch import Py4JError, PySparkException, condition, said
from pyrometer.engines.waiting import run_interruptibly
from pyrometer.errors import EvidenceError, UsageError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

PATIENCE = 10
"""Seconds to wait for a master to answer."""

PORT = 7077

_OURS = {
    "spark.app.name": "pyrometer",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_QUIET = """\
rootLogger.level = off
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
"""
"""Logging without a word; Spark takes a configuration that has no appender for none."""


def open_session(address: Address) -> tuple[Any, Callable[[], None], tuple[str, ...]]:
    """A session, what stops it, and what must never be said.

    Raises EvidenceError where no master answers, UsageError where this process has a session on another one.
    """
    settings = {name: value for name, value in address.options.items() if name.startswith("spark.")}
    for name in address.options.keys() - settings.keys():
        raise UsageError(f"--engine spark: unknown option `{name}`; options are settings such as spark.executor.memory")
    if address.user or address.password:
        raise UsageError("--engine spark: a master has no users; a shared secret comes from _SPARK_AUTH_SECRET")
    if address.path:
        raise UsageError(f"--engine spark: nothing is known of `/{address.path}`; write spark://host:{PORT}")
    local = address.host.startswith("local")
    host = "127.0.0.1" if local else _reach(address)
    master = address.host if local else f"spark://{_bracketed(address.host)}:{address.port or PORT}"
    if SparkContext._active_spark_context is not None:
        return _beside(master, address.shown, settings), lambda: None, address.secrets
    if not {"SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME"} & os.environ.keys():
        settings = {"spark.driver.host": host} | settings
        if local:
            settings = {"spark.driver.bindAddress": host} | settings
    return *_start(master, _OURS | settings, address), address.secrets


def _start(master: str, settings: dict[str, str], address: Address) -> tuple[Any, Callable[[], None]]:
    folder = tempfile.TemporaryDirectory(prefix="pyrometer-spark-")
    quiet, log = Path(folder.name, "log4j2.properties"), Path(folder.name, "log")
    quiet.write_text(_QUIET)
    java = f"-Dlog4j2.configurationFile={quiet.as_uri()} {settings.get('spark.driver.extraJavaOptions', '')}".strip()

    given = settings | {"spark.driver.extraJavaOptions": java}

    def start() -> Any:
        with _stderr_to(log):
            # Everybody on this machine can read how Java was started, so that secrets are set afterwards.
            seen = [(name, value) for name, value in given.items() if not is_secret(name)]
            SparkContext._ensure_initialized(conf=SparkConf(loadDefaults=False).setAll(seen))
            builder = SparkSession.builder.master(master)
            for name, value in given.items():
                builder = builder.config(name, value)
            return builder.getOrCreate()

    def stop() -> None:
        with suppress(Exception):
            session.stop()
        folder.cleanup()

    def give_up() -> None:
        # A context that lost its master stays behind, and no other session could start in this process.
        with suppress(Exception):
            if SparkContext._active_spark_context is not None:
                SparkContext._active_spark_context.stop()
        folder.cleanup()

    try:
        session = run_interruptibly(start, lambda: None)
    except (PySparkException, Py4JError) as error:
        why = without_secrets(_why(error, log), address.secrets)
        give_up()
        raise EvidenceError(f"can't reach {address.shown}: {why}") from None
    except BaseException:
        give_up()
        raise
    return session, stop


def _why(error: Exception, log: Path) -> str:
    """What kept a session from starting: no Java, or somebody else than a master who answers."""
    if isinstance(error, PySparkException) and condition(error) == "JAVA_GATEWAY_EXITED":
        lines = log.read_text(errors="replace").strip().splitlines() or ["no word of why"]
        return f"Java didn't start ({lines[-1].strip()}); Spark 4 needs Java 17 or 21, on the path or in JAVA_HOME"
    why = said(error)
    return "no Spark master of this version answers there" if "stopped SparkContext" in why else why


@contextmanager
def _stderr_to(path: Path) -> Iterator[None]:
    """What a program that is started meanwhile has to say goes to a file: Java, and Spark before it reads settings."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with path.open("wb") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _beside(master: str, shown: str, settings: Mapping[str, str]) -> Any:
    """A session beside those that this process has, which share all settings that are fixed when Spark starts."""
    context = SparkContext._active_spark_context
    assert context is not None
    if context.master != master:
        raise UsageError(
            f"this process has a Spark session on {context.master} and can't have another on {shown}; "
            "give that session as the engine"
        )
    session = SparkSession(context).newSession()
    for name, value in settings.items():
        if not session.conf.isModifiable(name):
            raise UsageError(
                f"--engine: this process runs Spark already, so that `{name}` can't be set any more; leave it out, "
                "or set it where the first session is made"
            )
        session.conf.set(name, value)
    return session


def _reach(address: Address) -> str:
    """This machine's address as the master sees it; Spark itself would try a master that isn't there for minutes."""
    try:
        with socket.create_connection((address.host, address.port or PORT), PATIENCE) as probe:
            return str(probe.getsockname()[0])
    except OSError as error:
        said = "no answer" if isinstance(error, TimeoutError) else (error.strerror or str(error)).lower()
        raise EvidenceError(f"can't reach {address.shown}: {said}") from None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
