"""enrolMember: a member has a right to sessions from now on."""

from datetime import date
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, keys
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.memberships import membership_done
from api.scalars import TimeZone
from api.types.membership import Membership
from api.types.refusals import PlainRefusal
from commands.enrol import EnrolMember, enrol
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class EnrolMemberInput:
    """Who is enrolled, and with which coaches."""

    member: strawberry.ID = strawberry.field(description="The id of a person with the role MEMBER.")
    coaches: list[strawberry.ID] = strawberry.field(description="The ids of the coaches whom the member may book.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    starts_on: date | None = strawberry.field(
        default=None, description="The first day of the membership in its accounting zone; left out, today."
    )
    accounting_zone: TimeZone | None = strawberry.field(
        default=None,
        description="The zone in which periods, such as months, are counted; left out, the one that the policy names.",
    )
    contract: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the contract that the membership stands under, if there is one."
    )


@output
class EnrolMemberSuccess:
    """The membership is active, and the credits of every period that is open for booking are granted."""

    membership: Membership


EnrolMemberResult = Annotated[
    EnrolMemberSuccess | PlainRefusal,
    strawberry.union("EnrolMemberResult", description="The membership, or why there is none."),
]


def enrol_member(info: Info, input: EnrolMemberInput) -> EnrolMemberResult | None:
    """For staff: give a member the right to sessions with these coaches."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = EnrolMember(
            member_id=key(input.member, "Person", "member"),
            coach_ids=keys(input.coaches, "Person", "coaches"),
            starts_on=input.starts_on,
            accounting_zone=input.accounting_zone,
            contract_id=None if input.contract is None else key(input.contract, "Contract", "contract"),
        )
        return enrol(operation.services.database, request, command)

    def success(done: Done) -> EnrolMemberSuccess:
        return EnrolMemberSuccess(membership=membership_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)
