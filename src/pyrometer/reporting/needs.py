"""The packages that pages need beyond the core's."""

from __future__ import annotations

from importlib.util import find_spec

from pyrometer.errors import UsageError

PACKAGES = {"altair": "altair", "vl_convert": "vl-convert-python"}


def need_charts() -> None:
    """Raises UsageError where the packages that draw charts aren't installed."""
    absent = [name for module, name in PACKAGES.items() if find_spec(module) is None]
    if absent:
        raise UsageError(f'pages need packages that aren\'t here ({", ".join(absent)}): pip install "pyrometer[learn]"')
