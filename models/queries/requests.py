"""Requests of members: one, and the lists of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select, text
from sqlalchemy.orm import aliased

from models.contract import Contract
from models.membership import Membership
from models.membership_request import MembershipRequest
from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit
from policy.matters import RequestStatus
from policy.money import Money

Member = aliased(Person, name="request_member")
Coach = aliased(Person, name="request_coach")


def requests_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The requests of these ids with the people whom they concern; one statement."""
    return {row.id: row for row in unit.connection.execute(_all(unit).where(MembershipRequest.id.in_(ids)))}


def requests_page(
    unit: Unit, window: Window, *, reader: int | None, statuses: Sequence[RequestStatus] | None
) -> Page[Row[Any]]:
    """The requests that somebody may see, the oldest first; None: all of them. Key: (id)."""
    statement = _all(unit)
    if reader is not None:
        statement = statement.where(_visible_to(reader))
    if statuses is not None:
        statement = statement.where(MembershipRequest.status.in_(statuses))
    return read_page(unit, statement, (MembershipRequest.id,), window)


def visible_requests(unit: Unit, ids: Sequence[int], *, reader: int | None) -> dict[int, Row[Any]]:
    """Those of these requests that somebody may see; one statement."""
    statement = _all(unit).where(MembershipRequest.id.in_(ids))
    if reader is not None:
        statement = statement.where(_visible_to(reader))
    return {row.id: row for row in unit.connection.execute(statement)}


QUOTED = text("""
SELECT price_minor_units, price_currency FROM membership_request WHERE organisation_id = :organisation AND member_id = :member
AND kind = 'EXTRA' AND kind_id = :kind AND status IN ('QUOTED', 'ACCEPTED') ORDER BY id LIMIT 1
""")


def quoted_extra(unit: Unit, member_id: int, kind_id: int) -> Money | None:
    """What an extra session of the kind costs the member that was quoted and is not paid; None where there is none; one statement."""
    values = {"organisation": unit.organisation_id, "member": member_id, "kind": kind_id}
    row = unit.connection.execute(QUOTED, values).one_or_none()
    return None if row is None else Money(minor_units=row.price_minor_units, currency=row.price_currency)


def _visible_to(reader: int) -> Any:
    """Their own as a member, what they asked for as a coach, and as a sponsor what waits for a contract that lets them approve."""
    sponsored = and_(Contract.sponsor_id == reader, Contract.sponsor_approves)
    return or_(MembershipRequest.member_id == reader, MembershipRequest.requested_by_id == reader, sponsored)


def _all(unit: Unit) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            *MembershipRequest.__table__.columns,
            Member.name.label("member_name"),
            Member.zone.label("member_zone"),
            Coach.name.label("coach_name"),
            Coach.zone.label("coach_zone"),
            Membership.contract_id,
            Contract.sponsor_id,
        )
        .join(
            Membership,
            and_(
                Membership.organisation_id == MembershipRequest.organisation_id,
                Membership.id == MembershipRequest.membership_id,
            ),
        )
        .outerjoin(
            Contract,
            and_(Contract.organisation_id == Membership.organisation_id, Contract.id == Membership.contract_id),
        )
        .join(
            Member,
            and_(Member.organisation_id == MembershipRequest.organisation_id, Member.id == MembershipRequest.member_id),
        )
        .outerjoin(
            Coach,
            and_(Coach.organisation_id == MembershipRequest.organisation_id, Coach.id == MembershipRequest.coach_id),
        )
    )
    return statement.where(MembershipRequest.organisation_id == unit.organisation_id)
