"""acceptProposal, declineProposal, withdrawProposal and their twins: a proposal is answered, or taken back (MODEL 5.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.answers import AcceptProposal, AnyAnswer, DeclineProposal, WithdrawProposal
from commands.apply.change import Change, apply_change
from commands.change import refusal_of, slot_conflict, unacknowledged
from commands.facts.proposals import proposal_of
from commands.facts.sessions import SessionCase, session_cases
from commands.lapse import ended
from commands.outcome import ActionCheck, Done, Outcome, Stale, check_of, refused
from commands.rebook import Accepted, facts_around, rebook, successor_of
from commands.series.split import SplitReply, accept_split, decide_split
from commands.take_invite import check_invites, take
from commands.transaction import Request, carry_out
from models.queries.proposals import answerable_of_ids
from models.unit import Database, Unit
from policy.decisions import Decision, consequence_of
from policy.facts import Proposal
from policy.proposals import Reply, decide_acceptance, decide_decline, decide_withdrawal
from policy.rebooking import decide_rebooking, replaces
from policy.terms import Action, ActorKind, ProposalKind, ProposalStatus, RefusalCode


def answer_proposal(database: Database, request: Request, command: AnyAnswer) -> Outcome:
    """The proposal is answered and what was agreed is carried out, or nothing happened and the answer says why."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = answerable_of_ids(unit, [command.proposal_id]).get(command.proposal_id)
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    kind = request.actor.acts_on(coach_id=row.coach_id, member_id=row.member_id)
    if kind is None:
        return refused(RefusalCode.NOT_FOUND)
    if not request.actor.may_change(kind):
        return refused(RefusalCode.FORBIDDEN)
    persons = frozenset({row.coach_id, row.member_id})
    try:
        return carry_out(
            database,
            request,
            command,
            persons=persons,
            act=lambda unit: _act(unit, request, command, kind),
            takes_time=isinstance(command, AcceptProposal),
        )
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_proposals(
    unit: Unit, actor: Actor, proposals: Sequence[int], command: AnyAnswer, *, now: datetime
) -> Mapping[int, ActionCheck]:
    """What this answer to each of these proposals would lead to now; `command.proposal_id` is not read."""
    rows = answerable_of_ids(unit, proposals)
    invites = {key: row for key, row in rows.items() if row.kind_id is not None}
    about = {key: row for key, row in rows.items() if row.kind_id is None}
    cases = session_cases(unit, sorted({row.session_id for row in about.values()}), now=now)
    checks = {
        key: _check(unit, actor, cases[row.session_id], proposal_of(row), command, now=now)
        for key, row in about.items()
    }
    return checks | check_invites(unit, actor, invites, command, now=now)


def _check(
    unit: Unit, actor: Actor, case: SessionCase, proposal: Proposal, command: AnyAnswer, *, now: datetime
) -> ActionCheck:
    kind = actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    if kind is None or not actor.may_change(kind):
        code = RefusalCode.NOT_FOUND if kind is None else RefusalCode.FORBIDDEN
        return ActionCheck(allowed=False, late=False, code=code, decision=None, consequence=None, checked_at=now)
    decision = case.followed(_decide(unit, case, proposal, command, kind, now=now), now=now)
    return check_of(decision, consequence_of(decision, standing=case.facts.status), now=now)


def _act(unit: Unit, request: Request, command: AnyAnswer, kind: ActorKind) -> Outcome:
    """The answer has its effect, or the caller has to read the proposal again, or name a time."""
    row = answerable_of_ids(unit, [command.proposal_id])[command.proposal_id]
    proposal = proposal_of(row)
    # Of one that has ended, how it ended says more than that it is another version: an invite expires by itself.
    waits = proposal.status is ProposalStatus.PENDING
    if waits and command.if_version not in (None, row.version):
        return Stale(object_id=command.proposal_id)
    if waits and _lacks_time(command, proposal):
        return refused(RefusalCode.INVALID_INPUT, message="Choose a time.", path=("at",))
    return take(unit, request, row, command, kind) if proposal.is_invite else _answer(unit, request, row, command, kind)


def _answer(unit: Unit, request: Request, row: Row[Any], command: AnyAnswer, kind: ActorKind) -> Outcome:
    """The answer has its effect; whoever takes another time for a session that has started gets a new session (D-46)."""
    proposal = proposal_of(row)
    case = session_cases(unit, [row.session_id], now=request.now)[row.session_id]
    if proposal.kind is ProposalKind.SERIES_SPLIT and isinstance(command, AcceptProposal):
        reply = SplitReply(actor_kind=kind, acknowledge=command.acknowledge, note=command.note)
        return accept_split(unit, request, case, proposal, reply)
    decision = case.followed(_decide(unit, case, proposal, command, kind, now=request.now), now=request.now)
    consequence = consequence_of(decision, standing=case.facts.status)
    check = check_of(decision, consequence, now=request.now)
    if not decision.allowed:
        return refusal_of(check, decision)
    if decision.needs_acknowledgement and command.acknowledge != consequence.digest:
        return unacknowledged(check, command)
    if isinstance(command, AcceptProposal) and replaces(case.facts, proposal, now=request.now):
        return rebook(unit, request, Accepted(case=case, proposal=proposal, kind=kind, command=command))
    change = Change(
        subject=case.subject,
        decision=decision,
        actor=request.actor,
        actor_kind=kind,
        now=request.now,
        policy=case.policy,
        note=command.note,
        request=request.idempotency_key,
        followed=True,
    )
    return Done(object_id=command.proposal_id, event_id=apply_change(unit, change), consequence=consequence)


def _lacks_time(command: AnyAnswer, proposal: Proposal) -> bool:
    """Whether a session or a move is agreed to, but nobody has named a time for it; a split of a series moves by its own rule."""
    if proposal.kind is ProposalKind.SERIES_SPLIT:
        return False
    if not isinstance(command, AcceptProposal) or proposal.action is Action.CANCEL:
        return False
    return command.at is None and proposal.starts_at is None


def _decide(
    unit: Unit, case: SessionCase, proposal: Proposal, command: AnyAnswer, kind: ActorKind, *, now: datetime
) -> Decision:
    to = command.at if isinstance(command, AcceptProposal) else None
    reply = Reply(actor=kind, now=now, to=to, note=command.note)
    match command:
        case AcceptProposal() if proposal.kind is ProposalKind.SERIES_SPLIT:
            return decide_split(unit, case, proposal, SplitReply(actor_kind=kind, note=command.note), now=now).decision
        case AcceptProposal():
            return decide_agreement(unit, case, proposal, reply)
        case DeclineProposal():
            return ended(case, proposal, decide_decline(case.policy, case.facts, proposal, reply), now=now)
        case WithdrawProposal():
            return ended(case, proposal, decide_withdrawal(case.policy, case.facts, proposal, reply), now=now)


def decide_agreement(unit: Unit, case: SessionCase, proposal: Proposal, reply: Reply) -> Decision:
    """How the rules are asked for an acceptance: the session changes or, once it has started, a new one takes its place."""
    reply = replace(reply, to=reply.to or proposal.starts_at)
    facts = facts_around(unit, case, reply.to, now=reply.now)
    if replaces(case.facts, proposal, now=reply.now):
        current = successor_of(unit, case).policy
        return decide_rebooking(case.policy, case.facts, proposal, reply, facts, current=current).whole
    return decide_acceptance(case.policy, case.facts, proposal, reply, facts)
