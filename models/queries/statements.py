"""What is due between somebody and the organisation, and what of it is settled, within a time (MODEL 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, String, and_, cast, exists, func, literal, null, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from models.earning import Earning
from models.event import Event, EventPerson
from models.money import MoneyEntry
from models.payment import Payment
from models.queries.keyset import Page, Window, read_page
from models.queries.views import money_entries
from models.session import Session
from models.unit import Unit
from policy.terms import MoneyKind, Side

Statement = Select[*tuple[Any, ...]]
OWED_BY_MEMBER = (MoneyKind.CHARGE, MoneyKind.REFUND)
OWED_TO_COACH = (MoneyKind.EARNING, MoneyKind.EARNING_REVERSAL, MoneyKind.PENALTY, MoneyKind.REFUND)
SETTLED = "SETTLED"
"""Stands beside the kinds of entries for what was paid: by the member, or to the coach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody's account as a member or as a coach, from `since` until just before `until`; None: from the first, until the last."""

    person_id: int
    side: Side
    since: datetime | None = None
    until: datetime | None = None


def sums_of_account(unit: Unit, account: Account) -> Sequence[Row[Any]]:
    """For each kind of entry, SETTLED among them, and each currency: `earlier`, what came before the time, and `within`; one statement."""
    parts = union_all(_entries(unit, account), _settled(unit, account)).subquery()
    earlier = literal(value=False) if account.since is None else parts.c.at < account.since
    of_kind: Statement = (
        select(
            parts.c.kind,
            parts.c.currency,
            func.coalesce(func.sum(parts.c.minor_units).filter(earlier), 0).label("earlier"),
            func.coalesce(func.sum(parts.c.minor_units).filter(~earlier), 0).label("within"),
        )
        .group_by(parts.c.kind, parts.c.currency)
        .order_by(parts.c.kind, parts.c.currency)
    )
    if account.until is not None:
        of_kind = of_kind.where(parts.c.at < account.until)
    return unit.connection.execute(of_kind).all()


def entries_of_account(unit: Unit, account: Account, window: Window) -> Page[Row[Any]]:
    """The entries of the account within the time, in the order in which they were written; one statement. Key: (id)."""
    statement = money_entries(unit).where(*_whose(account), *_within(MoneyEntry.effective_at, account))
    return read_page(unit, statement, (MoneyEntry.id,), window)


def settlements_of_account(unit: Unit, account: Account, window: Window) -> Page[Row[Any]]:
    """What was paid within the time, in the order in which it was recorded; one statement. Key: (id)."""
    found = _settled(unit, account).subquery()
    statement: Statement = select(found).where(*_within(found.c.at, account))
    return read_page(unit, statement, (found.c.id,), window)


def _entries(unit: Unit, account: Account) -> Statement:
    return select(
        MoneyEntry.id,
        cast(MoneyEntry.kind, String).label("kind"),
        MoneyEntry.currency,
        MoneyEntry.minor_units,
        MoneyEntry.effective_at.label("at"),
        null().label("provider"),
        null().label("reference"),
    ).where(MoneyEntry.organisation_id == unit.organisation_id, *_whose(account))


def _whose(account: Account) -> list[ColumnElement[bool]]:
    """The entries of this account; a refund is the coach's where it is about a session of theirs, and never what a sponsor owes."""
    as_coach = exists().where(
        Session.organisation_id == MoneyEntry.organisation_id,
        Session.id == MoneyEntry.session_id,
        Session.coach_id == account.person_id,
    )
    mine = [MoneyEntry.person_id == account.person_id, MoneyEntry.contract_id.is_(None)]
    if account.side is Side.MEMBER:
        return [*mine, MoneyEntry.kind.in_(OWED_BY_MEMBER), ~as_coach]
    return [*mine, MoneyEntry.kind.in_(OWED_TO_COACH), or_(MoneyEntry.kind != MoneyKind.REFUND, as_coach)]


def _settled(unit: Unit, account: Account) -> Statement:
    if account.side is Side.MEMBER:
        return select(
            Payment.id,
            literal(SETTLED).label("kind"),
            Payment.currency,
            Payment.minor_units,
            Payment.recorded_at.label("at"),
            Payment.provider,
            Payment.reference,
        ).where(
            Payment.organisation_id == unit.organisation_id,
            Payment.member_id == account.person_id,
            Payment.minor_units > 0,
        )
    # An earning that is taken back after it was paid is no longer marked as paid, but the money has gone out.
    paid = Event.effects[0]
    return (
        select(
            Event.id,
            literal(SETTLED).label("kind"),
            Earning.currency,
            Earning.minor_units,
            Event.effective_at.label("at"),
            null().label("provider"),
            paid["payout"].astext.label("reference"),
        )
        .join(EventPerson, and_(EventPerson.organisation_id == Event.organisation_id, EventPerson.event_id == Event.id))
        .join(
            Earning,
            and_(Earning.organisation_id == Event.organisation_id, Earning.id == paid["earning"].as_integer()),
        )
        .where(
            Event.organisation_id == unit.organisation_id,
            Event.name == "EARNING_PAID",
            EventPerson.person_id == account.person_id,
        )
    )


def _within(at: Any, account: Account) -> list[ColumnElement[bool]]:
    bounds = [] if account.since is None else [at >= account.since]
    return bounds if account.until is None else [*bounds, at < account.until]
