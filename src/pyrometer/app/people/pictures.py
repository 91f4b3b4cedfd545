"""QR codes, as an image that a page may show under its strict policy."""

from __future__ import annotations

import base64
import itertools

import qrcode

BORDER = 4
"""Modules of white around the code; scanners need them."""


def qr_code(text: str) -> str:
    """The code as a `data:` address of an SVG, black on white in the dark, too."""
    drawing = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=BORDER)
    drawing.add_data(text)
    rows = drawing.get_matrix()
    size = len(rows)
    path = "".join(_runs(rows))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _runs(rows: list[list[bool]]) -> list[str]:
    """Dark modules that stand side by side are one rectangle."""
    found = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in itertools.groupby(row):
            width = len(list(run))
            if dark:
                found.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return found
