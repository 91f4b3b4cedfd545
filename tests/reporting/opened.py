"""A page as a reader has it before them: on a desk or a phone, by day or by night, and off every network."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page

WIDTHS = {"desk": 1200, "phone": 360}
PATIENCE = 20_000
"""Milliseconds after which nothing will come any more."""


@dataclass
class Opened:
    """An open page, what it asked for beyond its own file, and what it complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def point(self, mark: Locator) -> None:
        """Point at a mark of a chart, once the page stands still."""
        mark.scroll_into_view_if_needed()
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        mark.hover(force=True)

    def colour(self, selector: str, what: str) -> tuple[int, ...]:
        """A colour of the first such element, as red, green and blue."""
        found = str(self.page.eval_on_selector(selector, f"element => getComputedStyle(element).{what}"))
        return tuple(int(each) for each in found[found.index("(") + 1 : -1].replace(",", " ").split()[:3])


@dataclass
class Opener:
    """Opens pages, and closes them at the end."""

    browser: Browser
    folder: Path
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        text: str | Path,
        on: Literal["desk", "phone"] = "desk",
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
    ) -> Opened:
        """The page, its charts drawn unless `scripts` are off."""
        context = self.browser.new_context(
            viewport={"width": WIDTHS[on], "height": 800},
            color_scheme=scheme,
            offline=True,
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        if isinstance(text, str):
            path = self.folder / f"page-{len(self.contexts)}.html"
            path.write_text(text, encoding="utf-8")
        else:
            path = text
        found = Opened(context.new_page())
        found.page.on("request", lambda request: found.asked.append(request.url))
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        found.page.on("dialog", lambda dialog: (found.complaints.append(dialog.message), dialog.dismiss()))
        found.page.goto(path.as_uri())
        if scripts:
            found.page.wait_for_selector("html.drawn", state="attached")
        found.asked.remove(path.as_uri())
        return found

    def close(self) -> None:
        """Close all that was opened."""
        for context in self.contexts:
            context.close()
