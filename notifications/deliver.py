"""One mail that is due: sent, put off or given up; a sandbox's goes to its mailbox and nowhere else (MODEL 9)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, Protocol

import structlog
from sqlalchemy import Row, text

from models.keyring import Keyring
from models.queries.views import notification_of_id
from models.unit import Database
from notifications.backoff import GIVE_UP_AFTER, delay
from notifications.catalogue import message_for
from notifications.inbox import message_of
from notifications.links import Addresses
from notifications.mail import Envelope, mail_of, message_id
from notifications.smtp import GivenUp, MailOutcome, Sent, SmtpServer, TryLater, Unwilling, send
from policy.terms import NoticeCode

log = structlog.get_logger()
_CHANCE = SystemRandom()

ORGANISATION = text("SELECT name, is_sandbox FROM organisation WHERE id = :organisation")
MARK = text("""
UPDATE notification SET sent_at = :now WHERE organisation_id = :organisation AND id = :notification AND sent_at IS NULL
""")


MARK_ALL = text("""
UPDATE notification SET sent_at = :now
WHERE organisation_id = :organisation AND id = ANY(CAST(:notifications AS bigint[])) AND sent_at IS NULL RETURNING id, code
""")


class IcsOf(Protocol):
    """The calendar file of a session as one of its people sees it now; None where there is none to show."""

    def __call__(self, database: Database, *, organisation_id: int, session_id: int, person_id: int) -> bytes | None:
        """The file's bytes, with CRLF."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mails go out. `server` None: only sandboxes are served. `sender_address` stands in From and takes bounces."""

    server: SmtpServer | None
    sender_address: str
    addresses: Addresses
    keyring: Keyring = field(repr=False)
    ics_of: IcsOf | None = None

    @property
    def domain(self) -> str:
        """The domain of our own Message-IDs."""
        return self.sender_address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A message that is to be mailed, with its organisation's name."""

    row: Row[Any]
    organisation: str
    is_sandbox: bool


def deliver_mail(
    database: Database,
    settings: MailSettings,
    *,
    organisation_id: int,
    notification_id: int,
    attempt: int,
    since: datetime,
    now: datetime,
) -> MailOutcome:
    """The mail has been sent once more, or lies in the sandbox's mailbox; one that was sent before is not sent again.

    `since`: when it first was to be sent, or was asked for again after it had been given up.

    It is marked as sent after the server took it over, so that a crash between the two sends it twice rather than never; both
    have the same Message-ID.
    """
    due = _load(database, organisation_id, notification_id)
    if due is None or due.row.sent_at is not None:
        return Sent()
    if not due.is_sandbox:
        outcome = _mail(database, settings, due, attempt=attempt, since=since, now=now)
        if not isinstance(outcome, Sent):
            return outcome
    with database.unit(organisation_id) as unit:
        values = {"organisation": organisation_id, "notification": notification_id, "now": now}
        unit.connection.execute(MARK, values)
    log.info("mail_sent", organisation=organisation_id, notification=notification_id, code=due.row.code)
    return Sent()


def put_into_mailbox(
    database: Database, *, organisation_id: int, notifications: Mapping[int, str | None], now: datetime
) -> bool:
    """These messages of a sandbox lie in its mailbox; False: it is none, and its mails are sent one by one.

    `notifications`: by each the id of the request that caused it, for its line in the log.
    """
    values = {"organisation": organisation_id, "notifications": list(notifications), "now": now}
    with database.unit(organisation_id) as unit:
        if not unit.connection.execute(ORGANISATION, {"organisation": organisation_id}).one().is_sandbox:
            return False
        marked = unit.connection.execute(MARK_ALL, values).all()
    for row in marked:
        cause = notifications[row.id]
        told = {} if cause is None else {"request_id": cause}
        log.info("mail_sent", organisation=organisation_id, notification=row.id, code=row.code, **told)
    return True


def _load(database: Database, organisation_id: int, notification_id: int) -> _Due | None:
    with database.unit(organisation_id, read_only=True) as unit:
        row = notification_of_id(unit, notification_id)
        organisation = unit.connection.execute(ORGANISATION, {"organisation": organisation_id}).one_or_none()
    if row is None or organisation is None:
        return None
    return _Due(row=row, organisation=organisation.name, is_sandbox=organisation.is_sandbox)


def _mail(
    database: Database, settings: MailSettings, due: _Due, *, attempt: int, since: datetime, now: datetime
) -> MailOutcome:
    if settings.server is None:
        return GivenUp(error="mailNotConfigured")
    rendered = message_of(due.row, settings.addresses, organisation_name=due.organisation)
    envelope = _envelope(settings, due, now=now)
    try:
        mail = mail_of(rendered, envelope, _ics(database, settings, due.row))
        send(settings.server, mail, sender=settings.sender_address, recipient=envelope.recipient_address)
    except Unwilling as fault:
        return _unsent(due.row, fault, attempt=attempt, waited=now - since)
    return Sent()


def _envelope(settings: MailSettings, due: _Due, *, now: datetime) -> Envelope:
    return Envelope(
        sender_name=due.organisation,
        sender_address=settings.sender_address,
        recipient_name=due.row.recipient_name,
        recipient_address=due.row.recipient_email,
        message_id=message_id(
            settings.keyring,
            settings.domain,
            organisation_id=due.row.organisation_id,
            notification_id=due.row.id,
        ),
        sent_at=now,
    )


def _ics(database: Database, settings: MailSettings, row: Row[Any]) -> bytes | None:
    if settings.ics_of is None or row.session_id is None or not message_for(NoticeCode(row.code)).calendar:
        return None
    return settings.ics_of(
        database, organisation_id=row.organisation_id, session_id=row.session_id, person_id=row.recipient_id
    )


def _unsent(row: Row[Any], fault: Unwilling, *, attempt: int, waited: timedelta) -> MailOutcome:
    log.warning("mail_not_taken", organisation=row.organisation_id, notification=row.id, error=fault.code)
    if fault.final or waited > GIVE_UP_AFTER:
        return GivenUp(error=fault.code)
    return TryLater(after=delay(attempt, _CHANCE.random()), error=fault.code)
