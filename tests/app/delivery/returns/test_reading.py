"""What comes back is told apart, however it is written: bounces, complaints, absence notes, answers of people."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.delivery.returns.reading import Return, read
from pyrometer.app.delivery.returns.severity import severity

from .mails import TOKEN, complaint, plain, proper, reply

VERP = f"bounces+{TOKEN}@mail.example"


def brief(found: Return) -> tuple[str, str, str, bool]:
    return found.kind, found.severity, found.status, found.tokens == (TOKEN,)


@pytest.mark.parametrize(
    ("action", "status", "said", "kind", "bad"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", "bounce", "hard"),
        ("failed", "5.2.1", "mailbox disabled", "bounce", "hard"),
        ("failed", "5.4.4", "host not found", "bounce", "hard"),
        ("failed", "5.0.0", "550 User unknown in virtual table", "bounce", "hard"),
        ("failed", "5.0.0", "550 5.1.1 unknown", "bounce", "hard"),
        ("failed", "5.7.1", "user unknown", "bounce", "hard"),
        ("failed", "5.2.2", "mailbox full", "bounce", "soft"),
        ("failed", "5.7.1", "message blocked by policy", "bounce", "soft"),
        ("failed", "5.7.26", "unauthenticated mail", "bounce", "soft"),
        ("failed", "5.1.8", "bad sender address", "bounce", "soft"),
        ("failed", "5.3.4", "message too big", "bounce", "soft"),
        ("failed", "4.4.7", "delivery time expired", "bounce", "soft"),
        ("failed", "5.0.0", "something went wrong", "bounce", "soft"),
        ("delayed", "4.4.1", "no answer from host", "delay", ""),
        ("delivered", "2.0.0", "ok", "other", ""),
        ("Failed (bad address)", "5.1.1 (no such user)", "", "bounce", "hard"),
    ],
)
def test_a_delivery_report(action: str, status: str, said: str, kind: str, bad: str) -> None:
    found = read(proper(action=action, status=status, said=said))
    assert (found.kind, found.severity, found.tokens) == (kind, bad, (TOKEN,))


def test_what_is_nested_without_end_is_nothing_to_us() -> None:
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n" for depth in range(3000))
    assert read(parts.encode()).kind == "other"
    assert read(b"Content-Type: message/rfc822\r\n\r\n" * 3000).kind == "other"


def test_what_is_said_has_no_zeros_in_it() -> None:
    found = read(proper(action="failed", status="5.1.1", said="550 no\0body"))
    assert (found.severity, found.said) == ("hard", "550 nobody")


def test_the_worst_of_several_recipients_counts() -> None:
    raw = proper().replace(
        b"Final-Recipient",
        b"Final-Recipient: rfc822; bob@acme.example\nAction: relayed\nStatus: 2.0.0\n\nFinal-Recipient",
    )
    assert brief(read(raw)) == ("bounce", "hard", "5.1.1", True)


def test_a_report_that_was_wrapped_in_base64() -> None:
    head, _, rest = proper().partition(b"Content-Type: message/delivery-status\n\n")
    report, _, rest = rest.partition(b"--b")
    wrapped = base64.encodebytes(report)
    raw = (
        head + b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + wrapped + b"--b" + rest
    )
    assert brief(read(raw)) == ("bounce", "hard", "5.1.1", True)


@pytest.mark.parametrize("line", [b"\r\n", b"\n"])
def test_lines_end_either_way(line: bytes) -> None:
    assert brief(read(proper().replace(b"\n", line))) == ("bounce", "hard", "5.1.1", True)


@pytest.mark.parametrize(
    ("raw", "bad", "status"),
    [
        # qmail
        (
            plain(
                "MAILER-DAEMON@old.example",
                "failure notice",
                "Hi. This is the program at old.example.\n<ada@acme.example>:\nSorry, no mailbox here by that name."
                f" (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <{TOKEN}@leads.example>",
                Return_Path="<>",
            ),
            "hard",
            "5.1.1",
        ),
        # Exim
        (
            plain(
                "Mail Delivery System <Mailer-Daemon@x.example>",
                "Mail delivery failed: returning message to sender",
                "A message that you sent could not be delivered.\n  ada@acme.example\n    Unrouteable address",
                X_Failed_Recipients="ada@acme.example",
                To=VERP,
            ),
            "hard",
            "",
        ),
        # without any code, in German
        (
            plain("Postmaster@firma.example", "Unzustellbar: News", "Der Empfänger ist unbekannt.", To=VERP),
            "hard",
            "",
        ),
        # only a reply code
        (
            plain("mailer-daemon@x.example", "Returned mail", "552 mailbox is full, over quota", To=VERP),
            "soft",
            "",
        ),
        (plain("mailer-daemon@x.example", "Undeliverable", "We gave up.", Delivered_To=VERP), "soft", ""),
    ],
)
def test_a_bounce_that_is_no_report(raw: bytes, bad: str, status: str) -> None:
    assert brief(read(raw)) == ("bounce", bad, status, True)


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [
        ("abuse", "complaint"),
        ("fraud", "complaint"),
        ("opt-out", "complaint"),
        ("not-spam", "other"),
        ("auth-failure", "other"),
    ],
)
def test_feedback(kind: str, read_as: str) -> None:
    found = read(complaint(kind))
    assert (found.kind, found.tokens) == (read_as, (TOKEN,))


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x"},
        {"X_Autoreply": "yes"},
        {"X_Auto_Response_Suppress": "DR, OOF, AutoReply"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<news.example>"},
        {"Return_Path": "<>"},
    ],
)
def test_an_absence_note_is_no_answer(headers: dict[str, str]) -> None:
    found = read(reply(**headers))
    assert (found.kind, found.tokens) == ("absence", (TOKEN,))


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: News",
        "Automatic reply: News",
        "Automatische Antwort: News",
        "Abwesenheitsnotiz",
        "Autosvar: News",
        "=?utf-8?B?" + base64.b64encode("自動応答: News".encode()).decode() + "?=",
    ],
)
def test_an_absence_note_without_a_header_is_known_by_its_subject(subject: str) -> None:
    raw = plain("ada@acme.example", subject, "Back on Monday.", In_Reply_To=f"<{TOKEN}@leads.example>")
    assert read(raw).kind == "absence"


@pytest.mark.parametrize(
    "headers",
    [
        {"In_Reply_To": f"<{TOKEN}@leads.example>"},
        {"References": f"<first@x.example> <{TOKEN}@leads.example>"},
        {"To": f"Pyrometer <{VERP}>"},
        {"In_Reply_To": f"<{TOKEN}@leads.example>", "Auto_Submitted": "no"},
    ],
)
def test_an_answer_of_a_person(headers: dict[str, str]) -> None:
    assert brief(read(plain("ada@acme.example", "Re: automatic news", "Yes", **headers))) == ("reply", "", "", True)


def test_what_names_no_mail_of_ours_is_nothing() -> None:
    assert read(plain("ada@acme.example", "Hello", "Hi")).kind == "other"
    assert read(b"") == Return("other")
    assert read(plain("a@b.example", "s", "t", In_Reply_To=f"<a{TOKEN}@x.example>")).tokens == ()


@given(st.binary(max_size=300))
def test_nothing_that_comes_breaks_it(noise: bytes) -> None:
    read(noise)
    read(proper()[:-120] + noise)
    read(b"Content-Type: multipart/report; boundary=b\nSubject: =?utf-8?B?" + noise + b"?=\n\n--b\n" + noise)
    read(b"Content-Type: message/feedback-report\nContent-Transfer-Encoding: base64\n\n" + noise)


@given(st.text(max_size=12), st.text(max_size=60))
def test_every_bounce_is_hard_or_soft(status: str, said: str) -> None:
    assert severity(status, said) in ("hard", "soft")
