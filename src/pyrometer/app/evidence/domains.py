"""What the domain of an address says: a company's, a free mail provider's, or one that is thrown away."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from tldextract import TLDExtract

Sort = Literal["company", "free", "disposable"]

_FREE = frozenset(
    # worldwide
    " gmail.com googlemail.com icloud.com me.com mac.com msn.com passport.com proton.me protonmail.com"
    " protonmail.ch pm.me tutanota.com tutanota.de tuta.com tuta.io tutamail.com keemail.me fastmail.com"
    " fastmail.fm hey.com duck.com mail.com email.com usa.com zohomail.com zoho.com hushmail.com runbox.com"
    " inbox.com lycos.com rocketmail.com ymail.com aim.com"
    # English-speaking countries
    " comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com"
    " optonline.net btinternet.com sky.com virginmedia.com ntlworld.com blueyonder.co.uk talktalk.net"
    " tiscali.co.uk eircom.net bigpond.com optusnet.com.au shaw.ca rogers.com sympatico.ca telus.net xtra.co.nz"
    # Germany, Austria, Switzerland
    " web.de t-online.de freenet.de arcor.de posteo.de posteo.net mailbox.org online.de vodafone.de kabelmail.de"
    " a1.net aon.at chello.at bluewin.ch hispeed.ch sunrise.ch"
    # the North
    " telia.com comhem.se spray.se home.se bredband.net passagen.se swipnet.se online.no broadpark.no tele2.se"
    " mail.dk jubii.dk luukku.com suomi24.fi kolumbus.fi"
    # Japan, Korea, China, India
    " docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp"
    " plala.or.jp infoseek.jp excite.co.jp naver.com hanmail.net daum.net nate.com qq.com foxmail.com 163.com"
    " 126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn rediffmail.com"
    # elsewhere in Europe, and Latin America
    " orange.fr wanadoo.fr laposte.net free.fr sfr.fr bbox.fr neuf.fr numericable.fr libero.it virgilio.it"
    " tiscali.it alice.it tin.it tim.it inwind.it telefonica.net terra.es ya.com sapo.pt skynet.be telenet.be"
    " ziggo.nl kpnmail.nl planet.nl home.nl xs4all.nl hetnet.nl wp.pl o2.pl onet.pl interia.pl op.pl seznam.cz"
    " centrum.cz email.cz azet.sk freemail.hu citromail.hu abv.bg mail.bg ukr.net i.ua meta.ua mail.ru bk.ru"
    " inbox.ru list.ru rambler.ru ya.ru uol.com.br bol.com.br terra.com.br ig.com.br globo.com prodigy.net.mx"
    " walla.co.il walla.com".split()
)
"""Domains at which anybody gets a mailbox."""

_FREE_FAMILIES = frozenset({"yahoo", "hotmail", "outlook", "gmx", "yandex", "aol"})
"""Providers that go by the same name under many endings."""

_LIVE = frozenset(
    f"live.{ending}" for ending in "com de at ch se dk no nl be fr it ie ca in jp cn co.uk com.au com.mx".split()
)


@cache
def _extract() -> TLDExtract:
    # The list of endings that came with the package: nothing is fetched, nothing is written.
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=8192)
def organisation(domain: str) -> str:
    """The part of a domain that somebody registered; the domain itself where it has no known ending.

    >>> organisation("mail.sales.acme.co.uk")
    'acme.co.uk'
    """
    return _extract()(domain).top_domain_under_public_suffix or domain


@lru_cache(maxsize=8192)
def sort_of(domain: str) -> Sort:
    """Whose a mail domain is.

    >>> sort_of("yahoo.co.jp"), sort_of("mailinator.com"), sort_of("acme.example")
    ('free', 'disposable', 'company')
    """
    from disposable_email_domains import blocklist

    registered = organisation(domain)
    if registered in _FREE or domain in _FREE or registered in _LIVE or _extract()(domain).domain in _FREE_FAMILIES:
        return "free"
    if domain in blocklist or registered in blocklist:
        return "disposable"
    return "company"


def company_domain(email: str) -> str | None:
    """The domain of the company that an address belongs to; None for free and throw-away ones.

    >>> company_domain("ada@mail.acme.co.uk"), company_domain("ada@gmail.com")
    ('acme.co.uk', None)
    """
    domain = email.rpartition("@")[2]
    return organisation(domain) if domain and sort_of(domain) == "company" else None
