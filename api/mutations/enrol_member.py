"""enrolMember: a member has a right to sessions from now on."""

from datetime import date
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, keys, words
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.memberships import membership_done
from api.scalars import TimeZone
from api.types.amounts import MoneyInput
from api.types.membership import Membership
from api.types.refusals import PlainRefusal
from commands.enrol import EnrolMember, enrol
from commands.outcome import Done, Outcome
from commands.transaction import Request
from policy.matters import Tier
from policy.money import Money
from policy.plans import Plan
from policy.terms import Cadence


@given
class MembershipPlanInput:
    """How a membership is paid."""

    tier: Tier = strawberry.field(description="One that the policy knows.")
    base_price: MoneyInput = strawberry.field(
        description="The price of the fortnightly rhythm, per month or, paid a year up front, per year; the policy's factors make the others of it."
    )
    cadence: Cadence = strawberry.field(
        default=Cadence.FORTNIGHTLY, description="The rhythm that the member begins with."
    )
    first_paid_on: date | None = strawberry.field(
        default=None,
        description="The day of the first payment, from which renewals are counted; left out, the first day. What lies before today is not charged.",
    )
    document: str | None = strawberry.field(
        default=None,
        description="What this plan states otherwise than the policy, in the policy language: values, reasons, and a change table or tallies as a whole. A contract is stronger (source PLAN).",
    )


@given
class EnrolMemberInput:
    """Who is enrolled, and with which coaches."""

    member: strawberry.ID = strawberry.field(description="The id of a person with the role MEMBER.")
    coaches: list[strawberry.ID] = strawberry.field(
        description="The ids of the coaches whom the member may book; empty where `candidates` are given."
    )
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
    candidates: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="The ids of coaches to choose from: MATCHING until one is chosen (`chooseCoach`). A single one is the coach.",
    )
    plan: MembershipPlanInput | None = strawberry.field(
        default=None, description="How it is paid; left out, nothing is charged for it and it does not renew."
    )


@output
class EnrolMemberSuccess:
    """The membership is active, the credits of every period that is open for booking are granted, and today's payment is due."""

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
            plan=None if input.plan is None else _plan(input.plan),
            candidate_ids=keys(input.candidates, "Person", "candidates"),
            first_paid_on=None if input.plan is None else input.plan.first_paid_on,
            plan_document=None if input.plan is None else words(input.plan.document, "plan.document", longest=100_000),
        )
        return enrol(operation.services.database, request, command)

    def success(done: Done) -> EnrolMemberSuccess:
        return EnrolMemberSuccess(membership=membership_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)


def _plan(given: MembershipPlanInput) -> Plan:
    base = Money(minor_units=given.base_price.minor_units, currency=given.base_price.currency)
    return Plan(tier=given.tier, cadence=given.cadence, base=base)
