"""Which events a machine made: crawlers by their name, scanners of links, and whatever is too fast for a person.

Pure: facts in, a reason out, empty where nothing speaks against a person. A reason is in words that the timeline shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache

from crawlerdetect import CrawlerDetect

AT_ONCE = timedelta(seconds=5)
"""Nobody has read a mail and clicked so soon after it was delivered; scanners of links do."""

TOGETHER = timedelta(seconds=1)
"""Within this time nobody clicks every link of a mail."""

LINKS = 3
"""From how many different links on that is told by."""

FAST, FAST_WITHIN = 12, timedelta(seconds=4)
"""So many page views within this time are not read by anybody."""

_SENDERS = re.compile(
    r"^(analytics|segment|rudder|rudderstack|pyrometer)[\w.-]*(/|$)|^(python-(requests|urllib\d?|httpx)|go-http-client"
    r"|okhttp|axios|node-fetch|undici|ruby|java|php|guzzlehttp|faraday|apache-httpclient)\b",
    re.IGNORECASE,
)
"""Libraries that servers send with. They say nothing about the visitor, whom they only report."""

_SCANNERS = re.compile(
    r"barracuda|mimecast|proofpoint|fireeye|trendmicro|symantec|messagelabs|sophos|forcepoint|cisco.?ironport|urldefense"
    r"|safelinks|microsoft office (protocol|existence) discovery|bingpreview|skypeuripreview|googleimageproxy"
    r"|yahoomailproxy|zgrab|masscan|nuclei|safe.?browsing|^mozilla/5\.0$",
    re.IGNORECASE,
)
"""Programs that open the links of mails before people do, or the pictures in their place. The bare `Mozilla/5.0` is
Apple's, which fetches all pictures of all mails, read or not; no browser is called so."""

_DATA_CENTRES = re.compile(
    r"(^|\.)(amazonaws\.com|compute\.internal|googleusercontent\.com|cloudapp\.azure\.com|cloudapp\.net"
    r"|linodeusercontent\.com|linode\.com|digitalocean\.com|hetzner\.(de|com|cloud)|your-server\.de|ovh\.(net|ca)"
    r"|vultr(usercontent)?\.com|scaleway\.com|contabo(server)?\.(net|com)|oraclecloud\.com|protection\.outlook\.com"
    r"|pphosted\.com|barracudanetworks\.com|mimecast\.com|messagelabs\.com)\.?$",
    re.IGNORECASE,
)
"""Names of machines that nobody sits at."""


@dataclass(frozen=True)
class Click:
    """A click on a link of a mail: `mail` says of which, `host` is the name of the address it came from, if known."""

    mail: str
    link: str
    at: datetime
    delivered_at: datetime | None = None
    method: str = "GET"
    agent: str = ""
    host: str = ""


@lru_cache(maxsize=4096)
def of_agent(agent: str) -> str:
    """Why a visitor's program is no browser of a person; `agent` is the visitor's, not the sender's.

    >>> of_agent("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    'crawler: Googlebot'
    >>> of_agent("analytics-python/2.3.2"), of_agent("Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0")
    ('', '')
    """
    agent = agent.strip()
    if not agent or _SENDERS.search(agent):
        return ""
    if found := _SCANNERS.search(agent):
        return f"scanner: {found[0]}"[:60]
    detector = _detector()
    return f"crawler: {detector.get_matches()}"[:60] if detector.is_crawler(agent) else ""


def of_host(host: str) -> str:
    """Why the name of a machine is no person's.

    >>> of_host("ec2-3-8-1-2.eu-west-2.compute.amazonaws.com")
    'data centre: amazonaws.com'
    """
    found = _DATA_CENTRES.search(host.strip())
    return f"data centre: {found[2]}" if found else ""


def of_click(click: Click) -> str:
    """Why one click was no person's."""
    if click.method.upper() == "HEAD":
        return "scanner: asked for the head only"
    if click.delivered_at is not None and click.at - click.delivered_at < AT_ONCE:
        return "scanner: clicked at once"
    return of_agent(click.agent) or of_host(click.host)


def of_clicks(clicks: Iterable[Click], links: Mapping[str, int] | None = None) -> dict[Click, str]:
    """The clicks among some that were no person's, with the reason; known only once the later ones came.

    `links` is how many different links each mail has; where it isn't known, three within a second are all.
    """
    found = {click: reason for click in clicks if (reason := of_click(click))}
    by_mail: dict[str, list[Click]] = {}
    for click in sorted(clicks, key=lambda each: each.at):
        by_mail.setdefault(click.mail, []).append(click)
    for mail, mine in by_mail.items():
        wanted = max((links or {}).get(mail, LINKS), 2)
        for start, first in enumerate(mine):
            burst = [click for click in mine[start:] if click.at - first.at <= TOGETHER]
            if len({click.link for click in burst}) >= wanted:
                found |= {click: found.get(click, "scanner: all links at once") for click in burst}
    return found


def too_fast(times: Sequence[datetime]) -> list[int]:
    """The positions, in ascending times, of page views of one visitor that come faster than anybody reads.

    >>> from datetime import UTC
    >>> start = datetime(2026, 6, 1, tzinfo=UTC)
    >>> len(too_fast([start + timedelta(milliseconds=200) * number for number in range(12)]))
    12
    >>> too_fast([start + timedelta(seconds=2) * number for number in range(12)])
    []
    """
    found: set[int] = set()
    for last in range(FAST - 1, len(times)):
        if times[last] - times[last - FAST + 1] <= FAST_WITHIN:
            found.update(range(last - FAST + 1, last + 1))
    return sorted(found)


@cache
def _detector() -> CrawlerDetect:
    return CrawlerDetect()
