"""enrolMember: a member has a right to sessions, with these coaches, from now on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, text

from commands.accounting_zone import accounting_zone_of
from commands.add_contract import contract_fault
from commands.apply.record import Record, write_event
from commands.grants import grant_first_periods
from commands.membership.begin import begin_to_pay, candidates_fault, plan_fault
from commands.outcome import Done, Outcome, Refused, refused
from commands.staff import check_zone, invalid, zone_of
from commands.transaction import Request, carry_out
from models.membership import Engagement, Membership
from models.unit import Database, Unit
from policy.plans import Plan, renewal_after
from policy.terms import ActorKind, EngagementStatus, MembershipStatus, RefusalCode, Scope

MEMBER = text("""
SELECT EXISTS (SELECT FROM membership WHERE organisation_id = person.organisation_id AND member_id = person.id
        AND status IN ('MATCHING', 'ACTIVE', 'ENDING', 'PAUSED', 'PAST_DUE')) AS enrolled
FROM person JOIN person_role AS role ON role.organisation_id = person.organisation_id AND role.person_id = person.id
WHERE person.organisation_id = :organisation AND person.id = :member AND role.role = 'MEMBER' AND person.deactivated_at IS NULL
""")
COACHES = text("""
SELECT coach.person_id FROM coach JOIN person ON person.organisation_id = coach.organisation_id AND person.id = coach.person_id
WHERE coach.organisation_id = :organisation AND coach.person_id = ANY(CAST(:coaches AS bigint[])) AND person.deactivated_at IS NULL
""")
FARTHEST_START = timedelta(days=3653)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolMember:
    """`accounting_zone`: where periods are counted; if it is not given, the zone that the policy names (D-08).

    `contract_id`: the contract that the membership stands under, if there is one. `plan`: how it is paid; without one, nothing is
    charged for it. `first_paid_on`: the first payment, from which renewals are counted (D-29); if it is not given, the first day.
    `plan_document`: what the plan states otherwise than the policy, in its language.
    `candidate_ids`: coaches between whom the member chooses, in place of `coach_ids`; the membership begins then (O10).
    """

    member_id: int
    coach_ids: tuple[int, ...]
    starts_on: date | None = None
    accounting_zone: str | None = None
    contract_id: int | None = None
    plan: Plan | None = None
    first_paid_on: date | None = None
    candidate_ids: tuple[int, ...] = ()
    plan_document: str | None = None


def enrol(database: Database, request: Request, command: EnrolMember) -> Outcome:
    """The membership is active, its engagements stand and its open periods are granted; the object is the membership."""
    if not request.actor.may(Scope.PEOPLE):
        return refused(RefusalCode.FORBIDDEN)
    if command.accounting_zone is not None and (fault := check_zone(command.accounting_zone, "accountingZone")):
        return fault
    if fault := start_fault(command.starts_on, now=request.now):
        return fault
    persons = frozenset({command.member_id, *command.coach_ids, *command.candidate_ids})
    return carry_out(
        database, request, command, persons=persons, act=lambda unit: _act(unit, request, command, persons)
    )


def start_fault(starts_on: date | None, *, now: datetime) -> Refused | None:
    """None for a day on which a membership can have started or can start."""
    if starts_on is None or abs(starts_on - now.date()) <= FARTHEST_START:
        return None
    return invalid("A membership starts within ten years of now.", "startsOn")


def _act(unit: Unit, request: Request, command: EnrolMember, persons: frozenset[int]) -> Outcome:
    if fault := _fault(unit, command):
        return fault
    if command.contract_id is not None and (fault := contract_fault(unit, command.contract_id)):
        return fault
    if fault := plan_fault(unit, command):
        return fault
    if fault := candidates_fault(unit, command):
        return fault
    membership = insert_membership(unit, request, command)
    record = Record(
        name="MEMBER_ENROLLED",
        persons=persons,
        actor_kind=ActorKind.STAFF,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause=f"enrol:{membership}",
        recorded_at=request.now,
        effective_at=request.now,
    )
    event = write_event(unit, record)
    if matching(command):
        return Done(object_id=membership, event_id=event)
    grant_first_periods(unit, membership, event_id=event, now=request.now)
    if command.plan is not None:
        begin_to_pay(unit, request, membership, event_id=event)
    return Done(object_id=membership, event_id=event)


def _fault(unit: Unit, command: EnrolMember) -> Refused | None:
    values = {
        "organisation": unit.organisation_id,
        "member": command.member_id,
        "coaches": sorted({*command.coach_ids, *command.candidate_ids}),
    }
    member = unit.connection.execute(MEMBER, values).one_or_none()
    coaches = set(unit.connection.execute(COACHES, values).scalars())
    if member is None or coaches != {*command.coach_ids, *command.candidate_ids}:
        return refused(RefusalCode.NOT_FOUND)
    if member.enrolled:
        return refused(RefusalCode.WRONG_STATE, message="The member has a membership already.")
    return None


def insert_membership(unit: Unit, request: Request, command: EnrolMember) -> int:
    """The rows of a membership and its engagements; its grants are not written yet."""
    accounting_zone = command.accounting_zone or accounting_zone_of(
        unit, member=command.member_id, coaches=command.coach_ids or command.candidate_ids, contract=command.contract_id
    )
    today = request.now.astimezone(zone_of(accounting_zone)).date()
    starts_on = command.starts_on or today
    membership = unit.connection.execute(
        insert(Membership)
        .values(
            organisation_id=unit.organisation_id,
            member_id=command.member_id,
            status=MembershipStatus.MATCHING if matching(command) else MembershipStatus.ACTIVE,
            accounting_zone=accounting_zone,
            starts_on=starts_on,
            enrolled_at=request.now,
            contract_id=command.contract_id,
            plan_document=command.plan_document,
            **_paid(command, starts_on, today),
        )
        .returning(Membership.id)
    ).scalar_one()
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "membership_id": membership,
            "member_id": command.member_id,
            "coach_id": coach,
            "status": EngagementStatus.CANDIDATE if matching(command) else EngagementStatus.ACTIVE,
            "started_at": request.now,
            "ended_at": None,
        }
        for coach in sorted({*command.coach_ids, *command.candidate_ids})
    ]
    if rows:
        unit.connection.execute(insert(Engagement), rows)
    return membership


def matching(command: EnrolMember) -> bool:
    """Whether the member has to choose first; a single candidate is the coach."""
    return len(set(command.candidate_ids)) > 1


def _paid(command: EnrolMember, starts_on: date, today: date) -> dict[str, object]:
    """The columns of a plan. What lies before today was paid elsewhere; today's payment, and any later one, is charged here."""
    plan = command.plan
    if plan is None:
        return {}
    first = command.first_paid_on or starts_on
    return {
        "tier": plan.tier,
        "cadence": plan.cadence,
        "base_minor_units": plan.base.minor_units,
        "base_currency": plan.base.currency,
        "first_paid_on": first,
        "paid_until": renewal_after(first, plan.tier, today - timedelta(days=1)),
    }
