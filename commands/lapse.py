"""What an offer leaves behind that comes to nothing (D-32, D-52)."""

from datetime import datetime

from commands.facts.sessions import SessionCase
from policy.decisions import Decision
from policy.facts import Proposal
from policy.rebooking import replaces
from policy.reports import lapsed


def ended(case: SessionCase, proposal: Proposal, decision: Decision, *, now: datetime) -> Decision:
    """The decision that ends a proposal without acceptance, with what follows where it was an offer for a session that has started."""
    if not decision.allowed or not replaces(case.facts, proposal, now=now):
        return decision
    return lapsed(case.policy, case.facts, case.change_facts(at=case.facts.starts_at), decision, now=now)
