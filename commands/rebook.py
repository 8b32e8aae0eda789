"""A new session takes the place of one that was not held: the old one is given back and pays for the new one (T4, D-46)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

from commands.apply.change import Change, apply_change
from commands.apply.slots import decision_text
from commands.apply.subject import Subject
from commands.change import refusal_of
from commands.facts.calendar import look_around
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import Done, Outcome, check_of
from commands.transaction import Request
from models.unit import Unit
from policy.decisions import Decision, consequence_of
from policy.facts import ChangeFacts, Proposal
from policy.proposals import Reply
from policy.rebooking import decide_rebooking, with_new
from policy.terms import ActorKind

if TYPE_CHECKING:
    from commands.answer_proposal import AcceptProposal

# What it was booked under stays: the new session is the old one's replacement, not another purchase.
INSERT = text("""
INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, decision, replaces_id)
SELECT organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, 'SCHEDULED', :start, :end,
    :start, :now, :now, :now, fee_minor_units, fee_currency, CAST(:decision AS jsonb), id
FROM session WHERE organisation_id = :organisation AND id = :session
RETURNING id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """An offer that the member accepts for a session that has started."""

    case: SessionCase
    proposal: Proposal
    kind: ActorKind
    command: "AcceptProposal"


def facts_around(unit: Unit, case: SessionCase, to: datetime | None, *, now: datetime) -> ChangeFacts:
    """What a decision about a new time needs besides the session; without a time, its calendar is not looked at."""
    if to is None:
        return case.change_facts(at=now)
    near = look_around(unit, case.pair, start=to, end=to + case.facts.kind.duration, without=case.facts.id)
    return case.change_facts(at=now, near=near)


def rebook(unit: Unit, request: Request, accepted: Accepted) -> Outcome:
    """The old session is given back and the new one stands, or nothing happened; two events of one cause."""
    case, proposal, now = accepted.case, accepted.proposal, request.now
    reply = Reply(
        actor=accepted.kind, now=now, to=accepted.command.at or proposal.starts_at, note=accepted.command.note
    )
    facts = facts_around(unit, case, reply.to, now=now)
    shown = decide_rebooking(case.policy, case.facts, proposal, reply, facts)
    if not shown.whole.allowed:
        return refusal_of(check_of(shown.whole, None, now=now), shown.whole)
    event = apply_change(unit, _change(request, accepted, case.subject, shown.old))
    # A unit that was carried on the way lies in a lot that did not exist before.
    after = session_cases(unit, [case.subject.session_id], now=now)[case.subject.session_id]
    new = with_new(case.policy, case.facts, shown.old, reply, facts, after.lots).new
    subject = _insert(unit, request, case, reply, new)
    apply_change(unit, _change(request, accepted, subject, new))
    return Done(object_id=proposal.id, event_id=event, consequence=consequence_of(shown.whole))


def _change(request: Request, accepted: Accepted, subject: Subject, decision: Decision) -> Change:
    return Change(
        subject=subject,
        decision=decision,
        actor=request.actor,
        actor_kind=accepted.kind,
        now=request.now,
        policy=accepted.case.policy,
        note=accepted.command.note,
        request=request.idempotency_key,
    )


def _insert(unit: Unit, request: Request, case: SessionCase, reply: Reply, decision: Decision) -> Subject:
    start = reply.to or case.facts.starts_at
    end = start + case.facts.kind.duration
    values = {
        "organisation": unit.organisation_id,
        "session": case.subject.session_id,
        "start": start,
        "end": end,
        "now": request.now,
        "decision": decision_text(decision),
    }
    key = unit.connection.execute(INSERT, values).scalar_one()
    return replace(case.subject, session_id=key, starts_at=start, ends_at=end, sequence=0, version=1)
