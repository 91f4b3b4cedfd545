"""What the package promises before it does anything: a light start, pinned requirements, small modules."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "pyrometer"
LOCKS = ["core", "dev"]
LARGEST_MODULE = 16 * 1024

# What the core never needs, and what it needs only once there is work to do.
NEVER = {"arro3", "deltalake", "django", "lightgbm", "numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn"}
LATER = {"duckdb", "pydantic", "ruamel.yaml", "sqlglot"}
LEARNED = {"backtesting", "learning", "profiling"}


def loaded_by(code: str) -> set[str]:
    """Names of the modules that a fresh interpreter holds after `code`."""
    report = "import atexit, sys; atexit.register(lambda: print('', *sys.modules, sep='\\n'))"
    result = subprocess.run([sys.executable, "-c", f"{report}; {code}"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.splitlines())


def lock_text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What a lock file pins: name -> (version, hashes). A line that is neither pin nor comment fails."""
    without_comments = re.sub(r"^\s*#.*\n", "", lock_text(lock), flags=re.MULTILINE)
    found = {}
    for line in without_comments.replace("\\\n", " ").splitlines():
        match = re.fullmatch(r"([\w.-]+)==([\w.+!]+)((?:\s+--hash=sha256:[0-9a-f]{64})*)\s*", line)
        assert match, f"requirements/{lock}.txt pins nothing here: {line}"
        found[canonicalize_name(match[1])] = (match[2], tuple(match[3].split()))
    return found


def core_requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"]]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import pyrometer", id="import"),
        pytest.param("sys.argv = ['pyrometer', '--help']; from pyrometer.cli import main; main()", id="help"),
    ],
)
def test_starting_loads_nothing_heavy(code: str) -> None:
    assert not loaded_by(code) & (NEVER | LATER)


def test_the_whole_core_loads_without_data_frames_learning_or_the_web() -> None:
    # What their front doors lead to needs the extra `learn`, and is imported when there is something to learn. The
    # application needs its own extra, and is imported when it is started.
    modules = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.stem != "__main__"
        and "app" not in path.relative_to(PACKAGE).parts
        and (not LEARNED & set(path.parent.parts) or path.stem == "__init__")
    ]
    assert not loaded_by(f"import {', '.join(modules)}") & NEVER


def test_the_command_is_the_command_line() -> None:
    (command,) = distribution("pyrometer").entry_points.select(group="console_scripts", name="pyrometer")
    assert command.value == "pyrometer.cli:main"


def test_type_checkers_see_that_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


@pytest.mark.parametrize("lock", [*LOCKS, "dbt"])
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    assert [name for name, (_, hashes) in pins(lock).items() if not hashes] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", lock_text(lock))


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("requirement", core_requirements(), ids=lambda requirement: requirement.name)
def test_every_core_dependency_is_pinned_at_a_version_it_allows(lock: str, requirement: Requirement) -> None:
    version, _ = pins(lock)[canonicalize_name(requirement.name)]
    assert version in requirement.specifier


def test_tests_run_on_the_versions_that_the_core_is_installed_with() -> None:
    assert pins("core").items() <= pins("dev").items()


def test_modules_are_small() -> None:
    sizes = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in PACKAGE.rglob("*.py")}
    assert {name: size for name, size in sizes.items() if size > LARGEST_MODULE} == {}
