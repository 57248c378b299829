"""The rows of the alerts file: channels of each kind, and reports."""

import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    model_validator,
)

from firmware_profiles.devices.device import Use
from lighting.adapters.delivery.lines_file import LinesFileChannel
from lighting.adapters.delivery.mail import MailChannel, MailSecurity, MailServer
from lighting.adapters.delivery.signing import secret_bytes
from lighting.adapters.delivery.webhook import WebhookChannel
from lighting.errors import RefusedError
from lighting.faults.kinds import Confidence, FaultKind
from lighting.faults.telling import FaultChannel, FaultTelling
from lighting.sensing.alerts.share import Share

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
"""Plain addresses (the dot-atom of RFC 5322): none of their characters ends a header."""

_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}
"""RFC 6409, RFC 8314, RFC 5321."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise ValueError("not a plain e-mail address such as winter@leeds.example")
    return text


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError("not a time of the day such as 07:00")
    return time.fromisoformat(text).isoformat("minutes")


def _url(text: str) -> str:
    """Return ``text`` if it is an address to post to: who writes this file may name any host."""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
        parts = urlsplit("")
    if not named or parts.scheme not in {"http", "https"} or not text.isprintable() or " " in text:
        raise ValueError("not a URL such as https://assets.leeds.example/hook")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("holds a password or a fragment; a webhook proves itself by its signature")
    return text


def _secret(secret: SecretStr) -> SecretStr:
    try:
        secret_bytes(secret.get_secret_value())
    except RefusedError as exc:
        raise ValueError(str(exc)) from None
    return secret


Name = Annotated[str, Field(min_length=1, max_length=64)]
Hourly = Annotated[int, Field(ge=1, le=100_000)]
Address = Annotated[str, AfterValidator(_address)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _ProgramRow(_Row):
    """A channel to programs: of a storm they get all, many in one notice.

    ``alerts_an_hour`` of each severity come one by one (ten a minute are no load for a program),
    and ``documents`` alerts or faults in a notice: about 200 kB; receivers commonly take 1 MB.
    """

    alerts_an_hour: Hourly = 600
    documents: Annotated[int, Field(ge=1, le=5000)] = 200

    @property
    def share(self) -> Share:
        """How a storm comes to it."""
        return Share(alerts_an_hour=self.alerts_an_hour, documents=self.documents)


class MailRow(_Row):
    """E-mail through a mail server, to people: of a storm they get a summary.

    ``alerts_an_hour`` of each severity come one by one: 30 are what a desk reads beside its work
    (our choice).
    """

    kind: Literal["email"]
    alerts_an_hour: Hourly = 30
    host: Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    security: Annotated[MailSecurity, Field(strict=False)] = MailSecurity.STARTTLS
    username: str | None = None
    password: Annotated[SecretStr, Field(strict=False)] | None = None
    ca_file: str | None = None
    sender: Address
    to: Annotated[list[Address], Field(min_length=1, max_length=50)]

    @model_validator(mode="after")
    def _safe(self) -> "MailRow":
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password go together")
        if self.password is not None and self.security is MailSecurity.NONE:
            raise ValueError("a password goes over starttls or tls only")
        return self

    @property
    def share(self) -> Share:
        """How a storm comes to it."""
        return Share(alerts_an_hour=self.alerts_an_hour, documents=None)

    @property
    def has_secret(self) -> bool:
        """Whether it holds a password."""
        return self.password is not None

    def channel(self, name: str) -> MailChannel:
        """Return the channel."""
        server = MailServer(
            host=self.host,
            port=self.port or _PORTS[self.security],
            security=self.security,
            username=self.username,
            password=None if self.password is None else self.password.get_secret_value(),
            ca_file=self.ca_file,
        )
        return MailChannel(name, server, self.sender, tuple(self.to))


class WebhookRow(_ProgramRow):
    """A signed POST."""

    kind: Literal["webhook"]
    url: Annotated[str, Field(max_length=2000), AfterValidator(_url)]
    secret: Annotated[SecretStr, Field(strict=False), AfterValidator(_secret)]

    @property
    def has_secret(self) -> bool:
        """Whether it holds a secret."""
        return True

    def channel(self, name: str) -> WebhookChannel:
        """Return the channel."""
        return WebhookChannel(name, self.url, secret_bytes(self.secret.get_secret_value()))


class FileRow(_ProgramRow):
    """Lines of JSON at the end of a file."""

    kind: Literal["file"]
    path: Annotated[str, Field(min_length=1, max_length=4096)]

    @property
    def has_secret(self) -> bool:
        """Whether it holds a secret."""
        return False

    def channel(self, name: str) -> LinesFileChannel:
        """Return the channel."""
        return LinesFileChannel(name, Path(self.path))


AnyChannel = Annotated[MailRow | WebhookRow | FileRow, Discriminator("kind")]


class FaultsRow(_Row):
    """Who is told of faults of lanterns, of which, and how sure they must be."""

    tell: Annotated[list[Name], Field(min_length=1)]
    confidence: Literal["low", "medium", "high"] = "medium"
    kinds: Annotated[list[Annotated[FaultKind, Field(strict=False)]], Field(min_length=1)] = Field(
        default_factory=lambda: list(FaultKind)
    )

    def telling(self, shares: Mapping[str, Share]) -> FaultTelling:
        """Return it as the detector's side has it, told to channels that take such shares."""
        return FaultTelling(
            channels=tuple(
                FaultChannel(name=name, documents=shares[name].documents)
                for name in dict.fromkeys(self.tell)
            ),
            least=Confidence[self.confidence.upper()],
            kinds=frozenset(self.kinds),
        )


class ReportRow(_Row):
    """A service area's report a day."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    uses: list[Annotated[Use, Field(strict=False)]] = Field(default_factory=list)
    rules: list[Name] = Field(default_factory=list)
    faults: bool = False
    at: Annotated[str, AfterValidator(_clock)] = "07:00"
    tell: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _about_something(self) -> "ReportRow":
        if not (self.uses or self.rules or self.faults):
            raise ValueError("tells of nothing: name uses, rules, or set faults = true")
        return self
