"""Which mails no person wrote: bounces that are no proper report, and absence notes."""

from __future__ import annotations

import re
from email.message import Message

from pyrometer.app.delivery.returns.headers import header

_DAEMON = re.compile(r"mailer-?daemon|postmaster@|mail delivery (sub)?system|mail-?dienst", re.IGNORECASE)
_RETURNED = re.compile(
    r"undeliver|delivery (status|has failed|failure|incomplete)|returned (mail|to sender)|failure notice"
    r"|mail delivery fail|unzustellbar|konnte nicht zugestellt|nicht zugestellt"
    r"|kunde inte levereras|配信(不能|エラー)|送信できません",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\W*(auto(matic|matisch\w*|matiskt)?[ :-]*(reply|response|antwort|svar|re:)|autoreply|autosvar"
    r"|out of (the )?office|abwesenheit|(ich bin |bin )?(nicht im (haus|büro)|im urlaub|abwesend)|frånvaro|ej på plats"
    r"|on (vacation|leave)|away from|自動(返信|応答)|不在)",
    re.IGNORECASE,
)
_NAMED = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Auto-Reply", "X-Vacation")


def bounces(mail: Message) -> bool:
    """Whether a mail server sent it for want of a way to deliver."""
    if mail.get("X-Failed-Recipients"):
        return True
    sender = f"{header(mail, 'From')} {header(mail, 'Sender')}"
    returned = bool(_RETURNED.search(header(mail, "Subject")))
    return bool(_DAEMON.search(sender)) or (returned and header(mail, "Return-Path").strip() in ("<>", ""))


def answers(mail: Message) -> bool:
    """Whether a program wrote it by itself (RFC 3834 and what came before it), so that it is no answer of a person."""
    said = header(mail, "Auto-Submitted").split(";")[0].strip().lower()
    if said not in ("", "no"):
        return True
    if any(mail.get(name) for name in _NAMED) or "oof" in header(mail, "X-Auto-Response-Suppress").lower():
        return True
    if header(mail, "Precedence").strip().lower() in ("auto_reply", "bulk", "junk", "list") or mail.get("List-Id"):
        return True
    if header(mail, "Return-Path").strip() == "<>":
        return True
    return bool(_AWAY.search(header(mail, "Subject")))
