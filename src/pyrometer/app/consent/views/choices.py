"""The page of a lead's choices, by a link in its mails: what it agreed to, how often it is written to, its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pyrometer.app.consent import choosing, letters, links, wanting
from pyrometer.app.consent.choosing import Where
from pyrometer.app.consent.coverage import may_refuse
from pyrometer.app.consent.models import Basis, Consent, MailWish, Purpose, Wanted
from pyrometer.app.consent.purposes import EMAIL
from pyrometer.app.consent.queries import allowed, waiting, words_of
from pyrometer.app.consent.views.public import gone, language_for, masked, page, root_of, spent, too_fast
from pyrometer.app.consent.words import WORDS, in_language, say
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.addresses import exact_address_of
from pyrometer.app.people.may import anybody
from pyrometer.errors import UsageError

DONE = frozenset({"no", "yes", "anew", "often", "paused", "resumed", "stopped", "export", "erase", "link"})
"""What the page can say that was done."""
BAD = "too_often"


@dataclass(frozen=True)
class Choice:
    """A purpose as the page shows it: `do` is what its button does, if it has one, and `button` the word on it."""

    slug: str
    name: str
    text: str
    state: str
    used: bool
    reason: str = ""
    do: str = ""
    button: str = ""


@anybody
@csrf_exempt  # the token is the authority: nobody's session has any say here
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """See what a lead agreed to; with a button each, change it."""
    now = timezone.now()
    found = links.chosen(token, now)
    root = root_of(found[0]) if found else None
    language = language_for(request, root)
    if slow := too_fast(request, language):
        return slow
    if found is None:
        return spent(request, language)
    if root is None:
        return gone(request, language)
    aged = found[1]
    if request.method == "POST":
        where = Where(exact_address_of(request), language, "/choices/")
        done = _do(request, root, where, now, aged=aged)
        asked = {"done": done, **({"lang": request.GET["lang"][:8]} if "lang" in request.GET else {})}
        return HttpResponseRedirect(f"{request.path}?{urlencode(asked)}", status=303)
    context = _aged(root) if aged else _shown(root, language)
    done = request.GET.get("done", "")
    note = WORDS[language][f"done_{done}" if done in DONE else BAD] if done in (*DONE, BAD) else ""
    return page(request, "choices", language, note=note, bad=done == BAD, aged=aged, **context)


def _do(request: HttpRequest, root: Lead, where: Where, now: datetime, *, aged: bool) -> str:
    """Do what a button says; the word for what was done, empty where it makes no sense."""
    what, slug = request.POST.get("do", ""), request.POST.get("purpose", "")[:50]
    deeds: dict[str, Callable[[], str]] = {
        "stop": lambda: _said("stopped", choosing.refuse_all(root=root, where=where, now=now)),
        "link": lambda: _said("link", choosing.new_link(root=root, where=where, now=now)),
    }
    if not aged:
        deeds |= {
            "no": lambda: _said("no", choosing.refuse(root=root, purpose=slug, where=where, now=now)),
            "yes": lambda: _said("yes", choosing.agree(root=root, purpose=slug, where=where, now=now)),
            "anew": lambda: _said("anew", choosing.agree(root=root, purpose=slug, where=where, now=now)),
            "often": lambda: _said("often", choosing.wish(root=root, often=request.POST.get("often", ""), now=now)),
            "pause": lambda: _said("paused", choosing.wish(root=root, months=_months(request), now=now)),
            "resume": lambda: _said("resumed", choosing.wish(root=root, months=0, now=now)),
            "export": lambda: _said("export", _want(root, "export", where, now)),
            "erase": lambda: _said("erase", _want(root, "erase", where, now)),
        }
    try:
        return deeds[what]() if what in deeds else ""
    except choosing.TooOftenError:
        return BAD
    except UsageError:
        # Only who makes up what the page doesn't offer comes here; it shows itself anew.
        return ""


def _said(word: str, _done: Any) -> str:
    return word


def _months(request: HttpRequest) -> int:
    text = request.POST.get("months", "")
    return int(text) if text in {str(each) for each in choosing.MONTHS} else -1


def _want(root: Lead, kind: str, where: Where, now: datetime) -> Wanted:
    return wanting.want(root=root, kind=kind, language=where.language, address=where.address, now=now)


def _aged(root: Lead) -> dict[str, Any]:
    return {"reachable": bool(root.email)}


def _shown(root: Lead, language: str) -> dict[str, Any]:
    """All that the page says of a lead: little, since the link may be passed on."""
    words = words_of([root.pk]).get(root.pk, {})
    waits = waiting(root.pk)
    address = masked(root.email)
    found = [
        choice(purpose, words.get(purpose.slug), language, waits=waits.get(purpose.slug), reachable=bool(root.email))
        for purpose in choosing.shown([*words, *waits])
    ]
    wish = choosing.mail_wish(root.pk)
    paused = wish is not None and wish.paused_until is not None and wish.paused_until > timezone.now()
    mailed = bool(allowed([root.pk], EMAIL))
    house = letters.house()
    return {
        "whom": say(language, "for", address=address) if address else "",
        "intro": say(language, "house", house=house.name) if house.name else say(language, "nobody"),
        "contact": say(language, "contact", contact=house.contact) if house.contact else "",
        "purposes": found,
        "mailed": mailed,
        "often": [(each, say(language, f"often_{each}"), each == _often(wish)) for each in MailWish.Often.values],
        "months": [(each, say(language, f"months_{each}")) for each in choosing.MONTHS],
        "paused": say(language, "paused", day=wish.paused_until) if wish and paused else "",
        "reachable": bool(root.email),
        "mailbox": say(language, "mailbox", address=address) if address else say(language, "no_mailbox"),
        "requests": _requests(root, language),
    }


def _often(wish: MailWish | None) -> str:
    return wish.often if wish else MailWish.Often.ANY


def _requests(root: Lead, language: str) -> list[str]:
    """How far is what the lead asked for."""
    found = []
    for kind in Wanted.Kind.values:
        last = Wanted.objects.filter(lead__root=root, kind=kind, by="").order_by("-pk").first()
        if last is None:
            continue
        if last.confirmed_at is None and last.expires_at > timezone.now():
            found.append(say(language, f"waits_{kind}"))
        elif kind == Wanted.Kind.ERASE and last.refused_at is not None:
            found.append(say(language, "refused_erase", day=last.refused_at, why=last.refused_why))
        elif kind == Wanted.Kind.ERASE and last.confirmed_at is not None:
            found.append(say(language, "open_erase", day=last.confirmed_at))
    return found


def choice(purpose: Purpose, word: Consent | None, language: str, *, waits: Consent | None, reachable: bool) -> Choice:
    """A purpose with the word of a lead that counts; or with one that `waits` to be confirmed."""
    consent = purpose.basis == Basis.CONSENT
    if not may_refuse(purpose.basis):
        state, used, do, button = say(language, f"state_{purpose.basis}"), True, "", ""
    elif word is not None and not word.given:
        state = say(language, "state_no" if consent else "state_objected", day=word.at)
        used, do, button = False, "yes" if consent else "anew", "agree" if consent else "anew"
    elif word is not None and consent:
        state, used = say(language, "state_yes", day=word.confirmed_at or word.at), True
        do, button = "no", "take_back"
    elif consent:
        state, used, do, button = say(language, "state_none"), False, "yes", "agree"
    else:
        state, used, do, button = say(language, "state_interest"), True, "no", "object"
    if waits is not None and not used:
        state = say(language, "state_waits" if waits.asked_at is not None else "state_unasked")
    if do in ("yes", "anew") and not reachable:
        do = button = ""
    return Choice(
        slug=purpose.slug,
        name=in_language(purpose.names, language, purpose.slug),
        text=in_language(purpose.texts, language) if consent else "",
        state=state,
        used=used,
        reason="" if consent else purpose.reason,
        do=do,
        button=say(language, button) if button else "",
    )
