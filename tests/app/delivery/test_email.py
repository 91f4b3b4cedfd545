"""Mails go out by a real mail server, once it takes them; what is in them can't break out of its place."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from pyrometer.app.delivery import actions, outbox, sending
from pyrometer.app.delivery.email.message import UnsendableError
from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.email.server import Server, server
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.people import invitations
from pyrometer.app.people.actions import invite
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError
from tests.app.mails import message

from .conftest import NOW, Mailbox, free_port

CONTEXT = {
    "lead": "Åsa <b>Berg</b>",
    "because": "sells to SE",
    "reasons": ["Asked for a demo: 30", "Budget & plan"],
    "due": "Monday, 10:00",
    "rep": "Bob",
    "tries": 2,
    "of": 5,
    "name": "Bob",
    "by": "Dora",
    "title": "Your choices",
    "text": "Newsletter",
    "url": "https://crm.example",
    "link": "/leads/7/",
}
TEMPLATES = (
    "assignment reminder escalation hotter next_attempt attempt_overdue invitation way_back to_lead webhook_off".split()
)


def post(once: str = "a", **payload: object) -> None:
    whole = {"to": "bob@example.com", "template": "assignment", "language": "en", "context": CONTEXT, **payload}
    outbox.post(channel="email", once=once, payload=whole, now=NOW)


def read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


@pytest.mark.django_db
def test_a_mail_arrives_as_text_and_as_html(mailbox: Mailbox) -> None:
    post()
    assert sending.work(NOW) == 1
    (envelope,) = mailbox.mails
    assert envelope.rcpt_tos == ["bob@example.com"]
    mail = read(envelope)
    assert mail["Subject"] == "New lead for you: Åsa <b>Berg</b>"
    assert mail["To"] == "bob@example.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "http://testserver/leads/7/" in text
    assert "- Budget & plan" in text
    assert "Åsa &lt;b&gt;Berg&lt;/b&gt; is yours to call." in html
    assert 'href="http://testserver/leads/7/"' in html
    row = Outgoing.objects.get()
    assert row.done_at == NOW
    assert row.payload == {"to": "bob@example.com", "template": "assignment"}


@pytest.mark.parametrize("template", TEMPLATES)
def test_each_template_has_a_subject_and_a_body(template: str) -> None:
    mail = message({"to": "a@example.com", "template": template, "context": CONTEXT}, once="a", at=NOW)
    assert mail["Subject"]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "http://testserver/leads/7/" in text
    assert "http://testserver/leads/7/" in html
    assert "{" not in text + html.partition("<body")[2].replace("style=", "")
    assert text.strip().startswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZÅ"))


def test_the_message_id_follows_from_the_key() -> None:
    payload = {"to": "a@example.com", "subject": "s", "text": "t"}
    ids = [message(payload, once=once, at=NOW)["Message-ID"] for once in ("a", "a", "b")]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@testserver>")


@pytest.mark.parametrize(
    "to",
    ["a@example.com\nBcc: x@example.com", "a@example.com, b@example.com", "A <a@example.com>", "", None, "nobody", 7],
)
def test_an_address_is_one_address(to: object) -> None:
    with pytest.raises(UnsendableError, match="is no address"):
        message({"to": to, "subject": "s", "text": "t"}, once="a", at=NOW)


def test_no_header_can_be_injected() -> None:
    lead = "x\r\nBcc: everybody@example.com\r\n\r\nbody"
    payload = {"to": "a@example.com", "template": "assignment", "context": {"lead": lead}}
    mail = message(payload, once="a", at=NOW)
    assert "Bcc" not in mail
    assert set(mail.keys()) == {
        *"From To Subject Date Message-ID Auto-Submitted MIME-Version Content-Type".split(),
    }
    plain = message({"to": "a@example.com", "subject": lead, "text": "t"}, once="a", at=NOW)
    assert "Bcc" not in plain
    with pytest.raises(UnsendableError, match="Reply-To"):
        message({**payload, "headers": {"Reply-To": "a@example.com\nBcc: b@example.com"}}, once="a", at=NOW)
    assert "Bcc" not in message({**payload, "headers": {"Bcc": "b@example.com"}}, once="a", at=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("template", ["../../etc/passwd", "base/../foot", "unknown", ""])
def test_a_template_that_does_not_exist_is_given_up_and_said(mailbox: Mailbox, template: str) -> None:
    post(template=template)
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert row.given_up_at == NOW
    assert row.error.startswith("no template is called")


@pytest.mark.django_db
def test_a_deferral_is_tried_again_with_the_same_id(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "451 4.7.1 greylisted" if command == "RCPT" else None
    post()
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert (row.done_at, row.given_up_at, row.error) == (None, None, "the mail server said 451 4.7.1 greylisted")
    mailbox.says = lambda command, envelope: None
    sending.work(row.due_at)
    assert len(mailbox.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_refusal_is_given_up_and_can_be_replayed(mailbox: Mailbox, command: str) -> None:
    mailbox.says = lambda at, envelope: "550 5.1.1 no such user" if at == command else None
    post()
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert (row.given_up_at, row.error) == (NOW, "the mail server said 550 5.1.1 no such user")
    mailbox.says = lambda at, envelope: None
    assert actions.replay(actor=Actor("a test"), outgoing=row, now=NOW)
    sending.work(NOW)
    assert len(mailbox.mails) == 1
    assert not actions.replay(actor=Actor("a test"), outgoing=row, now=NOW)


def invited(dora: User) -> str:
    """The link of an invitation that waits in the outbox."""
    return invitations.link(
        invite(actor=Actor.of(dora), email="eve@example.com", role="admin", language="en", now=NOW),
    )


def test_a_link_that_lets_somebody_in_is_read_by_the_addressee_alone(mailbox: Mailbox, dora: User) -> None:
    link = invited(dora)
    token = link.rpartition("/")[2]
    assert token not in str(Outgoing.objects.values())
    sending.work(NOW)
    (envelope,) = mailbox.mails
    text, html = (read(envelope).get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert link in text
    assert f'href="{link}"' in html
    assert Outgoing.objects.get().payload == {"to": "eve@example.com", "template": "invitation"}


def test_a_mail_that_is_given_up_lets_nobody_in(mailbox: Mailbox, dora: User) -> None:
    mailbox.says = lambda at, envelope: "550 5.1.1 no such user" if at == "RCPT" else None
    invited(dora)
    sealed = Outgoing.objects.get().payload["sealed_link"]
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert row.given_up_at == NOW
    assert sealed not in str(row.payload)
    mailbox.says = lambda at, envelope: None
    assert actions.replay(actor=Actor("a test"), outgoing=row, now=NOW)
    sending.work(NOW)
    assert mailbox.mails == []
    assert "make a new one" in Outgoing.objects.get().error


def test_a_link_that_was_sealed_with_another_secret_is_given_up(mailbox: Mailbox, dora: User, settings: Any) -> None:
    invited(dora)
    settings.SECRET_KEY = "another"
    sending.work(NOW)
    assert mailbox.mails == []
    assert "PYROMETER_SECRET" in Outgoing.objects.get().error


@pytest.mark.django_db
def test_a_server_that_dies_after_taking_it_gets_the_same_message_again(mailbox: Mailbox) -> None:
    mailbox.says = lambda command, envelope: "dies" if command == "DATA" else None
    post()
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert row.done_at is None
    assert row.error.startswith("the mail server can't be reached")
    mailbox.says = lambda command, envelope: None
    sending.work(row.due_at)
    first, second = (read(envelope) for envelope in mailbox.mails)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


@pytest.mark.django_db
def test_without_a_server_mails_wait_and_say_why(settings: Any) -> None:
    settings.MAIL_SERVER = None
    post()
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert "PYROMETER_SMTP" in row.error
    assert row.due_at > NOW
    assert row.given_up_at is None


@pytest.mark.django_db
def test_a_server_that_is_down_is_tried_again(settings: Any) -> None:
    settings.MAIL_SERVER = Server("127.0.0.1", 1, tls="none")
    post()
    sending.work(NOW)
    assert Outgoing.objects.get().error.startswith("the mail server can't be reached")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of localhost that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        f" -out {made[0]} -keyout {made[1]}".split(),
        check=True,
        capture_output=True,
    )
    return made


class Secured(Controller):
    """A mail server that demands STARTTLS and a password."""

    def __init__(self, box: Mailbox, certificate: tuple[Path, Path]) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(*certificate)
        super().__init__(box, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        """A conversation."""

        def right(server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
            return AuthResult(success=(data.login, data.password) == (b"ada", b"s@x"), handled=False)

        return SMTP(self.handler, tls_context=self.tls, require_starttls=True, auth_required=True, authenticator=right)


@pytest.fixture
def secured(certificate: tuple[Path, Path]) -> Iterator[tuple[int, Mailbox]]:
    box = Mailbox()
    controller = Secured(box, certificate)
    controller.start()
    yield controller.port, box
    pool.close()
    controller.stop()


@pytest.mark.django_db
def test_a_password_goes_over_tls(
    secured: tuple[int, Mailbox], certificate: tuple[Path, Path], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, box = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    settings.MAIL_SERVER = server(f"smtp://ada:s%40x@localhost:{port}")
    post()
    sending.work(NOW)
    assert Outgoing.objects.get().error == ""
    assert len(box.mails) == 1


@pytest.mark.django_db
def test_a_wrong_password_is_said_and_tried_again(
    secured: tuple[int, Mailbox], certificate: tuple[Path, Path], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, box = secured
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    settings.MAIL_SERVER = server(f"smtp://ada:wrong@localhost:{port}")
    post()
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert row.error.startswith("the mail server doesn't accept the user or password: 535")
    assert row.given_up_at is None
    assert box.mails == []


@pytest.mark.django_db
def test_a_certificate_nobody_vouches_for_gets_no_password(secured: tuple[int, Mailbox], settings: Any) -> None:
    port, box = secured
    settings.MAIL_SERVER = server(f"smtp://ada:s%40x@localhost:{port}")
    post()
    sending.work(NOW)
    row = Outgoing.objects.get()
    assert row.error.startswith("the mail server's certificate can't be trusted")
    assert timedelta(0) < row.due_at - NOW < timedelta(minutes=1)
    assert box.mails == []


@pytest.mark.django_db
def test_no_mail_goes_in_the_clear_unless_the_settings_say_so(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_SERVER = Server("127.0.0.1", settings.MAIL_SERVER.port)
    post()
    sending.work(NOW)
    assert mailbox.mails == []
    assert "can't do this" in Outgoing.objects.get().error


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:abc",
        "smtp://mail.example/path",
        "smtp://mail.example?tls=yes",
        "smtps://mail.example?tls=no",
        "smtp://ada:secret@mail.example?tls=no",
    ],
)
def test_a_url_that_is_none_is_said_without_its_password(url: str) -> None:
    with pytest.raises(UsageError, match="PYROMETER_SMTP") as raised:
        server(url)
    assert "secret" not in str(raised.value)
    assert "secret" not in repr(server("smtp://ada:secret@mail.example"))
