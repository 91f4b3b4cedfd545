"""What is written can be read: every header and body by another parser, whatever somebody puts into them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.delivery.email.message import UnsendableError, _subject, written
from pyrometer.app.delivery.email.writing import LINE, MOST, write

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
NEWS = {"unsubscribe": "https://leads.example/u/"}
LETTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.text(LETTERS, max_size=400) | st.lists(st.text("ab –ü日𝄞.=?_ ", max_size=90), max_size=9).map(" ".join)
BODIES = WORDS | st.lists(st.sampled_from(["", ".", "..x", "From me", "é" * 90, "x " * 60, "=20", "\t ", "a \t"])).map(
    "\n".join
)


def mail(subject: str = "s", text: str = "t", html: str = "", **more: Any) -> tuple[bytes, EmailMessage]:
    payload = {"to": "ada@example.net", "subject": subject, "text": text, "html": html, **more}
    raw = written(payload, once="a", at=NOW)
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return raw, found


def fit(raw: bytes) -> None:
    """No server has to change it, or may refuse it."""
    assert raw.isascii()
    assert re.search(rb"\r(?!\n)|(?<!\r)\n|\0", raw) is None
    assert raw.endswith(b"\r\n")
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= MOST
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(re.match(rb"[A-Za-z-]+: ?\S|[ \t]+\S", line) for line in head), "no line of a header is blank"


def lines_of(text: str) -> list[str]:
    """As mails know lines, the last one ended."""
    found = re.split(r"\r\n|\r|\n", text)
    return found if len(found) > 1 and found[-1] == "" else [*found, ""]


@given(WORDS)
def test_every_subject_is_read_as_it_was_written(subject: str) -> None:
    raw, found = mail(subject)
    fit(raw)
    wanted = _subject(subject)
    assert found["Subject"] == wanted
    older = message_from_bytes(raw, policy=compat32)["Subject"]
    assert str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", older)))) == wanted
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert max(map(len, head)) <= LINE
    assert len(found.keys()) == len(set(found.keys())) == 9


@given(BODIES, BODIES)
def test_every_body_is_read_as_it_was_written(text: str, html: str) -> None:
    raw, found = mail("s", text, html)
    fit(raw)
    parts = list(found.iter_parts()) if html else [found]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"][: len(parts)]
    for part, wanted in zip(parts, (text, html), strict=False):
        assert isinstance(part, EmailMessage)
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.decode("utf-8").split("\r\n" if b"\r\n" in content else "\n") == lines_of(wanted)
        assert not part.defects
    assert not found.defects


def test_a_body_that_has_the_boundary_in_it_ends_nowhere_else() -> None:
    boundary = "=_b"
    text = f"one\n--{boundary}\nContent-Type: text/html\n\ntwo\n--{boundary}--\n"
    raw = write({"Subject": "s", "MIME-Version": "1.0"}, text=text, html=text, boundary=boundary)
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    parts = [part.get_content().replace("\r\n", "\n") for part in found.iter_parts()]  # type: ignore[attr-defined]
    assert parts == [text, text]


@given(st.text("abcXYZ019-_~%/", max_size=900))
def test_where_to_unsubscribe_is_an_address_however_long_it_is(path: str) -> None:
    url = f"https://leads.example/u/{path}"
    raw, found = mail(marketing={"unsubscribe": url})
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in raw, "no encoded word, and no fold: programs look for it"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_longer_than_any_line_is_not_written() -> None:
    with pytest.raises(UnsendableError, match="List-Unsubscribe header"):
        mail(marketing={"unsubscribe": "https://leads.example/" + "a" * MOST})


@pytest.mark.parametrize("sender", ['"News, the" <news@leads.example>', "Büro <news@leads.example>", "a@b.example"])
def test_senders_have_names_in_any_letters(sender: str, settings: Any) -> None:
    settings.MAIL_FROM = sender
    raw, found = mail()
    fit(raw)
    assert str(found["From"]) == sender
    (address,) = found["From"].addresses
    assert address.addr_spec.endswith("example")


def test_an_answer_goes_where_it_is_to_go() -> None:
    raw, found = mail(headers={"reply-to": "Änne <anne@leads.example>"})
    fit(raw)
    assert found["Reply-To"].addresses[0].display_name == "Änne"


@given(st.text(LETTERS, max_size=30))
def test_no_header_of_a_payload_makes_another(value: str) -> None:
    try:
        raw, found = mail(headers={"Auto-Submitted": value})
    except UnsendableError:
        return
    fit(raw)
    assert len(found.keys()) == 9


def test_letters_that_are_none_are_said() -> None:
    for broken in ({"text": "\ud800"}, {"subject": "\ud800"}):
        with pytest.raises(UnsendableError):
            mail(**broken)
