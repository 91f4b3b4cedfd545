"""What a user sees when something goes wrong: one clear message and an exit code, never a traceback."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType

from pyrometer.errors import DefinitionError, PyrometerError

FINE, PROBLEMS, UNUSABLE, INTERRUPTED, TERMINATED = 0, 1, 2, 130, 143


def guarded(run: Callable[[], int]) -> int:
    """The exit code of `run`, whatever it raises; what it raised has been said on standard error."""
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _terminate)
    _open_streams()
    try:
        code = run()
        sys.stdout.flush()
    except BaseException as error:
        code = _code_of(error)
        if os.environ.get("PYROMETER_DEBUG") and not isinstance(error, SystemExit):
            traceback.print_exception(error)
    return _let_go(code)


def say(message: str, *hints: str) -> None:
    """Write a message to standard error, as lines of their own."""
    from pyrometer.cli.terminal import visible

    lines = [f"pyrometer: {visible(message, lines=True)}", *(f"  {hint}" for hint in hints)]
    try:
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return  # nobody is left to be told


def _code_of(error: BaseException) -> int:
    if isinstance(error, SystemExit):
        if isinstance(error.__context__, BrokenPipeError):
            return FINE  # Rich's way to say the same
        return error.code if isinstance(error.code, int) else FINE if error.code is None else UNUSABLE
    if isinstance(error, KeyboardInterrupt) or _is_interrupted_query(error):
        say("stopped")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return FINE  # the reader has all it wanted, as in `pyrometer score … | head`
    if isinstance(error, DefinitionError):
        from pyrometer.cli.problems import count, print_problems

        print_problems(error.problems, sys.stderr)
        say(f"{count(error.problems)} in the {error.of}")
        return PROBLEMS
    if isinstance(error, PyrometerError):
        say(str(error))
        return error.exit_code
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else "can't write to standard output: "
        say(f"{where}{error.strerror or error}")
        return UNUSABLE
    if isinstance(error, MemoryError):
        say("out of memory", "give the engine a bound, such as --memory-limit 2GB; it then works from disk")
        return UNUSABLE
    return _usage(error) or _unexpected(error)


def _usage(error: BaseException) -> int | None:
    from cyclopts import CycloptsError

    from pyrometer.cli.wording import reword

    if not isinstance(error, CycloptsError):
        return None
    command = " ".join(("pyrometer", *(error.command_chain or ())))
    say(reword(error), f"how it is used: {command} --help")
    return UNUSABLE


def _unexpected(error: BaseException) -> int:
    first = next(iter(str(error).splitlines()), "")
    place = traceback.extract_tb(error.__traceback__)[-1:] if error.__traceback__ else []
    where = "".join(f", in {os.path.basename(frame.filename)}:{frame.lineno}" for frame in place)
    say(
        f"something went wrong that should not have: {type(error).__name__}: {first}{where}",
        "this is a mistake in Pyrometer; run the same with PYROMETER_DEBUG=1 set and report what it prints",
    )
    return UNUSABLE


def _is_interrupted_query(error: BaseException) -> bool:
    return isinstance(error, RuntimeError) and str(error) == "Query interrupted"


def _terminate(number: int, frame: FrameType | None) -> None:
    """Leave as if by an exception, so that files begun beside their place are removed."""
    sys.exit(TERMINATED)


def _open_streams() -> None:
    """Text that the terminal's encoding lacks becomes `?`; a stream closed by the caller swallows what it gets."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _let_go(code: int) -> int:
    """Flush standard output; where that is impossible, say so and keep the interpreter from trying again at exit."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
    except OSError as error:
        _discard_output()
        say(f"can't write to standard output: {error.strerror}")
        return UNUSABLE
    return code


def _discard_output() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
