"""Memberships, and the times when coaches are away."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy import Row

from api.context import Info
from api.describe import output
from api.ids import global_id
from api.inputs import key_or_none
from api.scalars import TimeZone
from api.types.amounts import Money, money
from api.types.contract import Contract, contract
from api.types.membership_effect import MembershipCheck, membership_check
from api.types.node import Node
from api.types.person import Person, person
from commands.cancel_membership import check_cancel_membership, check_keep_membership
from commands.change_cadence import check_change_cadence
from commands.choose_coach import check_choose_coach
from commands.membership.dues import arrears_of, next_price
from commands.pause_membership import check_pause_membership, check_resume_membership
from commands.record_receipt import check_mark_past_due
from commands.switch_coach import check_switch_coach
from models.queries.operator import contracts_of_ids
from policy.matters import Channel, Tier
from policy.terms import Cadence, MembershipStatus

FromCoach = Annotated[strawberry.ID, strawberry.argument(name="from", description="The id of the present coach.")]
ToCoach = Annotated[strawberry.ID, strawberry.argument(description="The id of the coach.")]
WantedCadence = Annotated[Cadence, strawberry.argument(description="The rhythm that is wanted.")]
Source = Annotated[
    str | None,
    strawberry.argument(description="As staff: where the member's own request is from; the member leaves it out."),
]

ResumesOn = Annotated[
    date | None,
    strawberry.argument(description="The day on which it is to go on by itself; left out: once it is resumed."),
]


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
    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    channel: Channel = strawberry.field(description="Who has bought it.")
    tier: Tier | None = strawberry.field(description="How it is paid; null where nothing is charged for it.")
    cadence: Cadence = strawberry.field(description="The rhythm of its sessions, where the policy counts by rhythms.")
    next_cadence: Cadence | None = strawberry.field(description="The rhythm that follows; null where none is recorded.")
    next_cadence_on: date | None = strawberry.field(description="The day from which that one and its price hold.")
    paid_until: date | None = strawberry.field(description="The first day that is not charged yet; it renews on it.")
    ends_on: date | None = strawberry.field(description="Cancelled: the first day on which it is over; else null.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while it has not.")
    pauses_on: date | None = strawberry.field(
        description="The first day on which it rests or will rest; null where no pause is recorded."
    )
    resumes_on: date | None = strawberry.field(
        description="The day on which it goes on by itself after that; null: once it is resumed."
    )
    contract_key: strawberry.Private[int | None] = None
    row: strawberry.Private[Row[Any]]

    @strawberry.field
    def price(self, info: Info) -> Money | None:
        """What the next month or year costs; null without a plan, and for members whose sponsor pays."""
        if self.tier is None or (self.contract_key is not None and info.context.reader is not None):
            return None
        return money(next_price(info.context.unit, self.row.id, now=info.context.now))

    @strawberry.field
    def arrears(self, info: Info) -> Money | None:
        """What its member owes at present: charged, and neither paid nor given back; null without a plan."""
        if self.row.base_currency is None:
            return None
        owed = arrears_of(info.context.unit, self.row.member_id, now=info.context.now)
        return Money(minor_units=max(0, owed), currency=self.row.base_currency)

    @strawberry.field
    def plan_document(self, info: Info) -> str | None:
        """What its plan states otherwise than the policy; null where that is nothing, and for everybody but staff."""
        return self.row.plan_document if info.context.reader is None else None

    @strawberry.field
    def can_cancel(self, info: Info, source: Source = None) -> MembershipCheck:
        """Whether you may cancel it, and what follows: the twin of `cancelMembership`."""
        operation = info.context
        check = check_cancel_membership(operation.unit, operation.actor, self.row.id, source=source, now=operation.now)
        return membership_check(check)

    @strawberry.field
    def can_change_cadence(self, info: Info, cadence: WantedCadence) -> MembershipCheck:
        """Whether you may change its rhythm, from when on and at which price: the twin of `changeCadence`."""
        operation = info.context
        check = check_change_cadence(operation.unit, operation.actor, self.row.id, cadence, now=operation.now)
        return membership_check(check)

    @strawberry.field
    def can_switch_coach(self, info: Info, from_: FromCoach, to: ToCoach) -> MembershipCheck:
        """Whether you may give its member another coach, and which sessions end by it: the twin of `switchCoach`."""
        operation = info.context
        check = check_switch_coach(
            operation.unit,
            operation.actor,
            self.row.id,
            from_id=key_or_none(from_, "Person", "from") or 0,
            to_id=key_or_none(to, "Person", "to") or 0,
            now=operation.now,
        )
        return membership_check(check)

    @strawberry.field
    def can_choose_coach(self, info: Info, coach: ToCoach) -> MembershipCheck:
        """Whether you may choose this coach, from when on and at which price: the twin of `chooseCoach`."""
        operation = info.context
        chosen = key_or_none(coach, "Person", "coach") or 0
        check = check_choose_coach(operation.unit, operation.actor, self.row.id, coach_id=chosen, now=operation.now)
        return membership_check(check)

    @strawberry.field
    def can_keep(self, info: Info, source: Source = None) -> MembershipCheck:
        """Whether you may take its cancellation back: the twin of `keepMembership`."""
        operation = info.context
        check = check_keep_membership(operation.unit, operation.actor, self.row.id, source=source, now=operation.now)
        return membership_check(check)

    @strawberry.field
    def can_pause(self, info: Info, resumes_on: ResumesOn = None, source: Source = None) -> MembershipCheck:
        """Whether you may let it rest, from when on, and what follows: the twin of `pauseMembership`."""
        operation = info.context
        check = check_pause_membership(
            operation.unit, operation.actor, self.row.id, resumes_on=resumes_on, source=source, now=operation.now
        )
        return membership_check(check)

    @strawberry.field
    def can_resume(self, info: Info, source: Source = None) -> MembershipCheck:
        """Whether you may let it go on, and what is due then: the twin of `resumeMembership`."""
        operation = info.context
        check = check_resume_membership(operation.unit, operation.actor, self.row.id, source=source, now=operation.now)
        return membership_check(check)

    @strawberry.field
    def can_mark_past_due(self, info: Info) -> MembershipCheck:
        """As staff, whether it may be marked as past due: the twin of `markPastDue`."""
        operation = info.context
        return membership_check(check_mark_past_due(operation.unit, operation.actor, self.row.id, now=operation.now))

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
        version=row.version,
        channel=Channel.D2C if row.contract_id is None else Channel.B2B,
        tier=None if row.tier is None else Tier(row.tier),
        cadence=Cadence(row.cadence),
        next_cadence=None if row.next_cadence is None else Cadence(row.next_cadence),
        next_cadence_on=row.next_cadence_on,
        paid_until=row.paid_until,
        ends_on=row.ends_on,
        ended_at=row.ended_at,
        pauses_on=row.pauses_on,
        resumes_on=row.resumes_on,
        contract_key=row.contract_id,
        row=row,
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
