"""A lead's temperature, drawn."""

from __future__ import annotations

from rich.text import Text

COLOURS = {"hot": "bold red", "warm": "yellow", "cool": "cyan"}
MERCURY = {"hot": 3, "warm": 2, "cool": 1}
LENGTH = 3
WIDTH = 1 + LENGTH + 1 + max(map(len, COLOURS))


def thermometer(temperature: str, *, plain: bool = False) -> Text:
    """A bulb, its mercury, and the word: `●━━━ hot`, in ASCII where `plain`.

    >>> thermometer("warm").plain, thermometer("cool", plain=True).plain
    ('●━━╌ warm', 'o=-- cool')
    """
    bulb, full, empty = ("o", "=", "-") if plain else ("●", "━", "╌")
    colour, filled = COLOURS[temperature], MERCURY[temperature]
    drawn = Text(bulb + full * filled, style=colour)
    drawn.append(empty * (LENGTH - filled), style="dim")
    drawn.append(f" {temperature}", style=colour)
    return drawn
