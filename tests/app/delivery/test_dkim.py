"""Mails are signed so that another implementation of DKIM believes them, and a changed one isn't believed."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dkim
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given
from hypothesis import settings as at_most
from hypothesis import strategies as st

from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email.dkim import Signer, signer
from pyrometer.app.delivery.email.records import aligned, records
from pyrometer.errors import UsageError
from tests.cli.command import Runner

from .conftest import NOW, Mailbox

AT = datetime(2026, 6, 1, tzinfo=UTC)


def written(folder: Path, key: Any) -> dict[str, str]:
    """The settings of a key in a file."""
    file = folder / "dkim.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {
        "PYROMETER_DKIM_DOMAIN": "leads.example",
        "PYROMETER_DKIM_SELECTOR": "p1",
        "PYROMETER_DKIM_KEY": str(file),
    }


@pytest.fixture(scope="module", params=["rsa", "ed25519"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Signer:
    key = rsa.generate_private_key(65537, 2048) if request.param == "rsa" else ed25519.Ed25519PrivateKey.generate()
    made = signer(written(tmp_path_factory.mktemp("dkim"), key))
    assert made is not None
    return made


class VerifyKey:
    """What dkimpy wants of PyNaCl, which it has only as an extra: Ed25519, here by another library than its own."""

    def __init__(self, raw: bytes, encoder: object) -> None:
        self.key = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(raw))

    def verify(self, message: bytes, signature: bytes) -> None:
        """Raises where it is wrong."""
        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            raise BadSignatureError from None


class BadSignatureError(Exception):
    """It is wrong."""


@pytest.fixture(autouse=True)
def nacl(monkeypatch: pytest.MonkeyPatch) -> None:
    signing = SimpleNamespace(VerifyKey=VerifyKey)
    exceptions = SimpleNamespace(BadSignatureError=BadSignatureError, ValueError=ValueError)
    made = SimpleNamespace(signing=signing, encoding=SimpleNamespace(Base64Encoder=None), exceptions=exceptions)
    monkeypatch.setattr(dkim, "nacl", made, raising=False)


def believed(mail: bytes, by: Signer) -> bool:
    """Whether a receiver believes it, who finds the record that we say is to be published."""
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return by.record.encode()

    right = dkim.verify(mail, dnsfunc=dns)
    assert set(asked) <= {f"{by.host}.".encode()}
    return bool(right)


MAIL = (
    b"From: Pyrometer <news@leads.example>\r\nTo: ada@acme.example\r\nSubject: A  long\r\n subject\r\n"
    b"Date: Mon, 01 Jun 2026 12:00:00 +0000\r\nMessage-ID: <abc@leads.example>\r\n"
    b"List-Unsubscribe: <https://leads.example/u/>\r\nContent-Type: text/plain\r\n\r\n"
    b"Hello  there \r\n\r\nAda\r\n\r\n\r\n"
)


def test_a_signature_is_believed_and_a_changed_mail_is_not(found: Signer) -> None:
    signed = found.signed(MAIL, AT)
    assert believed(signed, found)
    assert not believed(signed.replace(b"Ada", b"Eve"), found)
    assert not believed(signed.replace(b"subject", b"object"), found)
    assert not believed(signed.replace(b"/u/>", b"/x/>"), found)
    # A second one of a header that readers see.
    assert not believed(b"From: Boss <boss@leads.example>\r\n" + signed, found)
    assert not believed(b"Subject: Other\r\n" + signed, found)
    # Blanks and folds change on the way.
    folded = signed.replace(b"A  long\r\n subject", b"A long subject")
    assert believed(folded.replace(b"there \r\n", b"there\r\n"), found)
    assert max(map(len, signed.split(b"\r\n"))) <= 78


@at_most(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(body=st.text("ab. \t\r\n", max_size=60))
def test_whatever_the_body_the_signature_is_right(found: Signer, body: str) -> None:
    lines = "\r\n".join(body.replace("\r", "").split("\n"))
    assert believed(found.signed(MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + lines.encode(), AT), found)


@pytest.mark.django_db
def test_mails_leave_signed(found: Signer, mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_SIGNER = found
    news = {"subject": "Nyhet åt dig", "text": ".\nHej", "html": "<p>Hej åäö</p>"}
    unsubscribe = {"unsubscribe": "https://leads.example/u/"}
    outbox.post(
        channel="email", once="a", payload={**news, "to": "ada@acme.example", "marketing": unsubscribe}, now=NOW
    )
    outbox.post(channel="email", once="b", payload={**news, "to": "änne@acme.example"}, now=NOW)
    sending.work(NOW)
    assert len(mailbox.mails) == 2
    for envelope in mailbox.mails:
        raw = bytes(envelope.content or b"")
        assert believed(raw, found)
        assert b"List-Unsubscribe-Post" not in raw or b"list-unsubscribe-post" in raw


@pytest.mark.parametrize("gone", ["PYROMETER_DKIM_DOMAIN", "PYROMETER_DKIM_SELECTOR", "PYROMETER_DKIM_KEY"])
def test_all_three_settings_or_none(tmp_path: Path, gone: str) -> None:
    given_ = written(tmp_path, ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(UsageError, match=gone):
        signer({**given_, gone: ""})
    assert signer({}) is None


def test_a_key_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="1024 or more"):
        # Shorter ones aren't even made any more; one of ours is signed with the shortest that is.
        signer(written(tmp_path, Short()))
    with pytest.raises(UsageError, match="neither an RSA nor an Ed25519"):
        signer(written(tmp_path, ec.generate_private_key(ec.SECP256R1())))
    file = tmp_path / "dkim.pem"
    usual = {"PYROMETER_DKIM_DOMAIN": "leads.example", "PYROMETER_DKIM_SELECTOR": "p1", "PYROMETER_DKIM_KEY": str(file)}
    file.write_text("no key")
    with pytest.raises(UsageError, match="is no private key in PEM"):
        signer(usual)
    file.unlink()
    with pytest.raises(UsageError, match="can't be read"):
        signer(usual)
    with pytest.raises(UsageError, match="PYROMETER_DKIM_DOMAIN"):
        signer({**usual, "PYROMETER_DKIM_DOMAIN": "leads example"})


class Short:
    """An RSA key of 512 bits, as OpenSSL writes it."""

    def private_bytes(self, *how: object) -> bytes:
        import subprocess

        made = subprocess.run(["openssl", "genrsa", "512"], capture_output=True, check=True)
        return made.stdout


def test_the_records_to_publish(found: Signer, settings: Any) -> None:
    settings.MAIL_SIGNER, settings.MAIL_FROM = found, "News <news@mail.leads.example>"
    settings.MAIL_BOUNCES = "bounces@b.leads.example"
    by_host = {each.host: each.text for each in records()}
    assert by_host["p1._domainkey.leads.example"] == found.record
    assert by_host["b.leads.example"].startswith("v=spf1 ")
    assert by_host["_dmarc.mail.leads.example"].startswith("v=DMARC1; ")
    assert aligned()
    settings.MAIL_FROM = "news@elsewhere.example"
    assert not aligned()


def test_the_command_prints_what_to_publish_and_says_what_is_wrong(tmp_path: Path) -> None:
    run = Runner(tmp_path)
    environment = written(tmp_path, ed25519.Ed25519PrivateKey.generate())
    environment |= {"DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
    before = {file.name for file in tmp_path.iterdir()}
    shown = run("dns", "--data", "data", env=environment)
    assert {file.name for file in tmp_path.iterdir()} == before  # nothing is made for a look
    made = signer(environment)
    assert made is not None
    assert shown.code == 0
    assert f"{made.host}  TXT  {made.record}" in shown.out.splitlines()
    refused = run("dns", "--data", "data", env=environment | {"PYROMETER_DKIM_KEY": "nowhere.pem"})
    assert refused.code == 2
    assert "nowhere.pem can't be read" in refused.err
    assert "Traceback" not in refused.err
