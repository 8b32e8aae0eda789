"""A proposal that nobody has answered in time expires: nothing changes but that it holds nothing any more (D-34, D-58)."""

from datetime import datetime

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.apply.proposals import free_lapsed
from commands.facts.proposals import proposal_of
from commands.facts.sessions import session_cases
from commands.invite_case import let_lapse
from commands.lapse import ended
from models.queries.due_work import Timer
from models.queries.proposals import answerable_of_ids
from models.unit import Unit
from policy.proposals import decide_expiry
from policy.terms import ActorKind, ProposalStatus


def expire_proposal(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The proposal is expired as of its last instant and both are told; nothing happens if it was answered before.

    Before that instant, a time of an invite is over that others of it outlive: it is held no more.
    """
    row = answerable_of_ids(unit, [timer.object_id]).get(timer.object_id)
    if row is None or row.status != ProposalStatus.PENDING:
        return
    if timer.effective_at < row.answer_until:
        free_lapsed(unit, row.id, row.coach_id, row.member_id, now=timer.effective_at)
        return
    if row.kind_id is not None:
        let_lapse(unit, timer, row, now=now)
        return
    case = session_cases(unit, [row.session_id], now=timer.effective_at)[row.session_id]
    proposal = proposal_of(row)
    decision = decide_expiry(case.policy, case.facts, proposal, now=timer.effective_at)
    decision = ended(case, proposal, decision, now=timer.effective_at)
    change = Change(
        subject=case.subject,
        decision=decision,
        actor=system(unit.organisation_id),
        actor_kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        policy=case.policy,
        timer=timer.cause_key,
        recorded_at=now,
    )
    apply_change(unit, change)
