"""Messages as mail by SMTP: text, and HTML beside it where there is some.

`Message-ID` and `Date` are made from the message's id and the time at which it was queued, so that a mail that is sent
again is the same mail: a mailbox or a filter that knows Message-IDs shows it once. Mailing-list headers say that a
machine wrote it, so that out-of-office replies stay away.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, parseaddr

from breachwire.alerts.channels.contract import Message, Receipt
from breachwire.alerts.channels.secrets import Redactor, value_of
from breachwire.errors import ChannelError, DeliveryError
from breachwire.plaintext import clean, one_line
from breachwire.settings.channels import EmailKind

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SUBJECT = 200
_TEXT = 2 << 20
"""Characters of a text and of an HTML part: servers take ten megabytes and more, a person reads none of it."""
_SETUP_CODES = frozenset({530, 534, 535, 538})
"""RFC 4954: what a server answers where the login is missing, too weak or wrong."""


class _Server(smtplib.SMTP):
    """`keep` is handed the server before the constructor connects and waits."""

    def __init__(self, keep: Callable[[smtplib.SMTP], None], host: str, port: int, *, timeout: float) -> None:
        keep(self)
        super().__init__(host, port, timeout=timeout)


class _TlsServer(smtplib.SMTP_SSL):
    """The same under TLS from the first byte."""

    def __init__(
        self, keep: Callable[[smtplib.SMTP], None], host: str, port: int, *, timeout: float, context: ssl.SSLContext
    ) -> None:
        keep(self)
        super().__init__(host, port, timeout=timeout, context=context)


class MailChannel:
    """Sends through the server that `kind` names. The connection stays open from one message to the next."""

    def __init__(self, name: str, kind: EmailKind, *, trust: ssl.SSLContext | None = None) -> None:
        """`trust` says which certificates are believed, if not those of the system."""
        self.name, self.time_limit_s = name, kind.time_limit_s
        self._kind, self._trust = kind, trust
        self._server: smtplib.SMTP | None = None
        self._redact = Redactor()

    def deliver(self, message: Message) -> Receipt:
        """Raises DeliveryError where the server does not take it for all of its readers."""
        late = threading.Event()
        with self._within_the_limit(late):
            try:
                return self._deliver(message)
            except (smtplib.SMTPException, OSError, ValueError, EOFError) as error:
                self._drop()
                if late.is_set() or isinstance(error, TimeoutError):
                    what = f"the server gave no answer within {self.time_limit_s:g} s"
                    raise DeliveryError(self.name, what) from None
                if isinstance(error, smtplib.SMTPException):
                    raise self._refused(error) from None
                raise self._unreachable(error) from None
            except DeliveryError:
                self._drop()
                raise

    def close(self) -> None:
        """Says goodbye, if anybody still listens."""
        if self._server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if self._server.sock is not None:
                    self._server.sock.settimeout(1.0)
                self._server.quit()
            self._drop()

    def _deliver(self, message: Message) -> Receipt:
        made = composed(message, self._kind)
        recipients = [address for _, address in getaddresses(self._kind.to)]
        sender = parseaddr(self._kind.sender)[1]
        server = self._connected()
        server.ehlo_or_helo_if_needed()
        options = ["SMTPUTF8"] if _needs_utf8(sender, *recipients) and server.has_extn("smtputf8") else []
        policy = SMTP.clone(utf8=bool(options))
        # smtplib's own sendmail goes on when some recipients are refused, and says of the answer only that it was good.
        code, said = server.mail(sender, options)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        refused = {to: answer for to in recipients if (answer := server.rcpt(to))[0] not in (250, 251)}
        if refused:
            server.rset()
            raise smtplib.SMTPRecipientsRefused(refused)
        code, said = server.data(made.as_bytes(policy=policy))
        if code != 250:
            raise smtplib.SMTPDataError(code, said)
        return Receipt(words=self._redact(f"{code} {said.decode('utf-8', 'replace')}"))

    def _connected(self) -> smtplib.SMTP:
        """The open connection, or a new one where there is none or the server has hung up meanwhile."""
        if self._server is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._server.rset()[0] == 250:
                    return self._server
            self._drop()
        kind = self._kind
        password = value_of(kind.password, self.name) if kind.password else ""
        if not password.isascii():
            raise ChannelError(self.name, "the password holds characters that no mail server takes")
        self._redact = Redactor([password] if password else [])
        port = kind.port or _PORTS[kind.security]
        trust = self._trust or ssl.create_default_context()
        if kind.security == "tls":
            _TlsServer(self._keep, kind.host.strip("[]"), port, timeout=self.time_limit_s, context=trust)
        else:
            _Server(self._keep, kind.host.strip("[]"), port, timeout=self.time_limit_s)
        server = self._server
        assert server is not None
        if kind.security == "starttls":
            server.ehlo()
            if not server.has_extn("starttls"):
                raise ChannelError(self.name, "the server offers no STARTTLS: set security to tls, or to none")
            server.starttls(context=trust)
        if kind.user:
            server.login(kind.user, password)
        return server

    def _keep(self, server: smtplib.SMTP) -> None:
        """Takes a server before it is spoken to, so that the time limit holds from its first word on."""
        self._server = server

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    @contextlib.contextmanager
    def _within_the_limit(self, late: threading.Event) -> Iterator[None]:
        """smtplib knows a limit for each read alone: a server that drips its answers would be waited for for ever."""

        def hang_up() -> None:
            late.set()
            sock = getattr(self._server, "sock", None)
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.time_limit_s, hang_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _refused(self, error: smtplib.SMTPException) -> DeliveryError:
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            to, (code, said) = next(iter(error.recipients.items()))
            who = f"the recipient {to} was refused: "
        elif isinstance(error, smtplib.SMTPResponseException):
            code, said, who = error.smtp_code, _bytes(error.smtp_error), ""
        elif isinstance(error, smtplib.SMTPServerDisconnected):
            return DeliveryError(self.name, "the server hung up")
        else:
            return ChannelError(self.name, self._redact(str(error)))
        what = self._redact(f"{who}the server answered {code} {said.decode('utf-8', 'replace')}")
        if code in _SETUP_CODES:
            return ChannelError(self.name, what)
        return DeliveryError(self.name, what, transient=not 500 <= code < 600)

    def _unreachable(self, error: OSError | ValueError | EOFError) -> DeliveryError:
        where = f"{self._kind.host}:{self._kind.port or _PORTS[self._kind.security]}"
        if isinstance(error, ssl.SSLCertVerificationError):
            return ChannelError(self.name, f"the certificate of {where} is not trusted: {error.verify_message}")
        if isinstance(error, socket.gaierror):
            return DeliveryError(self.name, f"the mail server's name {self._kind.host} is not known")
        words = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        return DeliveryError(self.name, self._redact(f"{where} cannot be spoken to: {words}"))


def composed(message: Message, kind: EmailKind) -> EmailMessage:
    """The mail. Nothing in a message can end a header or begin a part: the `email` package builds both."""
    domain = parseaddr(kind.sender)[1].rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["Date"] = format_datetime(message.queued_at)
    mail["From"] = _written(kind.sender)
    mail["To"] = ", ".join(_written(to) for to in kind.to)
    mail["Subject"] = one_line(f"{kind.subject_prefix} {message.subject}".strip(), _SUBJECT)
    mail["List-Id"] = f"breachwire alerts <breachwire.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Breachwire-Kind"] = message.kind
    mail["Idempotency-Key"] = message.id
    mail.set_content(clean(message.text)[:_TEXT] + "\n")
    if message.html:
        mail.add_alternative(clean(message.html)[:_TEXT], subtype="html")
    return mail


def _written(address: str) -> str:
    name, plain = parseaddr(address)
    return str(Address(display_name=name, addr_spec=plain))


def _bytes(said: bytes | str) -> bytes:
    return said.encode() if isinstance(said, str) else said


def _needs_utf8(*addresses: str) -> bool:
    return not all(address.isascii() for address in addresses)
