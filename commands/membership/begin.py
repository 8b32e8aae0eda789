"""A membership with a plan begins: what is due today is charged, and the next payment has its day (O41, O42, D-29)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from commands.add_contract import document_fault
from commands.apply.work import schedule
from commands.facts.policies import policy_of, resolved_for
from commands.membership.case import present_membership
from commands.membership.log import Doer
from commands.membership.renewal import pay_from, renewal_work
from commands.outcome import Refused
from commands.staff import invalid
from commands.transaction import Request
from models.queries.contracts import contract_of_id, policy_in_force
from models.unit import Unit
from policy.matching import objection_to_candidates
from policy.plans import offers_tier
from policy.terms import ActorKind

if TYPE_CHECKING:
    from commands.enrol import EnrolMember


def plan_fault(unit: Unit, command: "EnrolMember") -> Refused | None:
    """What is wrong with the plan of an enrolment, or None."""
    plan, row = command.plan, policy_in_force(unit)
    kinds = policy_of(row.document, row.number)
    if command.plan_document is not None and (fault := document_fault(command.plan_document, kinds)):
        return replace(fault, path=("plan", *fault.path))
    if plan is None:
        return None
    contract = None if command.contract_id is None else contract_of_id(unit, command.contract_id)
    policy = resolved_for(
        row.document,
        row.number,
        next(iter(kinds.kinds)),
        None if contract is None else contract.document,
        command.plan_document,
    )
    if not offers_tier(policy, plan.tier):
        return invalid("The policy does not know this way to pay.", "plan", "tier")
    if plan.base.minor_units < 0:
        return invalid("A price is not negative.", "plan", "basePrice")
    if plan.base.currency != policy.currency:
        return invalid(f"Prices are in {policy.currency}.", "plan", "basePrice")
    return None


def candidates_fault(unit: Unit, command: "EnrolMember") -> Refused | None:
    """What is wrong with the coaches between whom a member is to choose, or None."""
    if not command.candidate_ids:
        return None
    if command.coach_ids:
        return invalid("Either coaches or candidates.", "candidates")
    row = policy_in_force(unit)
    kind = next(iter(policy_of(row.document, row.number).kinds))
    policy = resolved_for(row.document, row.number, kind, None)
    if objection_to_candidates(policy, len(set(command.candidate_ids))) is not None:
        return invalid("The policy does not match a member with so many coaches.", "candidates")
    return None


def begin_to_pay(unit: Unit, request: Request, membership_id: int, *, event_id: int) -> None:
    """The payment of today is due, if there is one, and the next is scheduled."""
    case = present_membership(unit, membership_id, now=request.now)
    if case is None:
        raise LookupError("it was made just now")
    if case.row.paid_until == request.now.astimezone(case.zone).date():
        case = pay_from(unit, case, case.row.paid_until, Doer.of(request, ActorKind.STAFF), event_id=event_id)
    schedule(unit, [renewal_work(case, case.row.paid_until)])
