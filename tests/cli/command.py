"""The command as somebody runs it: another process, its output, its exit code."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

COMMAND = (sys.executable, "-m", "pyrometer.cli")
SWITCHES = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM", "PYROMETER_DEBUG", "PYTHONIOENCODING")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 120
"""Seconds after which a run has hung."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment, without what changes output, and with `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    return kept | {"TERM": "xterm-256color"} | dict(extra or {})


@dataclass(frozen=True)
class Outcome:
    """What a run came to; on a terminal `out` holds both streams, with their escape sequences."""

    code: int
    out: str
    err: str = ""

    @property
    def lines(self) -> list[str]:
        """Standard output by line."""
        return self.out.splitlines()

    @property
    def seen(self) -> str:
        """What a terminal shows, without colours."""
        return ESCAPES.sub("", self.out).replace("\r\n", "\n")


@dataclass(frozen=True)
class Runner:
    """Runs the command in a folder; the arguments are texts and paths."""

    folder: Path

    def __call__(
        self,
        *arguments: object,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        stdout: IO[bytes] | None = None,
        shell: str = "",
    ) -> Outcome:
        """The outcome of a run; `shell` is said to a shell before it becomes the command (`ulimit -f 8;`)."""
        process = self.start(*arguments, env=env, stdout=stdout, shell=shell, piped=stdin is not None)
        out, err = process.communicate(None if stdin is None else stdin.encode(), timeout=PATIENCE)
        outcome = Outcome(process.returncode, (out or b"").decode(), err.decode())
        assert "Traceback" not in outcome.err, outcome.err
        return outcome

    def start(
        self,
        *arguments: object,
        env: Mapping[str, str] | None = None,
        stdout: IO[bytes] | None = None,
        shell: str = "",
        piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        """The command, running."""
        command = [*COMMAND, *map(str, arguments)]
        return subprocess.Popen(
            ["sh", "-c", f'{shell} exec "$@"', "sh", *command] if shell else command,
            cwd=self.folder,
            env=environment(env),
            stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def on_terminal(
        self,
        *arguments: object,
        columns: int = 80,
        env: Mapping[str, str] | None = None,
        until: str | None = None,
        press: bytes = b"",
    ) -> Outcome:
        """The outcome of a run on a terminal; once it has shown `until`, keys are pressed."""
        shell = 'exec "$@" <"$TTY" >"$TTY" 2>"$TTY"'
        command = ["sh", "-c", shell, "sh", *COMMAND, *map(str, arguments)]
        ours, theirs = pty.openpty()
        try:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            # The first terminal that a new session opens becomes its own, so that Ctrl-C is a signal.
            named = environment({"TTY": os.ttyname(theirs)} | dict(env or {}))
            process = subprocess.Popen(command, cwd=self.folder, env=named, start_new_session=True)
            shown = _read(ours, process, lambda text: until is not None and until in text, press)
            return Outcome(process.wait(PATIENCE), shown)
        finally:
            os.close(ours)
            os.close(theirs)


def _read(terminal: int, process: subprocess.Popen[bytes], ready: Callable[[str], bool], press: bytes) -> str:
    shown = b""
    pressed = not press
    while True:
        readable, _, _ = select.select([terminal], [], [], 0.05)
        if readable:
            shown += os.read(terminal, 65536)
            if not pressed and ready(shown.decode(errors="replace")):
                os.write(terminal, press)
                pressed = True
        elif process.poll() is not None:
            return shown.decode(errors="replace")
