"""The command run in this process: the same code and streams, without the seconds that a new process takes to load."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from pyrometer.cli import main
from tests.cli.command import SWITCHES, Outcome


@dataclass(frozen=True)
class Here:
    """Runs the command in a folder; the arguments are texts and paths."""

    folder: Path
    captured: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> Outcome:
        """The outcome of a run."""
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
