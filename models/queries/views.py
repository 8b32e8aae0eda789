"""What people read: sessions, credits, messages, money and history, as plain frozen rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Row, Select, and_, any_, bindparam, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from models.calendar import GoogleEvent
from models.case import SessionCase
from models.entitlement import CreditLot, LedgerEntry
from models.event import Event, EventPerson, Notification
from models.identity import ApiKey
from models.money import MoneyEntry
from models.organisation import PolicyVersion, ResolvedPolicyRow, SessionKind
from models.people import Person
from models.proposal import Proposal
from models.queries.keyset import Page, Window, read_page, read_pages
from models.series import SeriesOccurrence
from models.session import Session
from models.unit import Unit
from policy.terms import ActorKind, CaseStatus, ProposalStatus, SessionStatus

Statement = Select[*tuple[Any, ...]]

MOST_AT_ONCE = 100

Coach = aliased(Person, name="coach_person")
Member = aliased(Person, name="member_person")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions are meant; None does not restrict. `person_id` is one of the two sides, `with_id` the other.

    `to_be_answered_by`: only those that wait for this person. `series_id`: only those of this series.
    """

    person_id: int | None = None
    with_id: int | None = None
    statuses: tuple[SessionStatus, ...] | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    ends_after: datetime | None = None
    ends_until: datetime | None = None
    to_be_answered_by: int | None = None
    series_id: int | None = None


@cache
def session_columns() -> Statement:
    """Sessions with their people, kind, policy version and conference link: all that a list shows."""
    return (
        select(
            # A decision is long, and a list shows none: `decisions_of_sessions`.
            *(column for column in Session.__table__.columns if column.name != "decision"),
            Coach.name.label("coach_name"),
            Coach.zone.label("coach_zone"),
            Member.name.label("member_name"),
            Member.zone.label("member_zone"),
            SessionKind.code.label("kind_code"),
            SessionKind.name.label("kind_name"),
            PolicyVersion.number.label("policy_number"),
            GoogleEvent.conference_url,
            GoogleEvent.conference_status,
        )
        .join(Coach, and_(Coach.organisation_id == Session.organisation_id, Coach.id == Session.coach_id))
        .join(Member, and_(Member.organisation_id == Session.organisation_id, Member.id == Session.member_id))
        .join(
            SessionKind, and_(SessionKind.organisation_id == Session.organisation_id, SessionKind.id == Session.kind_id)
        )
        .join(
            ResolvedPolicyRow,
            and_(
                ResolvedPolicyRow.organisation_id == Session.organisation_id,
                ResolvedPolicyRow.id == Session.resolved_policy_id,
            ),
        )
        .join(
            PolicyVersion,
            and_(
                PolicyVersion.organisation_id == Session.organisation_id,
                PolicyVersion.id == ResolvedPolicyRow.policy_version_id,
            ),
        )
        .outerjoin(
            GoogleEvent,
            and_(
                GoogleEvent.organisation_id == Session.organisation_id,
                GoogleEvent.session_id == Session.id,
                GoogleEvent.person_id == Session.coach_id,
            ),
        )
    )


def sessions_page(unit: Unit, wanted: SessionFilter, window: Window) -> Page[Row[Any]]:
    """Sessions by start, earliest first; one statement. The key is (starts_at, id)."""
    statement = session_columns().where(Session.organisation_id == unit.organisation_id)
    if wanted.person_id is not None:
        statement = statement.where(or_(Session.coach_id == wanted.person_id, Session.member_id == wanted.person_id))
    if wanted.with_id is not None:
        statement = statement.where(or_(Session.coach_id == wanted.with_id, Session.member_id == wanted.with_id))
    if wanted.statuses is not None:
        statement = statement.where(Session.status.in_(wanted.statuses))
    if wanted.starts_from is not None:
        statement = statement.where(Session.starts_at >= wanted.starts_from)
    if wanted.starts_before is not None:
        statement = statement.where(Session.starts_at < wanted.starts_before)
    if wanted.ends_after is not None:
        statement = statement.where(Session.ends_at > wanted.ends_after)
    if wanted.ends_until is not None:
        statement = statement.where(Session.ends_at <= wanted.ends_until)
    if wanted.to_be_answered_by is not None:
        statement = statement.where(_waits_for(wanted.to_be_answered_by))
    if wanted.series_id is not None:
        statement = statement.where(_of_series(wanted.series_id))
    return read_page(unit, statement, (Session.starts_at, Session.id), window)


def _waits_for(person_id: int) -> Any:
    """It waits for this person: as its coach for what became of it, for a reason or an answer to a report, as its member for a time
    to be agreed to or questions to be answered, and as either for an answer to a proposal."""
    outcome = or_(
        Session.status == SessionStatus.AWAITING_OUTCOME,
        and_(Session.undecided, Session.decided_by == ActorKind.COACH),
        _about(SessionCase, SessionCase.status == CaseStatus.OPEN),
        _about(Proposal, Proposal.status == ProposalStatus.PENDING, Proposal.answers == ActorKind.COACH),
    )
    agreement = or_(
        and_(Session.status == SessionStatus.SCHEDULED, Session.moved_by_other_unconfirmed),
        _about(SessionCase, SessionCase.asked, SessionCase.due_at.is_not(None)),
        _about(Proposal, Proposal.status == ProposalStatus.PENDING, Proposal.answers == ActorKind.MEMBER),
    )
    return or_(and_(Session.coach_id == person_id, outcome), and_(Session.member_id == person_id, agreement))


def _of_series(series_id: int) -> Any:
    """It was made for an occurrence of this series."""
    return (
        select(SeriesOccurrence.session_id)
        .where(
            SeriesOccurrence.organisation_id == Session.organisation_id,
            SeriesOccurrence.series_id == series_id,
            SeriesOccurrence.session_id == Session.id,
        )
        .exists()
    )


def _about(what: type[SessionCase | Proposal], *conditions: Any) -> Any:
    """There is one about the session of which all this holds."""
    return (
        select(what.id)
        .where(what.organisation_id == Session.organisation_id, what.session_id == Session.id, *conditions)
        .exists()
    )


def sessions_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The sessions of these ids that the organisation has; one statement."""
    values = {"organisation": unit.organisation_id, "sessions": list(ids)}
    return {row.id: row for row in unit.connection.execute(_sessions_of_ids(), values)}


@cache
def _sessions_of_ids() -> Statement:
    """Made once: to make it anew for each answer takes longer than to read the row."""
    wanted = Session.id == any_(bindparam("sessions", type_=ARRAY(BigInteger)))
    return session_columns().where(Session.organisation_id == bindparam("organisation"), wanted)


def decisions_of_sessions(unit: Unit, ids: Sequence[int]) -> dict[int, dict[str, Any] | None]:
    """How the last change of each of these sessions was decided; one statement."""
    columns: Statement = select(Session.id, Session.decision)
    statement = columns.where(Session.organisation_id == unit.organisation_id, Session.id.in_(ids))
    return {row.id: row.decision for row in unit.connection.execute(statement)}


def sessions_within(unit: Unit, coach_id: int, start: datetime, end: datetime) -> dict[int, Row[Any]]:
    """The first 100 scheduled sessions of a coach that touch `[start, end)`, the earliest first; one statement."""
    statement = session_columns().where(
        Session.organisation_id == unit.organisation_id,
        Session.coach_id == coach_id,
        Session.status == SessionStatus.SCHEDULED,
        Session.starts_at < end,
        Session.ends_at > start,
    )
    found = unit.connection.execute(statement.order_by(Session.starts_at, Session.id).limit(MOST_AT_ONCE))
    return {row.id: row for row in found}


@cache
def lot_columns() -> Statement:
    """Credit lots with the balance of each account."""
    into = _sums(LedgerEntry.to_lot_id, LedgerEntry.to_account, "into_lot")
    out = _sums(LedgerEntry.from_lot_id, LedgerEntry.from_account, "out_of_lot")
    balances = [
        (getattr(into.c, account.lower()) - getattr(out.c, account.lower())).label(account.lower())
        for account in ACCOUNTS
    ]
    return (
        select(
            *CreditLot.__table__.columns,
            *balances,
            SessionKind.code.label("kind_code"),
            SessionKind.name.label("kind_name"),
            Member.name.label("member_name"),
            Member.zone.label("member_zone"),
        )
        .join(
            SessionKind,
            and_(SessionKind.organisation_id == CreditLot.organisation_id, SessionKind.id == CreditLot.kind_id),
        )
        .join(Member, and_(Member.organisation_id == CreditLot.organisation_id, Member.id == CreditLot.member_id))
        .join(into, text("true"))
        .join(out, text("true"))
    )


ACCOUNTS = ("AVAILABLE", "HELD", "USED", "FORFEITED", "EXPIRED", "REVOKED")


def _sums(lot: Any, account: Any, name: str) -> Any:
    sums = [
        func.coalesce(func.sum(LedgerEntry.units).filter(account == code), 0).label(code.lower()) for code in ACCOUNTS
    ]
    return (
        select(*sums)
        .where(LedgerEntry.organisation_id == CreditLot.organisation_id, lot == CreditLot.id)
        .correlate(CreditLot)
        .lateral(name)
    )


def lots_page(unit: Unit, member_id: int, window: Window) -> Page[Row[Any]]:
    """The credit lots of a member, oldest window first; one statement. The key is (opens_at, id)."""
    statement = lot_columns().where(CreditLot.organisation_id == unit.organisation_id, CreditLot.member_id == member_id)
    return read_page(unit, statement, (CreditLot.opens_at, CreditLot.id), window)


def lots_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The credit lots of these ids; one statement."""
    statement = lot_columns().where(CreditLot.organisation_id == unit.organisation_id, CreditLot.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(statement)}


def _explained(entry: Any) -> Statement:
    """Entries with the event that caused them: cause, actor, policy version and deciding row."""
    actor = aliased(Person, name="actor_person")
    return _with_policy(
        select(
            *entry.__table__.columns,
            Event.cause.label("event_cause"),
            Event.name.label("event_name"),
            Event.actor_kind,
            Event.actor_id,
            Event.decision,
            func.coalesce(actor.name, ApiKey.name).label("actor_name"),
            PolicyVersion.number.label("policy_number"),
        )
        .join(Event, and_(Event.organisation_id == entry.organisation_id, Event.id == entry.event_id))
        .outerjoin(actor, and_(actor.organisation_id == entry.organisation_id, actor.id == Event.actor_id))
        .outerjoin(ApiKey, and_(ApiKey.organisation_id == entry.organisation_id, ApiKey.id == Event.api_key_id))
    )


def _with_policy(statement: Statement) -> Statement:
    """The same with the version of the policy that held for an event."""
    return statement.outerjoin(
        PolicyVersion,
        and_(
            PolicyVersion.organisation_id == Event.organisation_id,
            PolicyVersion.id == Event.policy_version_id,
        ),
    )


def ledger_of_lots(unit: Unit, lots: Sequence[int], window: Window, *, reader: int | None) -> dict[int, Page[Row[Any]]]:
    """For each lot its ledger, in the order in which it was written; a CARRY stands in both of its lots. Key: (id).

    `reader`: the member reads all of it, a coach what is about sessions of their own (MODEL 10); None: who reads everything.
    """
    statement = (
        _explained(LedgerEntry)
        .join(
            CreditLot,
            and_(
                CreditLot.organisation_id == LedgerEntry.organisation_id,
                or_(LedgerEntry.from_lot_id == CreditLot.id, LedgerEntry.to_lot_id == CreditLot.id),
            ),
        )
        .where(LedgerEntry.organisation_id == unit.organisation_id)
    )
    if reader is not None:
        own = exists().where(
            Session.organisation_id == LedgerEntry.organisation_id,
            Session.id == LedgerEntry.session_id,
            Session.coach_id == reader,
        )
        statement = statement.where(or_(CreditLot.member_id == reader, own))
    return read_pages(unit, statement, CreditLot.id, lots, (LedgerEntry.id,), window)


def ledger_of_sessions(unit: Unit, sessions: Sequence[int], window: Window) -> dict[int, Page[Row[Any]]]:
    """For each session its ledger entries, in the order in which they were written; one statement. Key: (id)."""
    statement = _explained(LedgerEntry).where(LedgerEntry.organisation_id == unit.organisation_id)
    return read_pages(unit, statement, LedgerEntry.session_id, sessions, (LedgerEntry.id,), window)


def ledger_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The ledger entries of these ids, with the members and the coaches whom they concern; one statement."""
    lot = aliased(CreditLot, name="entry_lot")
    statement = (
        _explained(LedgerEntry)
        .add_columns(lot.member_id, Session.coach_id)
        .join(
            lot,
            and_(
                lot.organisation_id == LedgerEntry.organisation_id,
                lot.id == func.coalesce(LedgerEntry.from_lot_id, LedgerEntry.to_lot_id),
            ),
        )
        .outerjoin(
            Session,
            and_(Session.organisation_id == LedgerEntry.organisation_id, Session.id == LedgerEntry.session_id),
        )
        .where(LedgerEntry.organisation_id == unit.organisation_id, LedgerEntry.id.in_(ids))
    )
    return {row.id: row for row in unit.connection.execute(statement)}


def money_entries(unit: Unit) -> Statement:
    """The money ledger with the people of its entries, and what explains them."""
    payee = aliased(Person, name="payee")
    return (
        _explained(MoneyEntry)
        .add_columns(payee.name.label("person_name"), payee.zone.label("person_zone"))
        .join(payee, and_(payee.organisation_id == MoneyEntry.organisation_id, payee.id == MoneyEntry.person_id))
        .where(MoneyEntry.organisation_id == unit.organisation_id)
    )


def money_of_sessions(
    unit: Unit, sessions: Sequence[int], window: Window, *, person_id: int | None
) -> dict[int, Page[Row[Any]]]:
    """For each session its money entries, of one person or of everybody; one statement. Key: (id)."""
    statement = money_entries(unit)
    if person_id is not None:
        statement = statement.where(MoneyEntry.person_id == person_id, MoneyEntry.contract_id.is_(None))
    return read_pages(unit, statement, MoneyEntry.session_id, sessions, (MoneyEntry.id,), window)


def money_of_person(unit: Unit, person_id: int, window: Window) -> Page[Row[Any]]:
    """The money entries of a person in the order in which they were written, not what a sponsor owes for them; one statement. Key: (id)."""
    own = money_entries(unit).where(MoneyEntry.person_id == person_id, MoneyEntry.contract_id.is_(None))
    return read_page(unit, own, (MoneyEntry.id,), window)


def money_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The money entries of these ids; one statement."""
    return {row.id: row for row in unit.connection.execute(money_entries(unit).where(MoneyEntry.id.in_(ids)))}


def _history(unit: Unit) -> Statement:
    actor = aliased(Person, name="actor_person")
    return _with_policy(
        select(
            *Event.__table__.columns,
            func.coalesce(actor.name, ApiKey.name).label("actor_name"),
            PolicyVersion.number.label("policy_number"),
            Session.coach_id,
            Session.member_id,
        )
        .join(Session, and_(Session.organisation_id == Event.organisation_id, Session.id == Event.session_id))
        .outerjoin(actor, and_(actor.organisation_id == Event.organisation_id, actor.id == Event.actor_id))
        .outerjoin(ApiKey, and_(ApiKey.organisation_id == Event.organisation_id, ApiKey.id == Event.api_key_id))
    ).where(Event.organisation_id == unit.organisation_id)


def history_of_sessions(unit: Unit, sessions: Sequence[int], window: Window) -> dict[int, Page[Row[Any]]]:
    """For each session its events, the first one first; one statement. Key: (id)."""
    return read_pages(unit, _history(unit), Event.session_id, sessions, (Event.id,), window)


def history_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The events of these ids that are about a session, with its people; one statement."""
    return {row.id: row for row in unit.connection.execute(_history(unit).where(Event.id.in_(ids)))}


@cache
def notification_columns() -> Statement:
    """Messages with their recipient and the session they are about."""
    return (
        select(
            *Notification.__table__.columns,
            Person.name.label("recipient_name"),
            Person.email.label("recipient_email"),
            Person.zone.label("recipient_zone"),
            Session.uid.label("session_uid"),
            Session.version.label("session_version"),
            Session.coach_id.label("session_coach_id"),
            Proposal.coach_id.label("proposal_coach_id"),
        )
        .join(
            Person, and_(Person.organisation_id == Notification.organisation_id, Person.id == Notification.recipient_id)
        )
        .outerjoin(
            Session,
            and_(Session.organisation_id == Notification.organisation_id, Session.id == Notification.session_id),
        )
        .outerjoin(
            Proposal,
            and_(Proposal.organisation_id == Notification.organisation_id, Proposal.id == Notification.proposal_id),
        )
    )


def notifications_page(unit: Unit, window: Window, *, recipient_id: int | None = None) -> Page[Row[Any]]:
    """Messages in the order in which they were caused, of one recipient or of all; one statement. Key: (id)."""
    statement = notification_columns().where(Notification.organisation_id == unit.organisation_id)
    if recipient_id is not None:
        statement = statement.where(Notification.recipient_id == recipient_id)
    return read_page(unit, statement, (Notification.id,), window)


def unread_notifications(unit: Unit, recipient_id: int) -> int:
    """How many messages a person has not read; one statement."""
    statement = select(func.count()).where(
        Notification.organisation_id == unit.organisation_id,
        Notification.recipient_id == recipient_id,
        Notification.read_at.is_(None),
    )
    return unit.connection.execute(statement).scalar_one()


def notification_of_id(unit: Unit, notification_id: int) -> Row[Any] | None:
    """One message."""
    statement = notification_columns().where(
        Notification.organisation_id == unit.organisation_id, Notification.id == notification_id
    )
    return unit.connection.execute(statement).one_or_none()


def events_of_person(unit: Unit, person_id: int, *, after: int, limit: int) -> Sequence[Row[Any]]:
    """The events of a person numbered after `after`, without gaps."""
    statement = (
        select(EventPerson.number, *Event.__table__.columns)
        .join(Event, and_(Event.organisation_id == EventPerson.organisation_id, Event.id == EventPerson.event_id))
        .where(
            EventPerson.organisation_id == unit.organisation_id,
            EventPerson.person_id == person_id,
            EventPerson.number > after,
        )
        .order_by(EventPerson.number)
        .limit(limit)
    )
    return unit.connection.execute(statement).all()
