"""MailChannel: a notice as an e-mail."""

import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

import aiosmtplib
from aiosmtplib import (
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from lighting.sensing.alerts.notice import DeliveryError, Notice

TIMEOUT_S = 30.0
_PERMANENT = 500
"""SMTP replies from here on are for good (RFC 5321, 4.2.1)."""


class MailSecurity(StrEnum):
    """How the way to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in. ``password`` shows in no text about it."""

    host: str
    port: int
    security: MailSecurity
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None


class MailChannel:
    """Sends to fixed addresses. See ``lighting.sensing.alerts.notice.Channel``.

    Addresses come from settings, which let only plain ones through; a subject is made one line, so
    that nothing in it can begin a header of its own.
    """

    def __init__(self, name: str, server: MailServer, sender: str, to: tuple[str, ...]) -> None:
        self._name = name
        self._server = server
        self._sender = sender
        self._to = to

    async def send(self, notice: Notice, *, key: str, at: datetime) -> str:
        """Hand the mail in; return whom the server refused, if it took it for others.

        Raises:
            DeliveryError: it was not taken for anybody.
        """
        message = self._message(notice, key, at)
        server = self._server
        try:
            refused, _ = await aiosmtplib.send(
                message,
                sender=self._sender,
                recipients=list(self._to),
                hostname=server.host,
                port=server.port,
                username=server.username,
                password=server.password,
                use_tls=server.security is MailSecurity.TLS,
                start_tls=server.security is MailSecurity.STARTTLS,
                tls_context=self._tls(),
                local_hostname=_domain(self._sender),
                timeout=TIMEOUT_S,
            )
        except (SMTPException, OSError, ValueError) as exc:
            final, away = _is_final(exc), _is_away(exc)
            raise DeliveryError(self._name, _why(exc), final=final, away=away) from exc
        return "; ".join(f"{to} was refused: {told}" for to, told in refused.items())

    def _message(self, notice: Notice, key: str, at: datetime) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = ", ".join(self._to)
        message["Subject"] = one_line(notice.subject)
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{key}@{_domain(self._sender)}>"  # the same at every try
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers
        message.set_content(notice.text)
        for each in notice.attachments:
            kind = each.media_type.partition("/")[2]
            message.add_attachment(each.text, subtype=kind, filename=each.name)
        return message

    def _tls(self) -> ssl.SSLContext | None:
        if self._server.security is MailSecurity.NONE:
            return None
        try:
            return ssl.create_default_context(cafile=self._server.ca_file)
        except OSError as exc:
            problem = f"the CA file {self._server.ca_file} cannot be used: {exc}"
            raise DeliveryError(self._name, problem) from exc


def one_line(text: str) -> str:
    """Return ``text`` without line ends and other control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _why(exc: Exception) -> str:
    if isinstance(exc, SMTPRecipientsRefused):
        return "; ".join(_why(each) for each in exc.recipients)
    if isinstance(exc, SMTPResponseException):
        return f"the mail server answered {exc.code} {one_line(exc.message)[:200]}"
    return f"the mail server cannot be used: {one_line(str(exc))[:200] or type(exc).__name__}"


def _is_final(exc: Exception) -> bool:
    if isinstance(exc, SMTPRecipientsRefused):
        return all(each.code >= _PERMANENT for each in exc.recipients)
    return isinstance(exc, SMTPSenderRefused) and exc.code >= _PERMANENT


def _is_away(exc: Exception) -> bool:
    """Return whether there was no answer at all: the next mail would wait as long for none."""
    answered = isinstance(exc, SMTPResponseException | SMTPRecipientsRefused)
    return isinstance(exc, SMTPException | OSError) and not answered
