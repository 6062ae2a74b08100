"""Mail to a real server on loopback, parsed back."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from breachwire.alerts.channels import Message
from breachwire.alerts.channels.mail import MailChannel
from breachwire.errors import ChannelError, DeliveryError
from breachwire.settings.channels import EmailKind

Make = Callable[..., Message]
PASSWORD = "correct horse" + " battery"


def channel(post: Any, **more: Any) -> MailChannel:
    said: dict[str, Any] = {
        "kind": "email",
        "host": "127.0.0.1",
        "port": post.port,
        "security": "none",
        "sender": "Breach Wire <alerts@desk.example>",
        "to": ["Ana Müller <ana@desk.example>", "bo@desk.example"],
        "time_limit_s": 20.0,
    }
    trust = more.pop("trust", None)
    return MailChannel("desk", EmailKind.model_validate(said | more), trust=trust)


def said_in(part: Any) -> str:
    """The text of a part; lines of mail end in CRLF."""
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_arrives_whole(post: Any, message_to: Make) -> None:
    desk = channel(post, subject_prefix="[breach]")
    html = "<!doctype html><p>1,000 people — <b>Fernhill</b></p>"
    receipt = desk.deliver(message_to(1, html=html, text="Zahl: 1.000 Menschen\n.\n" + "long " * 400))
    desk.deliver(message_to(2))
    desk.close()
    assert receipt.words == "250 2.0.0 queued as A1"
    first, second = post.mails
    assert post.envelopes[0] == ("alerts@desk.example", ["ana@desk.example", "bo@desk.example"])
    assert first["Message-ID"] == "<n_0001@desk.example>"
    assert second["Message-ID"] == "<n_0002@desk.example>"
    assert first["Subject"] == "[breach] Fernhill Robotics: data breach, 1,000 people"
    assert first["Date"].datetime == dt.datetime(2026, 11, 20, 5, 0, tzinfo=dt.UTC)
    assert first["To"] == "Ana Müller <ana@desk.example>, bo@desk.example"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["List-Id"] == "breachwire alerts <breachwire.desk.example>"
    assert first.get_content_type() == "multipart/alternative"
    text, marked = first.iter_parts()
    assert said_in(text) == "Zahl: 1.000 Menschen\n.\n" + "long " * 400 + "\n"
    assert said_in(marked) == html + "\n"
    assert second.get_content_type() == "text/plain"


def test_nothing_in_a_message_becomes_a_header_or_a_part(post: Any, message_to: Make) -> None:
    subject = "Fernhill\r\nBcc: all@desk.example\r\n\r\n<b>body</b>\x1b[2J\u202e" + "x" * 100_000
    desk = channel(post)
    desk.deliver(message_to(1, subject=subject, text="--==\r\nBcc: x@y.example\r\n\x1b]0;t\x07\ud800" + "y" * 99))
    desk.close()
    (mail,) = post.mails
    assert mail["Bcc"] is None
    assert len(mail["Subject"]) <= 200
    assert mail["Subject"].startswith("Fernhill Bcc: all@desk.example <b>body</b>xxx")
    assert said_in(mail).startswith("--==\nBcc: x@y.example\n\ufffdyyy")
    assert len(post.envelopes[0][1]) == 2


def test_what_the_server_says_decides(post: Any, message_to: Make) -> None:
    desk = channel(post)
    for say, transient in (("451 4.3.0 try later", True), ("552 5.3.4 too big", False), ("421 4.3.2 bye", True)):
        post.script.append(say)
        with pytest.raises(DeliveryError, match=say[:3]) as caught:
            desk.deliver(message_to())
        assert caught.value.transient is transient
    assert not isinstance(caught.value, ChannelError)
    desk.deliver(message_to())
    assert len(post.mails) == 1
    desk.close()


def test_a_recipient_that_is_refused_gets_nobody_else_a_mail(post: Any, message_to: Make) -> None:
    desk = channel(post, to=["ana@desk.example", "nobody@desk.example"])
    with pytest.raises(DeliveryError, match=r"recipient nobody@desk.example was refused.*550 5.1.1 no such") as caught:
        desk.deliver(message_to())
    assert not caught.value.transient
    assert post.mails == []
    desk.close()


def test_a_connection_that_was_lost_between_two_mails_is_made_anew(post: Any, message_to: Make) -> None:
    desk = channel(post)
    desk.deliver(message_to(1))
    assert desk._server
    assert desk._server.sock
    desk._server.sock.shutdown(socket.SHUT_RDWR)
    desk.deliver(message_to(2))
    desk.close()
    assert [mail["Message-ID"] for mail in post.mails] == ["<n_0001@desk.example>", "<n_0002@desk.example>"]


def test_nobody_there_and_a_server_that_drips(message_to: Make) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        silent = SimpleNamespace(port=listening.getsockname()[1])
        with pytest.raises(DeliveryError, match=r"127.0.0.1:\d+ cannot be spoken to: Connection refused"):
            channel(silent).deliver(message_to())
        listening.listen()
        over = threading.Event()

        def drip() -> None:
            talk, _ = listening.accept()
            with talk:
                while not over.wait(0.05):
                    try:
                        talk.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(DeliveryError, match=r"gave no answer within 0.4 s"):
                channel(silent, time_limit_s=0.4).deliver(message_to())
        finally:
            over.set()
            thread.join(5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of 127.0.0.1 in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def private_post(certificate: Path, serve_post: Callable[..., Any]) -> Any:
    """A server that wants STARTTLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def login(*said: Any) -> AuthResult:
        data = said[-1]
        return AuthResult(success=data.login == b"desk" and data.password == PASSWORD.encode(), handled=False)

    return serve_post(tls_context=context, require_starttls=True, auth_required=True, authenticator=login)


def test_starttls_and_login(
    private_post: Any, certificate: Path, message_to: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    login = {"security": "starttls", "user": "desk", "password": "env:DESK_PASSWORD"}
    trusting = ssl.create_default_context(cafile=str(certificate))
    desk = channel(private_post, **login, trust=trusting)
    desk.deliver(message_to())
    desk.close()
    assert len(private_post.mails) == 1
    with pytest.raises(ChannelError, match=r"the certificate of 127.0.0.1:\d+ is not trusted"):
        channel(private_post, **login).deliver(message_to())
    monkeypatch.setenv("DESK_PASSWORD", "wrong" + PASSWORD)
    with pytest.raises(ChannelError, match="535") as caught:
        channel(private_post, **login, trust=trusting).deliver(message_to())
    assert PASSWORD not in str(caught.value)
    monkeypatch.delenv("DESK_PASSWORD")
    with pytest.raises(ChannelError, match="DESK_PASSWORD is not set"):
        channel(private_post, **login, trust=trusting).deliver(message_to())


def test_no_starttls_where_it_is_wanted(post: Any, message_to: Make) -> None:
    with pytest.raises(ChannelError, match="offers no STARTTLS"):
        channel(post, security="starttls").deliver(message_to())
    assert post.mails == []
