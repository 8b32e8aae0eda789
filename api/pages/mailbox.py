"""/mailbox/{token}: what a sandbox's people would have got by mail; a live organisation has no such page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import anyio.to_thread
from sqlalchemy import Row, text
from starlette.requests import Request
from starlette.responses import Response

from api.ids import global_id
from api.pages.html import STYLES_OF_MAILS, note, page
from api.services import Services
from commands.settle import CatchingUp, settle_organisation
from models.keyring import Keyring
from models.queries.keyset import Window
from models.queries.views import notification_of_id, notifications_page
from models.unit import Database, Unit
from notifications.capability import NotOurs, seal, unseal
from notifications.inbox import message_of
from notifications.links import Addresses

Endpoint = Callable[[Request], Awaitable[Response]]
PURPOSE: Final = "links/mailbox"
MOST_MAILS: Final = 50
_LARGEST: Final = 2**63 - 1

SANDBOX = text("SELECT name, clock_at FROM organisation WHERE id = :organisation AND is_sandbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWords:
    """A message as the list shows it."""

    id: int
    at: str
    recipient: str
    address: str
    code: str
    subject: str
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mailbox:
    """The mailbox of a sandbox, in one snapshot, with nothing left due."""

    services: Services
    organisation_id: int
    name: str
    now: datetime
    base: str
    unit: Unit = field(repr=False)

    @property
    def addresses(self) -> Addresses:
        """Where the links of its messages lead."""
        return Addresses(
            keyring=self.services.keyring,
            base_url=self.services.base_url,
            front_end_url=self.services.front_end_url,
            global_id=global_id,
        )


def mailbox_url(keyring: Keyring, base_url: str, organisation_id: int) -> str:
    """The address of a sandbox's mailbox page; who has it reads every message of that sandbox."""
    return f"{base_url}/mailbox/{seal(keyring, PURPOSE, str(organisation_id))}"


def mailbox_endpoint(services: Services) -> Endpoint:
    """GET shows the list, newest first, or one message."""

    async def mailbox(request: Request) -> Response:
        token, mail = request.path_params["token"], request.path_params.get("mail")
        before = request.query_params.get("before", "")
        try:
            return await anyio.to_thread.run_sync(_answer, services, token, mail, before)
        except NotOurs:
            return note("There is no such mailbox", "The address is not complete, or was never ours.", status=404)
        except CatchingUp:
            headers = {"Retry-After": "1"}
            return note("One moment", "The sandbox is catching up. Please load again.", status=503, headers=headers)

    return mailbox


def _answer(services: Services, token: str, mail: int | None, before: str) -> Response:
    organisation = int(unseal(services.keyring, PURPOSE, token))
    name, now = _settled(services.database, organisation)
    base = f"{services.base_url}/mailbox/{token}"
    with services.database.unit(organisation, read_only=True) as unit:
        box = _Mailbox(services=services, organisation_id=organisation, name=name, now=now, base=base, unit=unit)
        return _list(box, before) if mail is None else _one(box, mail)


def _settled(database: Database, organisation: int) -> tuple[str, datetime]:
    """The sandbox's name and instant, with nothing left due in it. Raises NotOurs for what is no sandbox, CatchingUp."""
    with database.unit(organisation, read_only=True) as unit:
        row = unit.connection.execute(SANDBOX, {"organisation": organisation}).one_or_none()
    if row is None:
        raise NotOurs
    now = row.clock_at.astimezone(UTC)
    settle_organisation(database, organisation, now=now)
    return str(row.name), now


def _list(box: _Mailbox, before: str) -> Response:
    key = int(before[:19]) if before.isascii() and before.isdigit() else None
    window = Window(limit=MOST_MAILS, backward=True, before=None if key is None else (min(key, _LARGEST),))
    found = notifications_page(box.unit, window)
    return page(
        "mailbox.html.jinja",
        title=f"Mailbox of {box.name}",
        now=f"{box.now:%Y-%m-%d %H:%M:%S} UTC",
        mails=[_words(box, row) for row in reversed(found.rows)],
        older=found.rows[0].id if found.has_more else None,
        older_than=key,
        base=box.base,
    )


def _one(box: _Mailbox, mail: int) -> Response:
    row = notification_of_id(box.unit, mail) if mail <= _LARGEST else None
    if row is None:
        raise NotOurs
    rendered = message_of(row, box.addresses, organisation_name=box.name)
    return page(
        "mailbox_mail.html.jinja",
        styles=STYLES_OF_MAILS,
        title=rendered.subject,
        mail=_words(box, row),
        links=rendered.links,
        # Links of the framed message open beside the mailbox: its frame may not navigate us.
        html=rendered.html.replace("<head>", '<head>\n<base target="_blank">', 1),
        text=rendered.text,
        base=box.base,
    )


def _words(box: _Mailbox, row: Row[Any]) -> MailWords:
    return MailWords(
        id=row.id,
        at=f"{row.sent_at or row.created_at:%Y-%m-%d %H:%M:%S}",
        recipient=row.recipient_name,
        address=row.recipient_email,
        code=row.code,
        subject=message_of(row, box.addresses, organisation_name=box.name).subject,
        waits=row.sent_at is None,
    )
