"""Whether a bounce says that an address is gone for good (hard), or only that this mail didn't arrive (soft).

What is no fault of the address (a full mailbox, a policy, our reputation) is soft, whatever its code begins with: to
take a living address for a dead one loses a lead, and the other way round costs a mail or two.
"""

from __future__ import annotations

import re

HARD, SOFT = "hard", "soft"

_GONE = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "2.1", "4.1", "4.4", "4.310"})
"""Subject and detail of codes (RFC 3463) of which an address dies where they begin with 5."""
_LIVES = re.compile(r"[1-7]\.\d+")
_VAGUE = frozenset({"0.0", "2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "7.1", ""})
"""Codes that say nothing, or that servers use for everything: the words beside them decide."""
_FULL = re.compile(
    r"quota|(mail)?box (is |was )?full|storage|too (large|big|many)|spam|block|black.?list|deny.?list|reputation|polic"
    r"|rate.?limit|greylist|virus|dmarc|\bspf\b|dkim|temporar|try again|postfach.{0,12}voll",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"(user|recipient|mailbox|address|account|alias|person)[^.;\n]{0,40}"
    r"(unknown|not found|does ?n[o']t exist|not exist|unavailable|disabled|deactivated|inactive|closed|rejected)"
    r"|(unknown|no such|invalid|bad destination|not a valid|non.?existent)[^.;\n]{0,25}"
    r"(user|recipient|mailbox|address|account|alias|person|domain)"
    r"|unrouteable|(domain|host)[^.;\n]{0,30}(not found|unknown|does ?n[o']t exist)"
    r"|no (mailbox|recipient)s? (here|found)"
    r"|empf(ä|ae)nger[^.;\n]{0,30}(unbekannt|existiert nicht)|(konto|postfach|adresse)[^.;\n]{0,30}existiert nicht"
    r"|adressen finns inte|存在しません",
    re.IGNORECASE,
)


def severity(status: str, said: str) -> str:
    """HARD or SOFT, by an enhanced status code (may be empty) and the words beside it.

    >>> severity("5.1.1", ""), severity("5.2.2", "user unknown"), severity("4.4.7", "expired")
    ('hard', 'soft', 'soft')
    >>> severity("", "550 No such user here"), severity("5.7.1", "blocked using a list")
    ('hard', 'soft')
    """
    kind, _, rest = status.partition(".")
    if kind == "4" or (not kind and not re.search(r"\b5\d\d\b", said) and not _UNKNOWN.search(said)):
        return SOFT
    if rest in _GONE:
        return HARD
    if rest not in _VAGUE and _LIVES.fullmatch(rest):
        return SOFT
    return SOFT if _FULL.search(said) or not _UNKNOWN.search(said) else HARD
