"""A proposal is answered: accepted, declined, withdrawn, or left alone until it expires (MODEL 5.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from policy.booking import objection_to_note
from policy.changing import carried_out_as_agreed
from policy.decisions import Decision, DecisionFacts, Objection, first_objection
from policy.effects import Effect, EndProposal, Notify
from policy.facts import Attempt, ChangeFacts, Proposal, SessionFacts
from policy.limits import TICK
from policy.openings import objection_to_start
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, NoticeCode, ProposalKind, ProposalStatus, RefusalCode, SessionStatus, Side

RULE = "MODEL 5.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Somebody answers at `now`; `to`: the time that the member chooses, where it is theirs to choose."""

    actor: ActorKind
    now: datetime
    to: datetime | None = None
    note: str | None = None


def decide_acceptance(
    policy: ResolvedPolicy, session: SessionFacts, proposal: Proposal, reply: Reply, facts: ChangeFacts
) -> Decision:
    """Whether what was proposed may be agreed to now, and what follows; a time that is gone leaves the proposal pending."""
    if proposal.action is None:
        raise ValueError("an invite is accepted by booking: policy.inviting")
    attempt = Attempt(action=proposal.action, actor=proposal.by, now=reply.now, to=reply.to or proposal.starts_at)
    decision = replace(_decision(policy, session, proposal, reply), row=proposal.row, reason=proposal.reason)
    objection = first_objection(_objections_to_accepting(policy, session, proposal, reply, facts))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    others = tuple(one for one in session.proposals if one.id != proposal.id)
    done = carried_out_as_agreed(policy, replace(session, proposals=others), attempt, facts, decision)
    if not done.allowed:
        return done
    return replace(done, effects=(*done.effects, EndProposal(proposal=proposal, status=ProposalStatus.ACCEPTED)))


def decide_decline(policy: ResolvedPolicy, session: SessionFacts, proposal: Proposal, reply: Reply) -> Decision:
    """Whether the answer may be no; the session then stays as it was (V16)."""
    decision = _decision(policy, session, proposal, reply)
    objection = first_objection(objections_to_answer(proposal, reply, may=proposal.answers))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    proposer = Side.MEMBER if proposal.by is ActorKind.MEMBER else Side.COACH
    told = Notify(code=NoticeCode.PROPOSAL_DECLINED, to=proposer)
    return replace(decision, effects=(EndProposal(proposal=proposal, status=ProposalStatus.DECLINED), told))


def decide_withdrawal(policy: ResolvedPolicy, session: SessionFacts, proposal: Proposal, reply: Reply) -> Decision:
    """Whether who proposed it may take it back; the member is told of what was proposed to them alone."""
    decision = _decision(policy, session, proposal, reply)
    objection = first_objection(objections_to_answer(proposal, reply, may=proposal.by))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    effects: list[Effect] = [EndProposal(proposal=proposal, status=ProposalStatus.WITHDRAWN)]
    if proposal.answers is ActorKind.MEMBER:
        effects.append(Notify(code=NoticeCode.INVITE_WITHDRAWN, to=Side.MEMBER))
    return replace(decision, effects=tuple(effects))


def decide_expiry(policy: ResolvedPolicy, session: SessionFacts, proposal: Proposal, *, now: datetime) -> Decision:
    """Nobody has answered until then: nothing changes, and both are told (D-34)."""
    reply = Reply(actor=ActorKind.SYSTEM, now=now)
    effects = (
        EndProposal(proposal=proposal, status=ProposalStatus.EXPIRED),
        Notify(code=NoticeCode.PROPOSAL_EXPIRED, to=Side.MEMBER),
        Notify(code=NoticeCode.PROPOSAL_EXPIRED, to=Side.COACH),
    )
    return replace(_decision(policy, session, proposal, reply), effects=effects)


def _decision(policy: ResolvedPolicy, session: SessionFacts, proposal: Proposal, reply: Reply) -> Decision:
    return Decision(
        allowed=True,
        facts=DecisionFacts(
            now=reply.now,
            start=session.starts_at,
            notice=session.starts_at - reply.now,
            booked_at=session.booked_at,
            moves=tuple(session.moves),
            to=reply.to or proposal.starts_at,
        ),
        actor=reply.actor,
        parameter=RULE,
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=proposal.answer_until - TICK if proposal.at_start else proposal.answer_until,
    )


def objections_to_answer(proposal: Proposal, reply: Reply, *, may: ActorKind) -> Iterator[Objection | None]:
    """Why this side may not answer, or not any more: who was asked answers, who asked withdraws, once (MODEL 10)."""
    yield objection_to_note(reply.actor, reply.note)
    if reply.actor is not may:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if proposal.status is ProposalStatus.EXPIRED:
        yield Objection(code=RefusalCode.INVITE_EXPIRED, parameter=RULE)
    elif proposal.status is not ProposalStatus.PENDING:
        yield Objection(code=RefusalCode.NOT_PENDING, parameter=RULE)


def _objections_to_accepting(
    policy: ResolvedPolicy, session: SessionFacts, proposal: Proposal, reply: Reply, facts: ChangeFacts
) -> Iterator[Objection | None]:
    yield from objections_to_answer(proposal, reply, may=proposal.answers)
    if proposal.status is not ProposalStatus.PENDING:
        return
    if session.status is not SessionStatus.SCHEDULED:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.1")
    if reply.now >= session.starts_at:
        yield Objection(code=RefusalCode.SESSION_STARTED, parameter="D-58")
    yield _objection_to_choice(policy, proposal, reply, facts)


def _objection_to_choice(
    policy: ResolvedPolicy, proposal: Proposal, reply: Reply, facts: ChangeFacts
) -> Objection | None:
    """The member chooses the time of an offer alone, among those that the coach offers, or takes the one that was suggested."""
    chosen = proposal.kind is ProposalKind.REBOOK_OFFER
    if reply.to in (None, proposal.starts_at):
        return None
    if not chosen or facts.availability is None:
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter=RULE)
    return objection_to_start(policy, facts.zones, facts.availability, reply.to, now=reply.now)
