"""offerRebooking: the coach lets the member choose another time, before the start or after it (T1 … T3, D-32, D-52)."""

from dataclasses import dataclass, replace
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.changing import decide_reschedule
from policy.decisions import Decision
from policy.facts import Attempt, Statement
from policy.rebooking import decide_offer
from policy.terms import Action, ActorKind, Answer, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRebooking(Acknowledged):
    """Let the member choose."""


def offer_rebooking(database: Database, request: Request, command: OfferRebooking) -> Outcome:
    """The member may choose another time or decline; a report that waited for the coach is answered by it."""
    return change_session(database, request, command, deciding(command, now=request.now))


def deciding(command: OfferRebooking, *, now: datetime) -> Decide:
    """How the rules are asked for an offer: before the start by the change table, later by what stands."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        facts = case.change_facts(at=case.facts.starts_at)
        if now >= case.facts.starts_at:
            statement = Statement(actor=kind, now=now, note=command.note)
            return decide_offer(case.policy, case.facts, statement, facts)
        attempt = Attempt(action=Action.MOVE, actor=kind, now=now, note=command.note)
        return _by_the_table(decide_reschedule(case.policy, case.facts, attempt, facts), kind)

    return decide


def _by_the_table(decision: Decision, kind: ActorKind) -> Decision:
    """Only the coach offers, and only where the table answers a move with an offer; else they move the session, or propose a time."""
    if kind is not ActorKind.COACH:
        return decision.refused(RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if decision.allowed and decision.answer is not Answer.OFFER:
        return replace(decision.refused(RefusalCode.WRONG_STATE, parameter="change.rules"), reason=None)
    return decision
