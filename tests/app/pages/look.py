"""Opens every page at three widths, by day and by night, and keeps pictures of them to look at.

python -m tests.app.pages.look http://127.0.0.1:8000 build/look [name …]
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.app.pages.seed import PASSWORD
from tests.servers.browser import chromium

WIDTHS = (1280, 768, 390)
SCHEMES = ("light", "dark")
TALLEST = 1700
"""Pixels beyond which a page only repeats itself."""
PAGES = {
    "inbox": "/inbox/",
    "nobody": "/inbox/nobody/",
    "leads": "/leads/",
    "no-leads": "/leads/?q=xyzzy",
    "lead": "/leads/{hot}/",
    "warm": "/leads/{warm}/",
    "cool": "/leads/?temperature=cool&sort=new",
    "merge": "/leads/{hot}/merge/?q=co",
    "erase": "/leads/{hot}/erase/",
    "call": "/leads/{warm}/call/",
    "segments": "/leads/segments/",
    "capture": "/capture/",
    "snippet": "/capture/snippet/",
    "forms": "/capture/forms/",
    "form": "/capture/forms/new",
    "imports": "/capture/imports/",
    "by-hand": "/capture/by-hand/",
    "dead-letters": "/capture/dead-letters/",
    "slots": "/nurture/slots/",
    "new-slot": "/nurture/slots/new/",
    "coupons": "/nurture/coupons/",
    "new-coupons": "/nurture/coupons/new/",
    "agreement": "/agreement/",
    "version": "/agreement/1/",
    "new-version": "/agreement/new/",
    "nurture": "/nurture/",
    "new-programme": "/nurture/new/",
    "programme": "/nurture/programmes/re-engage/",
    "programme-text": "/nurture/programmes/re-engage/edit/",
    "programme-steps": "/nurture/programmes/re-engage/steps/",
    "programme-people": "/nurture/programmes/re-engage/people/",
    "publish": "/nurture/programmes/re-engage/publish/",
    "contents": "/nurture/contents/",
    "preview": "/nurture/contents/quiet-useful/look/",
    "nurture-terms": "/nurture/settings/",
    "settings": "/settings/",
    "teams": "/settings/teams/",
    "new-team": "/settings/teams/new/",
    "terms": "/settings/teams/terms/",
    "people": "/settings/people/",
    "keys": "/settings/keys/",
    "new-key": "/settings/keys/new/secret/",
    "webhooks": "/settings/webhooks/",
    "new-webhook": "/settings/webhooks/new/",
    "mails": "/settings/unsent/",
    "purposes": "/settings/consent/",
    "new-purpose": "/settings/consent/new/",
    "log": "/settings/audit/",
    "account": "/account/",
    "second-factor": "/account/second-factor/",
}
OF_DORA = {"people", "keys", "new-key", "webhooks", "new-webhook", "mails", "purposes", "new-purpose", "log"}
"""Pages of an administrator; the others are looked at as a manager sees them."""


def main(origin: str, folder: Path, names: list[str]) -> None:
    """Sign in, walk through the pages, write pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for who in ("carol", "dora"):
        wanted = {name for name in PAGES if not names or name in names} & (
            OF_DORA if who == "dora" else PAGES.keys() - OF_DORA
        )
        if wanted:
            _look(origin, folder, wanted, who)


def _look(origin: str, folder: Path, wanted: set[str], who: str) -> None:
    with chromium() as browser:
        first = browser.new_context()
        page = first.new_page()
        page.goto(f"{origin}/sign-in/")
        page.fill("input[name=email]", f"{who}@rotavane.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        leads = {}
        for temperature in ("hot", "warm"):
            page.goto(f"{origin}/leads/?temperature={temperature}")
            address = page.get_attribute("table.leads tbody th a", "href") or ""
            leads[temperature] = address.strip("/").rpartition("/")[2]
        state = first.storage_state()
        for scheme in SCHEMES:
            for width in WIDTHS:
                context = browser.new_context(
                    storage_state=state,
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.on("console", lambda message: print("console:", message.text))
                page.on("pageerror", lambda error: print("error:", error))
                for name, address in PAGES.items():
                    if name not in wanted:
                        continue
                    answer = page.goto(origin + address.format(**leads))
                    if answer is None or not answer.ok:
                        print(f"{name}: {answer and answer.status}")
                    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if wide > 0:
                        print(f"{name} at {width}: {wide} px too wide")
                    tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    page.set_viewport_size({"width": width, "height": tall})
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                    page.set_viewport_size({"width": width, "height": 900})
                context.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
