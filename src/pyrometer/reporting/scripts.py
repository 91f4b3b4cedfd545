"""The scripts of a page: Vega as the installed packages have it, and what starts it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pyrometer.reporting.html import Html


@lru_cache(maxsize=1)
def vega() -> str:
    """The code of Vega, Vega-Lite and Vega-Embed, which draws the charts; takes seconds to put together, once."""
    import vl_convert
    from altair.vegalite import SCHEMA_VERSION

    version = ".".join(SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    snippet = "window.vegaEmbed = vegaEmbed;"
    return harmless(vl_convert.javascript_bundle(snippet, version))


def own(name: str) -> str:
    """A file of this package."""
    return files("pyrometer.reporting").joinpath(name).read_text(encoding="utf-8")


def harmless(code: str) -> str:
    """Code that can stand in a page: none of its strings ends the element.

    >>> print(harmless("'</script>'"))
    '\\x3c/script>'
    """
    return re.sub(r"<(?=/?script|!--)", r"\\x3c", code, flags=re.IGNORECASE)


def data(values: Mapping[str, Any]) -> str:
    """JSON that can stand in a page, whatever texts it has in it.

    >>> data({"a": "</script>"})
    '{"a":"\\\\u003c/script\\\\u003e"}'
    """
    told = json.dumps(values, separators=(",", ":"), allow_nan=False)
    return told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def script(code: str, kind: str | None = None, name: str | None = None) -> Html:
    """A script element; `code` is harmless already."""
    said = f' type="{kind}" id="{name}"' if kind else ""
    return Html(f"<script{said}>{code}</script>")


def style(code: str) -> Html:
    """A style element."""
    return Html(f"<style>{code}</style>")


def digest(code: str) -> str:
    """What a content security policy calls exactly this code."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
