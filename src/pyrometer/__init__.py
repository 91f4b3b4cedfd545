"""Pyrometer: which leads are hot, and exactly why.

The functions of the façade load what they need when they are first used, so that importing the package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyrometer.assurance import assure
    from pyrometer.backtesting import backtest
    from pyrometer.compiling import compile_sql
    from pyrometer.definition import load
    from pyrometer.explanation import explain
    from pyrometer.learning import learn
    from pyrometer.profiling import profile
    from pyrometer.scoring import score
    from pyrometer.simulation import simulate

__version__ = "0.1.0"

_HOMES = {
    "assure": "pyrometer.assurance",
    "backtest": "pyrometer.backtesting",
    "compile_sql": "pyrometer.compiling",
    "explain": "pyrometer.explanation",
    "learn": "pyrometer.learning",
    "load": "pyrometer.definition",
    "profile": "pyrometer.profiling",
    "score": "pyrometer.scoring",
    "simulate": "pyrometer.simulation",
}

__all__ = [
    "__version__",
    "assure",
    "backtest",
    "compile_sql",
    "explain",
    "learn",
    "load",
    "profile",
    "score",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'pyrometer' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
