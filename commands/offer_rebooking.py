"""offerRebooking: the coach lets the member choose another time, before the start or after it (T1 … T3, D-32, D-52)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.decisions import Decision
from policy.facts import Statement
from policy.rebooking import decide_early_offer, decide_offer
from policy.terms import ActorKind


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
        statement = Statement(actor=kind, now=now, note=command.note)
        if now >= case.facts.starts_at:
            return decide_offer(case.policy, case.facts, statement, facts)
        return decide_early_offer(case.policy, case.facts, statement, facts)

    return decide
