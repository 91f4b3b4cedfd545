"""The command run in this process: the same code and streams, without the second that a new process takes to load."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pyrometer.cli import main
from tests.cli.command import SWITCHES, Outcome, Runner


@dataclass(frozen=True)
class Here:
    """Runs the command in a folder; the arguments are texts and paths.

    What only a process of its own can have gets one: an input, an environment, a shell's limits, a terminal.
    """

    folder: Path
    captured: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object, **process: Any) -> Outcome:
        """The outcome of a run."""
        if process:
            return Runner(self.folder)(*arguments, **process)
        before, handler = Path.cwd(), signal.getsignal(signal.SIGTERM)
        self.captured.readouterr()
        os.chdir(self.folder)
        try:
            # Processes that share the tests tell each other how wide the terminal is.
            with pytest.MonkeyPatch.context() as patch:
                for name in SWITCHES:
                    patch.delenv(name, raising=False)
                code = main([str(argument) for argument in arguments])
        finally:
            os.chdir(before)
            signal.signal(signal.SIGTERM, handler)
        out, err = self.captured.readouterr()
        assert "should not have" not in err, err
        return Outcome(code, out, err)

    def start(self, *arguments: object, **more: Any) -> subprocess.Popen[bytes]:
        """The command in a process of its own, running."""
        return Runner(self.folder).start(*arguments, **more)

    def on_terminal(self, *arguments: object, **more: Any) -> Outcome:
        """The outcome of a run in a process of its own, on a terminal."""
        return Runner(self.folder).on_terminal(*arguments, **more)
