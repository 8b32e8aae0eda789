"""A new session takes the place of one that was not held: the old one is given back and pays for the new one (T4, D-46)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from commands.apply.change import Change, apply_change
from commands.apply.sessions import write_replacement
from commands.apply.slots import decision_text
from commands.apply.subject import Subject
from commands.change import refusal_of
from commands.facts.calendar import look_around
from commands.facts.policies import offered
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import Done, Outcome, check_of
from commands.transaction import Request
from models.queries.booking import pairing
from models.unit import Unit
from policy.decisions import Decision, consequence_of
from policy.facts import ChangeFacts, Proposal
from policy.money import Money
from policy.proposals import Reply
from policy.rebooking import decide_rebooking, with_new
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind

if TYPE_CHECKING:
    from commands.answer_proposal import AcceptProposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An offer that the member accepts for a session that has started."""

    case: SessionCase
    proposal: Proposal
    kind: ActorKind
    command: "AcceptProposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """What a replacement is booked under; the version and the fee only where the version in force applies."""

    policy: ResolvedPolicy
    version_id: int | None = None
    fee: Money | None = None


def successor_of(unit: Unit, case: SessionCase) -> Successor:
    """The policy in force and the coach's present fee (D-41).

    What the member was promised stands where it is not on offer like that any more: where the kind is gone, the coach does not offer
    it, or it costs more or fewer units than were paid for, the replacement is booked as the old session was.
    """
    pair = case.pair
    row = pairing(unit, kind=pair.kind_id, coach=pair.coach_id, member=case.subject.member_id)
    if row is None:
        return Successor(policy=case.policy)
    policy = offered(row.document, row.policy_number, row.kind_code, row.contract_document, row.plan_document)
    if policy is None or policy.kind.units != case.policy.kind.units:
        return Successor(policy=case.policy)
    fee = Money(minor_units=row.fee_minor_units, currency=row.fee_currency)
    return Successor(policy=policy, version_id=row.policy_version_id, fee=fee)


def facts_around(unit: Unit, case: SessionCase, to: datetime | None, *, now: datetime) -> ChangeFacts:
    """What a decision about a new time needs besides the session; without a time, its calendar is not looked at."""
    if to is None:
        return case.change_facts(at=now)
    near = look_around(unit, case.pair, start=to, end=to + case.facts.kind.duration, now=now, without=case.facts.id)
    return case.change_facts(at=now, near=near)


def rebook(unit: Unit, request: Request, accepted: Accepted) -> Outcome:
    """The old session is given back and the new one stands, or nothing happened; two events of one cause."""
    case, proposal, now = accepted.case, accepted.proposal, request.now
    reply = Reply(
        actor=accepted.kind, now=now, to=accepted.command.at or proposal.starts_at, note=accepted.command.note
    )
    facts = facts_around(unit, case, reply.to, now=now)
    successor = successor_of(unit, case)
    shown = decide_rebooking(case.policy, case.facts, proposal, reply, facts, current=successor.policy)
    if not shown.whole.allowed:
        return refusal_of(check_of(shown.whole, None, now=now), shown.whole)
    event = apply_change(unit, _change(request, accepted, case.subject, shown.old, case.policy))
    # A unit that was carried on the way lies in a lot that did not exist before.
    after = session_cases(unit, [case.subject.session_id], now=now)[case.subject.session_id]
    new = with_new(successor.policy, case.facts, shown.old, reply, facts, after.lots).new
    subject = _insert(unit, request, case, reply, new, successor)
    apply_change(unit, _change(request, accepted, subject, new, successor.policy))
    return Done(object_id=proposal.id, event_id=event, consequence=consequence_of(shown.whole))


def _change(
    request: Request, accepted: Accepted, subject: Subject, decision: Decision, policy: ResolvedPolicy
) -> Change:
    return Change(
        subject=subject,
        decision=decision,
        actor=request.actor,
        actor_kind=accepted.kind,
        now=request.now,
        policy=policy,
        note=accepted.command.note,
        request=request.idempotency_key,
    )


def _insert(
    unit: Unit, request: Request, case: SessionCase, reply: Reply, decision: Decision, successor: Successor
) -> Subject:
    start = reply.to or case.facts.starts_at
    end = start + successor.policy.kind.duration
    fee = successor.fee
    values = {
        "session": case.subject.session_id,
        "start": start,
        "end": end,
        "now": request.now,
        "decision": decision_text(decision),
        "digest": successor.policy.digest,
        "document": successor.policy.json_text,
        "policy_version": successor.version_id,
        "fee": None if fee is None else fee.minor_units,
        "currency": None if fee is None else fee.currency,
    }
    written = write_replacement(unit, values)
    return replace(
        case.subject,
        session_id=written.id,
        resolved_policy_id=written.resolved_policy_id,
        starts_at=start,
        ends_at=end,
        sequence=0,
        version=1,
    )
