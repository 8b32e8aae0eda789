"""What sessions have earned their coaches."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from models.earning import Earning
from models.queries.keyset import Page, Window, read_page
from models.session import Session
from models.unit import Unit
from policy.terms import EarningStatus


def earnings_of_sessions(unit: Unit, sessions: Sequence[int]) -> dict[int, Row[Any]]:
    """The latest earning of each session that ever had one; one statement."""
    statement = (
        select(*Earning.__table__.columns)
        .where(Earning.organisation_id == unit.organisation_id, Earning.session_id.in_(sessions))
        .order_by(Earning.id)
    )
    return {row.session_id: row for row in unit.connection.execute(statement)}


def earnings_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The earnings of these ids that the organisation has, with the policy of their session; one statement."""
    statement = (
        select(*Earning.__table__.columns, Session.resolved_policy_id)
        .join(Session, (Session.organisation_id == Earning.organisation_id) & (Session.id == Earning.session_id))
        .where(Earning.organisation_id == unit.organisation_id, Earning.id.in_(ids))
    )
    return {row.id: row for row in unit.connection.execute(statement)}


def earnings_page(
    unit: Unit, window: Window, *, coach_id: int | None, statuses: Sequence[EarningStatus] | None
) -> Page[Row[Any]]:
    """Earnings in the order in which they arose, of one coach or of all, in one of these states; one statement."""
    statement = select(*Earning.__table__.columns).where(Earning.organisation_id == unit.organisation_id)
    if coach_id is not None:
        statement = statement.where(Earning.coach_id == coach_id)
    if statuses is not None:
        statement = statement.where(Earning.status.in_(statuses))
    return read_page(unit, statement, (Earning.id,), window)
