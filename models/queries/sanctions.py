"""What tallies have led to and lasts: one, the list of it, and what a payment ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select, text
from sqlalchemy.orm import aliased

from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.sanction import SanctionInForce
from models.unit import Unit
from policy.matters import SanctionStatus

Lifter = aliased(Person, name="sanction_lifter")

# What was charged first is paid first; a purchase is charged and paid in one. What somebody owes as a coach, or gets back as one, no
# payment of theirs as a member is about.
SETTLED = text("""
SELECT sanction.id FROM sanction JOIN money_entry AS entry
    ON entry.organisation_id = sanction.organisation_id AND entry.id = sanction.entry_id
WHERE sanction.organisation_id = :organisation AND sanction.person_id = :member AND sanction.lasts = 'PAID'
AND entry.kind = 'CHARGE' AND sanction.ended_at IS NULL AND sanction.lifted_at IS NULL AND (
    SELECT coalesce(sum(amount), 0) FROM (
        SELECT CASE kind WHEN 'CHARGE' THEN minor_units ELSE -minor_units END AS amount FROM money_entry AS due
        WHERE due.organisation_id = :organisation AND due.person_id = :member AND due.contract_id IS NULL
        AND due.kind IN ('CHARGE', 'REFUND') AND due.effective_at <= :now AND (due.kind = 'REFUND' OR due.id <= entry.id
            OR EXISTS (SELECT FROM payment WHERE payment.organisation_id = :organisation AND payment.event_id = due.event_id))
        AND NOT EXISTS (SELECT FROM session WHERE session.organisation_id = :organisation AND session.id = due.session_id
            AND session.coach_id = :member)
        UNION ALL SELECT -minor_units FROM payment
        WHERE organisation_id = :organisation AND member_id = :member AND recorded_at <= :now
    ) AS amounts
) <= 0 ORDER BY sanction.id
""")


def sanctions_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The sanctions of these ids with the people whom they concern; one statement."""
    return {row.id: row for row in unit.connection.execute(_all(unit).where(SanctionInForce.id.in_(ids)))}


def sanctions_page(
    unit: Unit,
    window: Window,
    *,
    person_id: int | None,
    statuses: Sequence[SanctionStatus] | None,
    now: datetime,
) -> Page[Row[Any]]:
    """A person's sanctions (None: everybody's) in one of these states at `now`, the oldest first. Key: (id)."""
    statement = _all(unit)
    if person_id is not None:
        statement = statement.where(SanctionInForce.person_id == person_id)
    if statuses is not None:
        statement = statement.where(or_(*(_in(status, now) for status in statuses)))
    return read_page(unit, statement, (SanctionInForce.id,), window)


def settled_by_payment(unit: Unit, member_id: int, *, now: datetime) -> list[Row[Any]]:
    """The member's sanctions that wait for a charge which is paid by now; two statements at most."""
    values = {"organisation": unit.organisation_id, "member": member_id, "now": now}
    found = unit.connection.execute(SETTLED, values).scalars().all()
    return list(sanctions_of_ids(unit, found).values()) if found else []


def _in(status: SanctionStatus, now: datetime) -> Any:
    row = SanctionInForce
    over = or_(row.ended_at.is_not(None), row.ends_at <= now)
    match status:
        case SanctionStatus.LIFTED:
            return row.lifted_at.is_not(None)
        case SanctionStatus.ENDED:
            return and_(row.lifted_at.is_(None), over)
        case SanctionStatus.ACTIVE:
            stands = or_(row.ends_at.is_(None), row.ends_at > now)
            return and_(row.lifted_at.is_(None), row.ended_at.is_(None), stands)


def _all(unit: Unit) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *SanctionInForce.__table__.columns,
            Person.name.label("person_name"),
            Person.zone.label("person_zone"),
            Lifter.name.label("lifted_by_name"),
            Lifter.zone.label("lifted_by_zone"),
        )
        .join(
            Person,
            and_(Person.organisation_id == SanctionInForce.organisation_id, Person.id == SanctionInForce.person_id),
        )
        .outerjoin(
            Lifter,
            and_(Lifter.organisation_id == SanctionInForce.organisation_id, Lifter.id == SanctionInForce.lifted_by_id),
        )
        .where(SanctionInForce.organisation_id == unit.organisation_id)
    )
