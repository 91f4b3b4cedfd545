"""What sort of aspect a column is, told from its name."""

from __future__ import annotations

from pyrometer.learning.naming import words_of
from pyrometer.profiling.result import Kind

_PLACES = frozenset(
    "country countries region state province city town zip postcode postal area district county continent location "
    "geography land ort stad 国 地域 都市".split()
)
_CHANNELS = frozenset(
    "channel channels source medium campaign referrer referral utm origin media advertisement newspaper traffic "
    "kanal 媒体".split()
)
_DEEDS = frozenset(
    "visit visits visited page pages view views viewed click clicks clicked open opens opened session sessions "
    "download downloads activity activities interaction bounce exit bounces duration seconds minutes spent website "
    "webinar trial demo reply replied replies signup subscribed attended contacted calls".split()
)


def kind_of_name(name: str) -> Kind:
    """A place, a channel, something a lead did, or else a trait.

    >>> [kind_of_name(name) for name in ("Country", "lead_source", "page_views_per_visit", "employees")]
    ['geography', 'channel', 'behaviour', 'trait']
    """
    words = {*words_of(name), name}
    if words & _PLACES:
        return "geography"
    if words & _CHANNELS:
        return "channel"
    return "behaviour" if words & _DEEDS else "trait"
