"""The packages that learning needs beyond the core's."""

from __future__ import annotations

from importlib.util import find_spec

from pyrometer.errors import UsageError

PACKAGES = ("numpy", "scipy", "sklearn", "lightgbm")


def need_packages() -> None:
    """Raises UsageError where the extra isn't installed."""
    absent = [name for name in PACKAGES if find_spec(name) is None]
    if absent:
        raise UsageError(
            f'learning needs packages that aren\'t here ({", ".join(absent)}): pip install "pyrometer[learn]"'
        )
