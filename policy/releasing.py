"""A session is cancelled because another rule ends it: without loss and without pay, whatever the notice (MODEL 3.4, 5.7)."""

from dataclasses import replace
from datetime import datetime

from policy.changing import decide_cancel
from policy.decisions import Decision, DecisionFacts
from policy.duplicates import left_behind
from policy.effects import Cancel, Earn, Effect, EndProposal
from policy.entitlement import give_back
from policy.facts import Attempt, ChangeFacts, SessionFacts
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.terms import Action, ActorKind, Disposition, Fault, ProposalStatus, Rest, SessionStatus, Use

RELEASED = "RELEASED"
"""What the record calls it; no table of reasons has it, because nobody states it."""


def decide_release(
    policy: ResolvedPolicy,
    session: SessionFacts,
    facts: ChangeFacts,
    *,
    actor: ActorKind,
    rule: str,
    now: datetime,
    paid_if_late: bool = False,
    returned: bool = False,
) -> Decision:
    """The session is cancelled and its credit free again. `paid_if_late`: where the member's own cancellation would be late, the
    coach is paid as for that one, and the member still loses nothing (D-26). `returned`: the credit goes back as when a coach cancels,
    with the time that this gives it (D-10, D-22)."""
    late, pay = _as_if_cancelled(policy, session, facts, now=now) if paid_if_late else (False, ())
    rest, freed = (Rest.RETURNED, Disposition.RETURNED) if returned else (Rest.RELEASED, Disposition.RELEASED)
    cancel = Cancel(
        reason=RELEASED,
        fault=Fault.NONE,
        disposition=freed if session.kind.units else Disposition.NONE,
        late=late,
        by=actor,
        on_behalf_of=None,
    )
    own, also = left_behind(policy, session, facts.rivals, actor=actor, now=now)
    withdrawn = tuple(EndProposal(proposal=one, status=ProposalStatus.WITHDRAWN) for one in session.proposals)
    return Decision(
        allowed=session.status is SessionStatus.SCHEDULED,
        facts=DecisionFacts(
            now=now, start=session.starts_at, notice=session.starts_at - now, booked_at=session.booked_at
        ),
        action=Action.CANCEL,
        actor=actor,
        late=late,
        parameter=rule,
        reason=RELEASED,
        terms=Terms(use=Use.ENDED),
        policy=policy.name,
        policy_version=policy.version,
        effects=(cancel, *own, *withdrawn, *give_back(policy, session.held, rest, now=now), *pay),
        also=also,
    )


def _as_if_cancelled(
    policy: ResolvedPolicy, session: SessionFacts, facts: ChangeFacts, *, now: datetime
) -> tuple[bool, tuple[Effect, ...]]:
    """Whether the member would cancel late now, and what the coach would earn by it."""
    attempt = Attempt(action=Action.CANCEL, actor=ActorKind.MEMBER, now=now)
    decision = decide_cancel(policy, session, attempt, replace(facts, rivals=()))
    if not decision.late:
        return False, ()
    return True, tuple(effect for effect in decision.effects if isinstance(effect, Earn))
