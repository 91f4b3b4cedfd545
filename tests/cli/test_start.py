"""The front door: help, versions, and how little it takes to show them."""

import json
import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import pytest

import pyrometer.cli
from pyrometer.cli.catalogue import COMMANDS
from tests.cli.command import Runner, environment

HEAVY = ("duckdb", "pydantic", "sqlglot", "ruamel", "django", "pandas", "numpy", "pyarrow", "sklearn")


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_command_and_an_example(run: Runner, arguments: list[str]) -> None:
    shown = run(*arguments)
    assert shown.code == 0
    assert all(f"│ {name} " in shown.out for name in COMMANDS)
    assert "pyrometer score definition.yaml --leads leads.csv" in shown.out
    assert not shown.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(run: Runner, name: str) -> None:
    shown = run(name, "--help")
    assert shown.code == 0
    assert COMMANDS[name].help.splitlines()[0] in shown.out
    assert f"  pyrometer {name}" in shown.out
    assert all(len(line) <= 80 for line in shown.lines)


@pytest.mark.parametrize("name", ["build", "refresh", "info"])
def test_commands_of_the_tally_have_help(run: Runner, name: str) -> None:
    shown = run("tally", name, "--help")
    assert shown.code == 0
    assert "--tally FOLDER" in shown.out


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["score", "--help"], ["tally", "--help"]])
def test_help_loads_no_engine(arguments: list[str]) -> None:
    code = (
        "import json, sys; from pyrometer.cli import main; code = main(json.loads(sys.argv[1]));"
        f"print('', code, [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(arguments)], env=environment(), check=True, stdout=subprocess.PIPE
    )
    assert done.stdout.decode().splitlines()[-1] == " 0 []"


def test_version(run: Runner) -> None:
    from pyrometer import __version__

    assert run("--version").out == f"pyrometer {__version__}\n"


def test_completion_can_be_installed(run: Runner) -> None:
    done = run("--install-completion", "--shell", "bash", "--output", "completion.sh")
    assert done.code == 0
    script = (run.folder / "completion.sh").read_text()
    assert "fingerprint" in script
    assert "--memory-limit" in script


def test_no_module_takes_the_name_of_what_starts_the_command() -> None:
    for module in iter_modules(pyrometer.cli.__path__, "pyrometer.cli."):
        if module.name != "pyrometer.cli.__main__":
            import_module(module.name)
    assert callable(pyrometer.cli.application)
    assert callable(pyrometer.cli.main)
