"""E-mail through a real SMTP server on loopback: TLS, sign-in, refusals, and no foreign headers."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lighting.adapters.delivery.mail import MailChannel, MailSecurity, MailServer
from lighting.sensing.alerts.notice import DeliveryError, Notice
from tests.lighting.adapters.delivery.notices import AT, KEY, NOTICE

pytestmark = pytest.mark.enable_socket

SENDER, DESK, OTHER = "lamplighter@leeds.example", "winter@leeds.example", "full@leeds.example"
YEAR = timedelta(days=365)


@dataclass
class Mailbox:
    """Keeps the mail that a server took; refuses some addresses."""

    refused: dict[str, str] = field(default_factory=dict)
    got: list[tuple[list[str], bytes]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: object, envelope: Envelope, address: str, _: object
    ) -> str:
        """Take an address, or refuse it."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Take a mail."""
        assert isinstance(envelope.content, bytes)
        self.got.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"

    def message(self) -> EmailMessage:
        """Return the only mail."""
        ((_, content),) = self.got
        message = email.message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        return message


def is_known(
    _server: object, _session: object, _envelope: object, _mechanism: str, data: object
) -> AuthResult:
    """Let one user in."""
    known = data == LoginPassword(b"lamplighter", b"correct horse")
    return AuthResult(success=known, handled=known)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)  # noqa: TID251 - the TLS library asks the machine for the time
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - YEAR)
        .not_valid_after(now + YEAR)
        .add_extension(addresses, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(signed.public_bytes(pem) + private)
    return path


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@asynccontextmanager
async def serving(
    mailbox: Mailbox,
    *,
    ssl_context: ssl.SSLContext | None = None,
    **options: Any,  # noqa: ANN401 - aiosmtpd's options
) -> AsyncIterator[MailServer]:
    """Run a mail server until it is done with its clients; yield how to reach it without TLS."""
    before = asyncio.all_tasks()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailbox, **options), "127.0.0.1", 0, ssl=ssl_context
    )
    port = server.sockets[0].getsockname()[1]
    yield MailServer(host="127.0.0.1", port=port, security=MailSecurity.NONE)
    server.close()
    await server.wait_closed()
    if sessions := asyncio.all_tasks() - before:
        await asyncio.wait(sessions, timeout=5)


async def send(server: MailServer, notice: Notice = NOTICE, to: tuple[str, ...] = (DESK,)) -> str:
    return await MailChannel("desk", server, SENDER, to).send(notice, key=KEY, at=AT)


async def test_a_notice_arrives_as_a_mail_with_its_attachment() -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as server:
        assert await send(server, to=(DESK, OTHER)) == ""
    message = mailbox.message()
    assert mailbox.got[0][0] == [DESK, OTHER]
    assert (message["From"], message["To"]) == (SENDER, f"{DESK}, {OTHER}")
    assert message["Subject"] == NOTICE.subject
    assert message["Message-ID"] == f"<{KEY}@leeds.example>"
    assert message["Date"].datetime == AT
    body = message.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == NOTICE.text
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("day.csv", "text/csv")
    assert attached.get_content().split() == ["a,b", "1,2"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x85"])
async def test_a_subject_cannot_begin_a_header_of_its_own(end: str) -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as server:
        await send(server, replace(NOTICE, subject=f"ice{end}Bcc: thief@example.org{end}{end}hi"))
    message = mailbox.message()
    assert message["Bcc"] is None
    assert message["Subject"] == "ice Bcc: thief@example.org hi"
    assert mailbox.got[0][0] == [DESK]


async def test_a_password_goes_over_starttls(certificate: Path) -> None:
    mailbox = Mailbox()
    options: dict[str, Any] = {
        "tls_context": tls_of(certificate),
        "authenticator": is_known,
        "auth_required": True,
    }
    async with serving(mailbox, require_starttls=True, **options) as plain:
        server = replace(
            plain,
            security=MailSecurity.STARTTLS,
            username="lamplighter",
            password="correct horse",  # noqa: S106 - of the test's own server
            ca_file=str(certificate),
        )
        await send(server)
        with pytest.raises(DeliveryError, match="535") as caught:
            await send(replace(server, password="wrong"))  # noqa: S106 - the same
    assert not caught.value.final
    assert "wrong" not in str(caught.value)
    assert "wrong" not in repr(server)
    assert len(mailbox.got) == 1


async def test_tls_from_the_start_needs_a_certificate_that_can_be_trusted(
    certificate: Path,
) -> None:
    mailbox = Mailbox()
    async with serving(mailbox, ssl_context=tls_of(certificate)) as plain:
        server = replace(plain, security=MailSecurity.TLS, ca_file=str(certificate))
        await send(server)
        with pytest.raises(DeliveryError, match="certificate"):
            await send(replace(server, ca_file=None))
    assert len(mailbox.got) == 1


async def test_a_server_without_starttls_is_not_trusted_with_anything() -> None:
    mailbox = Mailbox()
    async with serving(mailbox) as plain:
        with pytest.raises(DeliveryError, match="STARTTLS"):
            await send(replace(plain, security=MailSecurity.STARTTLS))
    assert mailbox.got == []


async def test_refused_addresses_are_told_and_only_a_refusal_of_all_for_good_ends_it() -> None:
    mailbox = Mailbox(refused={OTHER: "550 no such user", "busy@leeds.example": "450 later"})
    async with serving(mailbox) as server:
        assert "550" in await send(server, to=(DESK, OTHER))
        with pytest.raises(DeliveryError, match="550") as gone:
            await send(server, to=(OTHER,))
        with pytest.raises(DeliveryError, match="450") as later:
            await send(server, to=(OTHER, "busy@leeds.example"))
    assert (gone.value.final, later.value.final) == (True, False)


async def test_a_mail_server_that_is_away_is_tried_again() -> None:
    server = MailServer(host="127.0.0.1", port=9, security=MailSecurity.NONE)
    with pytest.raises(DeliveryError, match="cannot be used") as caught:
        await send(server)
    assert (caught.value.final, caught.value.away) == (False, True)
