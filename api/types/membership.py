"""Memberships, and the times when coaches are away."""

from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import Row

from api.context import Info
from api.describe import output
from api.ids import global_id
from api.scalars import TimeZone
from api.types.contract import Contract, contract
from api.types.node import Node
from api.types.person import Person, person
from models.queries.operator import contracts_of_ids
from policy.terms import MembershipStatus


@output
class Membership(Node):
    """A member's right to sessions."""

    status: MembershipStatus
    member: Person
    coaches: list[Person] = strawberry.field(description="With whom the member has sessions at present.")
    accounting_zone: TimeZone = strawberry.field(
        description="The zone in which its periods, such as months, are counted."
    )
    starts_on: date = strawberry.field(description="Its first day there.")
    enrolled_at: datetime
    contract_key: strawberry.Private[int | None] = None

    @strawberry.field
    def contract(self, info: Info) -> Contract | None:
        """The contract that it stands under; null where there is none, and for everybody but staff."""
        if self.contract_key is None or info.context.reader is not None:
            return None
        return contract(contracts_of_ids(info.context.unit, [self.contract_key])[self.contract_key])


def membership(row: Row[Any]) -> Membership:
    """The membership of a row of `models.queries.acquaintances.visible_memberships`."""
    return Membership(
        id=strawberry.ID(global_id("Membership", row.id)),
        status=MembershipStatus(row.status),
        member=person(row.member_id, row.member_name, row.member_zone),
        coaches=[person(key, name, zone) for key, name, zone in row.coaches],
        accounting_zone=TimeZone(row.accounting_zone),
        starts_on=row.starts_on,
        enrolled_at=row.enrolled_at,
        contract_key=row.contract_id,
    )


@output
class TimeOff(Node):
    """A stretch in which a coach offers nothing. Sessions that already stand in it stay."""

    coach: Person
    starts_at: datetime
    ends_at: datetime


def time_off(row: Row[Any]) -> TimeOff:
    """The time off of a row of `models.queries.acquaintances.visible_times_off`."""
    return TimeOff(
        id=strawberry.ID(global_id("TimeOff", row.id)),
        coach=person(row.coach_id, row.coach_name, row.coach_zone),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
