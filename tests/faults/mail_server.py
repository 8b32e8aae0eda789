"""A real SMTP server that refuses, hangs, and takes mails without answering, and remembers what it took and when."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import Envelope

from tests.notifications.servers import only, smtp_server

HANG_SECONDS = 3.0
"""Longer than the processes under test wait for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A mail that the server took over; `answered`: the client was told so."""

    at: float
    recipient: str
    message_id: str
    content: bytes
    answered: bool


@dataclass
class MailServer:
    """Answers by chance as long as it storms, and in the end as it should."""

    chance: random.Random
    storming: bool = False
    taken: list[Taken] = field(default_factory=list[Taken])

    async def handle_RCPT(  # noqa: N802  the library's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.storming and self.chance.random() < 0.1:
            return "450 4.2.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  the library's name
        luck = self.chance.random() if self.storming else 1.0
        if luck < 0.1:
            return "451 4.3.0 Not now"
        if luck < 0.14:
            await asyncio.sleep(HANG_SECONDS)
            return "451 4.3.0 Not now"
        if luck < 0.18:
            self._take(envelope, answered=False)
            await asyncio.sleep(HANG_SECONDS)
            return "250 OK"
        if luck < 0.28:
            self._take(envelope, answered=False)
            server.transport.abort()
            return "250 OK"
        self._take(envelope, answered=True)
        return "250 OK"

    def _take(self, envelope: Envelope, *, answered: bool) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(
            Taken(
                at=time.monotonic(),
                recipient=envelope.rcpt_tos[0],
                message_id=read(content)["Message-ID"],
                content=content,
                answered=answered,
            )
        )

    def by_message(self) -> dict[str, list[Taken]]:
        """What was taken of each Message-ID, in the order in which it came."""
        found: dict[str, list[Taken]] = defaultdict(list)
        for one in self.taken:
            found[one.message_id].append(one)
        return dict(found)


def read(content: bytes) -> EmailMessage:
    """The mail as its reader's program sees it."""
    return message_from_bytes(content, policy=default)


@contextmanager
def mail_server(chance: random.Random, *, user: str, password: str) -> Generator[tuple[MailServer, int]]:
    """A server that knows this user, and its port."""
    server = MailServer(chance)
    with smtp_server(server, authenticator=only(user, password), auth_require_tls=False) as port:
        yield server, port
