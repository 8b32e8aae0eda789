"""One mail over SMTP: what became of it as a value; servers and their words are never quoted, only their codes."""

import asyncio
import re
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from enum import StrEnum
from typing import Final

import aiosmtplib
from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from telemetry import figures, spans

_DIGITS: Final = re.compile(r"(?<=\d)\d\d$")
"""Of a code such as smtp450: what figures leave out, so that there are few of them."""
_OWN_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Security(StrEnum):
    """How the way to the server is protected. `STARTTLS` is demanded, never only tried."""

    TLS = "TLS"
    STARTTLS = "STARTTLS"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """The server that takes our mails. `ca_file`: the certificates that its own is checked against, None: the system's."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        """Raises ValueError for a password that would cross a network in the clear."""
        if self.username is not None and self.security is Security.NONE and self.host not in _OWN_MACHINE:
            raise ValueError("a password goes to another machine over TLS only: set the mail server's security")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The server has taken the mail over, or it lies in the sandbox's mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """Nothing was wrong with the mail: try again after this time."""

    after: timedelta
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Repeating changes nothing: staff see it among the work that is set aside."""

    error: str


MailOutcome = Sent | TryLater | GivenUp


Say = Callable[[aiosmtplib.SMTP], Awaitable[None]]


class Unwilling(Exception):
    """The mail was not taken over. `final`: the server will never take this mail; `code` says why in one word."""

    def __init__(self, code: str, *, final: bool) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


def send(server: SmtpServer, mail: EmailMessage, *, sender: str, recipient: str) -> None:
    """The server has taken the mail over. Raises Unwilling.

    What a server says to this mail is about this mail: 5yz is final. What goes wrong before (no connection, a certificate, a
    refused password), or that it wants a password first, is about the server or our settings, and every mail waits for its being mended.
    """

    async def hand_over(client: aiosmtplib.SMTP) -> None:
        await client.send_message(mail, sender=sender, recipients=[recipient])

    _talked("send", server, hand_over)


def greet(server: SmtpServer) -> None:
    """The server lets us in, as it would for a mail; nothing is sent. Raises Unwilling."""

    async def look_round(client: aiosmtplib.SMTP) -> None:
        await client.noop()

    _talked("greet", server, look_round)


def _talked(call: str, server: SmtpServer, say: Say) -> None:
    began, outcome = time.perf_counter(), "failed"
    with spans.span(f"smtp {call}", side=spans.Side.CLIENT) as span:
        try:
            asyncio.run(_talk(server, say))
            outcome = "ok"
        except (SMTPException, OSError) as fault:
            unwilling = _told_apart(fault)
            outcome = _DIGITS.sub("yz", unwilling.code)
            span.failed(unwilling.code)
            raise unwilling from None
        finally:
            figures.called("smtp", call, outcome=outcome, seconds=time.perf_counter() - began)


async def _talk(server: SmtpServer, say: Say) -> None:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        timeout=server.timeout.total_seconds(),
        use_tls=server.security is Security.TLS,
        start_tls=False,
        tls_context=_context(server),
    )
    # One limit for the whole talk: a server that answers one byte a minute must not hold a worker.
    async with asyncio.timeout(server.timeout.total_seconds() * 2):
        await client.connect()
        opened = [client.transport]
        try:
            if server.security is Security.STARTTLS:
                await client.starttls()
                opened.append(client.transport)
            if server.username is not None:
                await client.login(server.username, server.password or "")
            await say(client)
            await _say_goodbye(client)
        finally:
            await _close(opened)


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """The mail is taken over already: a server that forgets its manners now changes nothing."""
    with suppress(SMTPException):
        await client.quit()


async def _close(transports: list[asyncio.BaseTransport | None]) -> None:
    """Nothing is left open, also where TLS would wait for the other side's goodbye."""
    for transport in transports:
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
    await asyncio.sleep(0)


def _context(server: SmtpServer) -> ssl.SSLContext | None:
    return None if server.security is Security.NONE else ssl.create_default_context(cafile=server.ca_file)


_BEFORE_THE_MAIL: Final[tuple[tuple[type[Exception], str], ...]] = (
    (SMTPAuthenticationError, "smtpPasswordRefused"),
    (SMTPTimeoutError, "smtpTimeout"),
    (TimeoutError, "smtpTimeout"),
    (ssl.SSLError, "smtpCertificate"),
    (SMTPServerDisconnected, "smtpHungUp"),
    (OSError, "smtpUnreachable"),
    (SMTPException, "smtpNotSupported"),
)


def _told_apart(fault: Exception) -> Unwilling:
    match fault:
        case SMTPRecipientsRefused():
            return _answered(fault.recipients[0])
        case SMTPSenderRefused() | SMTPRecipientRefused() | SMTPDataError():
            return _answered(fault)
        case SMTPConnectResponseError() | SMTPHeloError():
            return Unwilling(f"smtpNotReady{fault.code}", final=False)
        case _:
            # The library wraps what went wrong while it connected; the cause says more than the wrapping.
            cause = fault.__cause__ if isinstance(fault.__cause__, ssl.SSLError) else fault
            return Unwilling(next(code for kind, code in _BEFORE_THE_MAIL if isinstance(cause, kind)), final=False)


_ABOUT_US: Final = frozenset({530, 534, 535, 538})
"""Answers that say how we have to come in (RFC 4954, 3207), wherever they are given: the settings are to be mended, not the mail."""


def _answered(fault: SMTPResponseException) -> Unwilling:
    return Unwilling(f"smtp{fault.code}", final=500 <= fault.code < 600 and fault.code not in _ABOUT_US)
