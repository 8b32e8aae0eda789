"""What one side says of a session that was held or missed, and what a decision about it tells: for tests of reports, contests and cases."""

from dataclasses import replace
from datetime import datetime, timedelta

from policy.decisions import Decision
from policy.effects import (
    ChangeCase,
    Notify,
    NotifyStaff,
)
from policy.facts import Case, Proposal, SessionFacts, Settled, Statement, TakenUnit
from policy.terms import (
    Account,
    Action,
    ActorKind,
    Disposition,
    ProposalKind,
    SessionStatus,
)
from tests.policy.cast import resolved
from tests.policy.disputed import awaiting

MEMBER, COACH, STAFF, SYSTEM = ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF, ActorKind.SYSTEM
TOPMATE, ACEUP, MASTERED, THRIVE = (resolved(name) for name in ("topmate", "aceup", "mastered", "thrive"))
OVER = awaiting(TOPMATE)
END = OVER.ends_at

OFFER = Proposal(
    id=7,
    kind=ProposalKind.REBOOK_OFFER,
    by=COACH,
    answers=MEMBER,
    action=Action.MOVE,
    reason="OTHER",
    row=None,
    starts_at=None,
    ends_at=None,
    sent_at=END,
    answer_until=END + timedelta(days=14),
    at_start=False,
)


def says(actor: ActorKind, at: datetime = END, **more: object) -> Statement:
    return replace(Statement(actor=actor, now=at, note="Because."), **more)


def codes(decision: Decision) -> list[tuple[str, str]]:
    """Who is told what."""
    return [
        (str(one.code), str(one.to) if isinstance(one, Notify) else "STAFF")
        for one in decision.effects
        if isinstance(one, Notify | NotifyStaff)
    ]


def case(decision: Decision) -> Case:
    (found,) = (one.case for one in decision.effects if isinstance(one, ChangeCase))
    return found


def has(decision: Decision, kind: type) -> bool:
    return any(isinstance(one, kind) for one in decision.effects)


def completed(session: SessionFacts, by: ActorKind) -> SessionFacts:
    """The session was held, as somebody says, or nobody denies."""
    taken = TakenUnit(lot=session.held[0].lot, units=1, account=Account.USED)
    return replace(
        session,
        status=SessionStatus.COMPLETED,
        reason="HELD",
        disposition=Disposition.CONSUMED,
        stated_by=by,
        stated_at=END,
        recorded_at=END,
        held=(),
        settled=Settled(taken=(taken,), earned=session.fee),
    )


def missed(session: SessionFacts, reason: str = "CLIENT_NO_SHOW", by: ActorKind = COACH) -> SessionFacts:
    """The member did not come, as somebody says."""
    taken = TakenUnit(lot=session.held[0].lot, units=1, account=Account.FORFEITED)
    return replace(
        session,
        status=SessionStatus.MISSED,
        reason=reason,
        disposition=Disposition.COUNTED,
        stated_by=by,
        stated_at=END,
        recorded_at=END,
        held=(),
        settled=Settled(taken=(taken,), earned=session.fee),
    )
