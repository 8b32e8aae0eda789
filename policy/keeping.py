"""keepSession, and what happens when nobody answers: which of several bookings is kept (M12, M13, D-13, D-14)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from policy.booking import objection_to_note
from policy.decisions import Decision, DecisionFacts, Objection, first_objection
from policy.duplicates import RULE, keep, kept_without_answer
from policy.facts import SessionFacts
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, RefusalCode, Side


def decide_keep(
    policy: ResolvedPolicy,
    session: SessionFacts,
    rivals: Sequence[SessionFacts],
    *,
    actor: ActorKind,
    note: str | None,
    now: datetime,
) -> Decision:
    """Whether this booking may be chosen now; the others are then cancelled without loss. Staff choose for the member, with a reason."""
    objection = first_objection(_objections(session, actor, note, now=now))
    if objection is None:
        behalf = None if actor is ActorKind.MEMBER else Side.MEMBER
        return keep(policy, session, rivals, actor=actor, now=now, on_behalf_of=behalf)
    refused = Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=session.starts_at, notice=session.starts_at - now),
        actor=actor,
        policy=policy.name,
        policy_version=policy.version,
    )
    return refused.refused(objection.code, parameter=objection.parameter)


def _objections(
    session: SessionFacts, actor: ActorKind, note: str | None, *, now: datetime
) -> Iterator[Objection | None]:
    if actor is ActorKind.COACH:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    yield objection_to_note(actor, note)
    if session.asked_until is not None and now > session.asked_until:
        # By then the deadline has chosen, if nobody had (D-42): how that went says less than that it is too late.
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter="booking.duplicate_reply_within")
    elif session.question is None:
        yield Objection(code=RefusalCode.NOT_PENDING, parameter=RULE)


def decide_unanswered(
    policy: ResolvedPolicy, sessions: Sequence[SessionFacts], *, now: datetime
) -> tuple[SessionFacts, Decision]:
    """Nobody has chosen until `now`: the booking that the policy keeps, and what follows."""
    kept = kept_without_answer(policy, sessions)
    rivals = [one for one in sessions if one.id != kept.id]
    return kept, keep(policy, kept, rivals, actor=ActorKind.SYSTEM, now=now)
