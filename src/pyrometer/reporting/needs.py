"""The packages that pages need beyond the core's."""

from __future__ import annotations

from importlib import import_module

from pyrometer.errors import UsageError

PACKAGES = {"altair": "altair", "vl_convert": "vl-convert-python"}


def need_charts() -> None:
    """Raises UsageError where the packages that draw charts aren't installed."""
    absent = [name for module, name in PACKAGES.items() if not _there(module)]
    if absent:
        raise UsageError(f'pages need packages that aren\'t here ({", ".join(absent)}): pip install "pyrometer[learn]"')


def _there(module: str) -> bool:
    try:
        import_module(module)
    except ImportError:
        return False
    return True
